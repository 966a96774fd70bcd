import {
  envelopeV2,
  V2CheckEmailCodeDto,
  V2CheckedCode,
  V2CheckSmsCodeDto,
  type V2LoginByCodeDto,
  V2LoginByEmailCodeDto,
  V2LoginByPhoneCodeDto,
  V2LoginReply,
  type V2RegisterByCodeDto,
  V2RegisterByEmailCodeDto,
  V2RegisterByPhoneCodeDto,
  V2ResetByTokenDto,
  V2SendEmailDto,
  V2SendSmsDto,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Application } from '../../../core/directory/application.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { defaultScope } from '../../../core/sessions/scopes.ts';
import type { SignedInWithPassword } from '../../../core/sign-in/sign-in.ts';
import { type Contact, parseContact } from '../../../core/users/contact.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import { applicationOf, ownApplicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { countAttempt, limitingGuesses } from '../../limits/guess-limit.ts';
import { languageOf, messageOf } from '../../requests/errors.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { createPasscodeCalls } from '../../requests/passcode-calls.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { v2User } from '../../wire/v2-user.ts';
import { createV2LogIn, decrypted } from './log-in.ts';
import { createPasscodePurposes } from './passcode-purposes.ts';

const bodyLimit = 16 * 1024;
const refusals = 'Errors: 2001 wrong, expired or used code, 2231 not an address, 2101 no application named.';

/** Passcodes in the words of Guard and the phone SDKs (wire 4.6); the rules are those of v3. */
export function v2PasscodeRoutes(scope: App, parts: Parts): void {
  const { directory, limits, signIn, signUp, publicUrl } = parts;
  const sendPasscode = createPasscodeCalls(parts);
  const purposeOf = createPasscodePurposes(parts);
  const logIn = createV2LogIn(parts);

  async function send(request: FastifyRequest, contact: Contact, scene: string | null | undefined) {
    const application = applicationOf(request, directory);
    const asked = await purposeOf(request, application, contact, scene);
    await sendPasscode(request, { application, contact, ...asked });
    return okV2<null>();
  }

  const sendSchema = {
    description:
      'Six digits, good for five minutes, one use and what they were asked for. Answers alike whether the address is known or not; one code a minute for each address, whatever it is for, or as soon as the one before was used. ' +
      'Errors: 2231 not an address, a scene without a use here, or a server that cannot send (the message says what its operator must set), 1000 too soon.',
    response: { 200: envelopeV2(Type.Null()) },
  };
  scope.post(
    '/api/v2/sms/send',
    { bodyLimit, schema: { ...sendSchema, summary: 'Send a code by SMS', body: V2SendSmsDto } },
    (request) => send(request, contactOf(request.body), request.body.scene),
  );
  for (const scene of ['login', 'register']) {
    scope.post(
      `/api/v2/sms/send-${scene}`,
      { bodyLimit, schema: { ...sendSchema, summary: `Send a code to ${scene} by SMS`, body: V2SendSmsDto } },
      (request) => send(request, contactOf(request.body), scene),
    );
  }
  scope.post(
    '/api/v2/email/send',
    { bodyLimit, schema: { ...sendSchema, summary: 'Send a code by e-mail', body: V2SendEmailDto } },
    (request) => send(request, contactOf(request.body), request.body.scene),
  );

  async function entered(application: Application, login: SignedInWithPassword, withCustomData = false) {
    const { user, loginSession } = login;
    const issuedAt = loginSession.createdAt;
    const held = await parts.v2LoginTokens.mint({ user, application, loginSession, issuedAt });
    return { ...okV2(v2User(user, { publicUrl, ...held, withCustomData })), statusCode: 200 };
  }

  async function loginByCode(request: FastifyRequest<{ Body: V2LoginByCodeDto }>) {
    const { body } = request;
    const { application, caller } = await logIn.callerOf(request);
    const login = await limitingGuesses(limits, caller, () =>
      parts.signInWithPasscode({
        application,
        contact: contactOf(body),
        passcode: body.code,
        autoRegister: body.autoRegister === true,
        scope: defaultScope,
        caller,
      }),
    );
    return entered(application, login, body.withCustomData === true);
  }

  const loginSchema = {
    description: `The user carries a V2 login token. autoRegister makes an account for an address that is nobody's. ${refusals} 2004 nobody has that address.`,
    response: { 200: V2LoginReply },
  };
  scope.post(
    '/api/v2/login/phone-code',
    { bodyLimit, schema: { ...loginSchema, summary: 'Sign in with a code by SMS', body: V2LoginByPhoneCodeDto } },
    loginByCode,
  );
  scope.post(
    '/api/v2/login/email-code',
    { bodyLimit, schema: { ...loginSchema, summary: 'Sign in with a code by e-mail', body: V2LoginByEmailCodeDto } },
    loginByCode,
  );

  async function registerByCode(request: FastifyRequest<{ Body: V2RegisterByCodeDto }>) {
    const { body } = request;
    const { application, caller } = await logIn.callerOf(request);
    await countAttempt(limits, caller);
    const contact = contactOf(body);
    const given = withoutNulls(body.profile ?? {});
    const { phone, phoneCountryCode } = given;
    const names = { phone: 'profile.phone', phoneCountryCode: 'profile.phoneCountryCode' };
    const user = await withFieldNames(names, () =>
      limitingGuesses(limits, caller, () =>
        signUp.withPasscode({
          application,
          contact,
          passcode: body.code,
          ...(contact.kind === 'email' ? { phone, phoneCountryCode } : {}),
          ...(body.password ? { password: decrypted(body.password, parts.passwordDecryption, 'password') } : {}),
          profile: profileOf(given),
          caller,
        }),
      ),
    );
    if (body.forceLogin !== true && body.generateToken !== true) {
      return { ...okV2(v2User(user, { publicUrl })), statusCode: 200 };
    }
    return entered(application, await signIn.enter(user, { application, amr: ['otp'], scope: defaultScope, caller }));
  }

  const registerSchema = {
    description: `The address is verified then. forceLogin or generateToken signs the person in as well. ${refusals} 2026 identifier taken, 2031 registration closed.`,
    response: { 200: V2LoginReply },
  };
  for (const url of ['/api/v2/register/phone-code', '/api/v2/register-phone-code', '/api/v2/register-phone']) {
    const summary = 'Register with a code by SMS';
    scope.post(
      url,
      { bodyLimit, schema: { ...registerSchema, summary, body: V2RegisterByPhoneCodeDto } },
      registerByCode,
    );
  }
  for (const url of ['/api/v2/register/email-code', '/api/v2/register-email-code']) {
    const summary = 'Register with a code by e-mail';
    scope.post(
      url,
      { bodyLimit, schema: { ...registerSchema, summary, body: V2RegisterByEmailCodeDto } },
      registerByCode,
    );
  }

  async function preCheck(request: FastifyRequest, contact: Contact, passcode: string) {
    const { userPoolId } = ownApplicationOf(request, directory);
    try {
      await limitingGuesses(limits, callerOf(request), () =>
        parts.passcodes.check(userPoolId, 'CHANNEL_REGISTER', contact, passcode),
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'passcode_invalid') throw error;
      return { ...okV2({ valid: false, message: messageOf(error, languageOf(request)) }), statusCode: 200 };
    }
    return { ...okV2({ valid: true, message: 'ok' }), statusCode: 200 };
  }

  const preCheckSchema = {
    description:
      'For forms of several steps: the code stays good for the registration itself. A wrong one is data.valid false, and counts as a guess. ' +
      'Errors: 2231 not an address, 2101 no application named, 1000 too many guesses.',
    response: { 200: Type.Object({ ...envelopeV2(V2CheckedCode).properties, statusCode: Type.Integer() }) },
  };
  scope.post(
    '/api/v2/sms/preCheckCode',
    { bodyLimit, schema: { ...preCheckSchema, summary: 'Check a code to register by SMS', body: V2CheckSmsCodeDto } },
    (request) => preCheck(request, contactOf(request.body), request.body.phoneCode),
  );
  scope.post(
    '/api/v2/email/preCheckCode',
    {
      bodyLimit,
      schema: { ...preCheckSchema, summary: 'Check a code to register by e-mail', body: V2CheckEmailCodeDto },
    },
    (request) => preCheck(request, contactOf(request.body), request.body.emailCode),
  );

  scope.post(
    '/api/v2/users/password/reset-by-first-login-token',
    {
      bodyLimit,
      schema: {
        summary: 'Set the new password that a sign-in asked for',
        description:
          'With the token that came with the refusal 1639 of a sign-in, good for ten minutes and one password. Every login of the person ends. ' +
          'Errors: 2001 token wrong, expired or used, 2029 password too short or too common (the token stays good), 2016 not decryptable, 2101 no application named.',
        body: V2ResetByTokenDto,
        response: { 200: envelopeV2(Type.Null()) },
      },
    },
    async (request) => {
      const application = applicationOf(request, directory);
      const caller = callerOf(request);
      const { token, password } = request.body;
      await limitingGuesses(limits, caller, async () =>
        parts.passwordReset.reset(
          application,
          token,
          decrypted(password, parts.passwordDecryption, 'password'),
          caller,
        ),
      );
      return okV2<null>();
    },
  );
}

type Address = { email: string } | { phone: string; phoneCountryCode?: string | null };

function contactOf(address: Address): Contact {
  if ('email' in address) return parseContact({ email: address.email });
  return parseContact({ phone: address.phone, phoneCountryCode: address.phoneCountryCode ?? undefined });
}

function withoutNulls<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
