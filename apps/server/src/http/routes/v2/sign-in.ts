import {
  envelopeV2,
  V2LoginDto,
  V2LoginReply,
  V2RegisterByEmailDto,
  V2RegisterByUsernameDto,
  type V2RegisterDto,
  type V2User,
  V2WellKnown,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Profile } from '../../../core/users/user.ts';
import { countAttempt } from '../../limits/guess-limit.ts';
import { refuseCaptcha, whyNoCaptchas } from '../../requests/captcha.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { v2User } from '../../wire/v2-user.ts';
import { createV2LogIn, decrypted } from './log-in.ts';

const bodyLimit = 16 * 1024;
const registrationNote =
  'forceLogin or generateToken signs the person in as well. Errors: 2026 identifier taken, 2031 registration closed, 2029 password too short or too common, 2016 not decryptable.';

/** Signing in and registering as Guard and the phone SDKs do (wire 4.6). The rules are those of v3's sign-in. */
export function v2SignInRoutes(scope: App, parts: Parts): void {
  const { limits, signUp, passwordDecryption, publicUrl } = parts;
  const logIn = createV2LogIn(parts);

  scope.get(
    '/api/v2/.well-known',
    {
      schema: {
        summary: 'The key that passwords are encrypted with',
        description: 'That of RSA. The key of SM2 is in GET /api/v3/system.',
        response: { 200: envelopeV2(V2WellKnown) },
      },
    },
    async () => okV2({ publicKey: passwordDecryption.rsa.publicKey }),
  );

  scope.get(
    '/api/v2/security/captcha',
    {
      schema: {
        summary: 'Get a picture to type off: never here',
        description: `Always refused, for ${whyNoCaptchas} Errors: 2231.`,
        response: { 200: envelopeV2(Type.Null()) },
      },
    },
    refuseCaptcha,
  );

  scope.post(
    '/api/v2/login/account',
    {
      bodyLimit,
      schema: {
        summary: 'Sign in with a password',
        description:
          'account is a username, an e-mail address or a phone. Names the application in the x-authing-app-id (or x-genauth-app-id) header. No secret of the application is asked for, whatever its method; ' +
          'one that is sent by authorization: Basic must be right. With autoRegister, a name, address or phone that nobody has first gets an account with this password, where registration is open. The user carries a V2 login token. Errors: 2333 wrong account or password, 2005 too many failures or account not active, 1001 wrong ' +
          'application secret.',
        body: V2LoginDto,
        response: { 200: V2LoginReply },
      },
    },
    async (request) => {
      const { account, password, autoRegister, withCustomData } = request.body;
      const by = await logIn.callerOf(request);
      const { user, held } = await withFieldNames({ username: 'account', email: 'account', phone: 'account' }, () =>
        logIn.withPassword({
          ...by,
          field: 'account',
          identifier: account,
          password,
          autoRegister: autoRegister === true,
        }),
      );
      return loginReply(v2User(user, { publicUrl, ...held, withCustomData: withCustomData === true }));
    },
  );

  async function register(request: FastifyRequest<{ Body: V2RegisterDto }>) {
    const { body } = request;
    const wantsLogin = body.forceLogin === true || body.generateToken === true;
    const { application, caller } = await logIn.callerOf(request);
    await countAttempt(limits, caller);
    const names = 'email' in body ? { email: body.email } : { username: body.username };
    const password = decrypted(body.password, passwordDecryption, 'password');
    const { phone, phoneCountryCode, ...profile } = withoutNulls(body.profile ?? {});
    const fieldNames = { phone: 'profile.phone', phoneCountryCode: 'profile.phoneCountryCode' };
    const user = await withFieldNames(fieldNames, () =>
      signUp.withPassword({
        application,
        ...names,
        phone,
        phoneCountryCode,
        password,
        profile: profile as Profile,
        caller,
      }),
    );
    if (!wantsLogin) return loginReply(v2User(user, { publicUrl }));
    const entered = await logIn.asRegistered(user, { application, caller });
    return loginReply(v2User(entered.user, { publicUrl, ...entered.held }));
  }

  for (const url of ['/api/v2/register/email', '/api/v2/register-email']) {
    scope.post(
      url,
      {
        bodyLimit,
        schema: {
          summary: 'Register with an e-mail address and a password',
          description: registrationNote,
          body: V2RegisterByEmailDto,
          response: { 200: V2LoginReply },
        },
      },
      register,
    );
  }
  for (const url of ['/api/v2/register/username', '/api/v2/register-username']) {
    scope.post(
      url,
      {
        bodyLimit,
        schema: {
          summary: 'Register with a username and a password',
          description: registrationNote,
          body: V2RegisterByUsernameDto,
          response: { 200: V2LoginReply },
        },
      },
      register,
    );
  }
}

function loginReply(user: V2User) {
  return { ...okV2(user), statusCode: 200 };
}

function withoutNulls<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
