import { SignUpDto } from '@passbeam/protocol';
import type { Application } from '../../../core/directory/application.ts';
import { defaultScope } from '../../../core/sessions/scopes.ts';
import type { SignedInWithPassword } from '../../../core/sign-in/sign-in.ts';
import { parseContact } from '../../../core/users/contact.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import { applicationOf } from '../../callers/application.ts';
import { countAttempt, limitingGuesses } from '../../limits/guess-limit.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { createPasscodeCalls } from '../../requests/passcode-calls.ts';
import { decrypted } from '../v2/log-in.ts';
import { createPasscodePurposes } from '../v2/passcode-purposes.ts';
import type { OperationContext, Said } from './context.ts';
import { checkFields, paramsOf, withoutNulls } from './fields.ts';
import type { LogIn } from './log-in.ts';
import type { Registration } from './sign-up.ts';
import { graphqlUser } from './user.ts';

const done = { code: 200, message: 'ok' };

/** The operations that send and take passcodes; the rules are those of v3. */
export function passcodeOperations(parts: Parts & { logIn: LogIn }) {
  const { directory, limits, logIn, signIn, signUp, signInWithPasscode, passwordReset } = parts;
  const sendPasscode = createPasscodeCalls(parts);
  const purposeOf = createPasscodePurposes(parts);

  async function entered(application: Application, login: SignedInWithPassword, newlyCreated: boolean) {
    const { user, loginSession } = login;
    const issuedAt = loginSession.createdAt;
    const held = await parts.v2LoginTokens.mint({ user, application, loginSession, issuedAt });
    return graphqlUser(user, { publicUrl: parts.publicUrl, held, newlyCreated });
  }

  return {
    async sendEmail({ email, scene }: { email: string; scene: string }, { request }: OperationContext) {
      const application = applicationOf(request, directory);
      const contact = parseContact({ email });
      const asked = await purposeOf(request, application, contact, scene);
      await sendPasscode(request, { application, contact, ...asked });
      return done;
    },

    async loginByPhoneCode(
      { input }: { input: PhoneCode & Said<{ autoRegister: boolean; clientIp: string }> },
      context: OperationContext,
    ) {
      const { application, caller } = await logIn.callerOf(context, input);
      const login = await limitingGuesses(limits, caller, () =>
        signInWithPasscode({
          application,
          contact: phoneOf(input),
          passcode: input.code,
          autoRegister: input.autoRegister ?? false,
          scope: defaultScope,
          caller,
        }),
      );
      return entered(application, login, false);
    },

    async registerByPhoneCode(
      { input }: { input: PhoneCode & Omit<Registration, 'password'> & Said<{ password: string }> },
      context: OperationContext,
    ) {
      const wantsLogin = input.forceLogin || input.generateToken;
      const { application, caller } = await logIn.callerOf(context, input);
      const { username, email, ...rest } = withoutNulls(input.profile ?? {});
      const profile = profileOf(rest);
      checkFields(SignUpDto.properties.profile, { ...profile, ...withoutNulls({ email }) }, 'input.profile');
      await countAttempt(limits, caller);
      const names = { username: 'input.profile.username', email: 'input.profile.email', phone: 'input.phone' };
      const user = await withFieldNames({ ...names, password: 'input.password', customData: 'input.params' }, () =>
        limitingGuesses(limits, caller, () =>
          signUp.withPasscode({
            application,
            contact: phoneOf(input),
            passcode: input.code,
            ...withoutNulls({ username, email }),
            ...(input.password
              ? { password: decrypted(input.password, parts.passwordDecryption, 'input.password') }
              : {}),
            profile,
            customData: paramsOf(input.params, 'input.params'),
            caller,
          }),
        ),
      );
      if (!wantsLogin) return graphqlUser(user, { publicUrl: parts.publicUrl, newlyCreated: true });
      const login = await signIn.enter(user, { application, amr: ['otp'], scope: defaultScope, caller });
      return entered(application, login, true);
    },

    async resetPassword(
      { code: passcode, newPassword, ...given }: { code: string; newPassword: string } & Said<Address>,
      { request, caller }: OperationContext,
    ) {
      const application = applicationOf(request, directory);
      const { phone, phoneCountryCode, email } = given;
      const contact = parseContact(withoutNulls({ phone, phoneCountryCode, email }));
      await limitingGuesses(limits, caller, async () => {
        const password = decrypted(newPassword, parts.passwordDecryption, 'newPassword');
        await passwordReset.withPasscode(application, { contact, passcode }, password, caller);
      });
      return done;
    },

    async resetPasswordByFirstLoginToken(
      { token, password }: { token: string; password: string },
      { request, caller }: OperationContext,
    ) {
      const application = applicationOf(request, directory);
      await limitingGuesses(limits, caller, async () =>
        passwordReset.reset(application, token, decrypted(password, parts.passwordDecryption, 'password'), caller),
      );
      return done;
    },
  };
}

type Address = Record<'phone' | 'phoneCountryCode' | 'email', string>;
type PhoneCode = { phone: string; code: string } & Said<{ phoneCountryCode: string }>;

function phoneOf({ phone, phoneCountryCode }: PhoneCode) {
  return parseContact(withoutNulls({ phone, phoneCountryCode }));
}
