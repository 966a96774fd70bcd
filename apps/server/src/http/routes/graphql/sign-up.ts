import { SignUpDto } from '@passbeam/protocol';
import type { PasswordDecryption } from '../../../core/ground/ports.ts';
import type { SignUp } from '../../../core/sign-in/sign-up.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import { countAttempt } from '../../limits/guess-limit.ts';
import type { Limits } from '../../limits/limits.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { decrypted } from '../v2/log-in.ts';
import type { OperationContext, Said } from './context.ts';
import { checkFields, paramsOf, withoutNulls } from './fields.ts';
import type { LogIn } from './log-in.ts';
import { graphqlUser } from './user.ts';

export interface Registration {
  password: string;
  profile?:
    | (Said<Record<'username' | 'email' | 'phone', string>> & { udf?: { key: string; value: string }[] | null })
    | null;
  forceLogin?: boolean | null;
  generateToken?: boolean | null;
  params?: string | null;
  clientIp?: string | null;
}

const profileSchema = SignUpDto.properties.profile;
const credentialsSchema = SignUpDto.properties.passwordPayload;

/** `registerBy…` with a password; on request the new person is logged in too. */
export function signUpOperations(
  parts: Pick<Parts, 'directory' | 'publicUrl'> & {
    limits: Limits;
    signUp: SignUp;
    logIn: LogIn;
    passwordDecryption: PasswordDecryption;
  },
) {
  const { limits, signUp, logIn, passwordDecryption, publicUrl } = parts;

  async function register(
    names: { username?: string; email?: string },
    input: Registration,
    context: OperationContext,
  ) {
    const wantsLogin = input.forceLogin || input.generateToken;
    const { application, caller } = await logIn.callerOf(context, input);
    const { username, email, phone, udf, ...rest } = withoutNulls(input.profile ?? {});
    const identifiers = { username, email, phone, ...names };
    const profile = profileOf(rest);
    const customData = {
      ...Object.fromEntries((udf ?? []).map(({ key, value }) => [key, value])),
      ...paramsOf(input.params, 'input.params'),
    };
    const { username: _, ...profileIdentifiers } = withoutNulls(identifiers);
    checkFields(profileSchema, { ...profile, ...profileIdentifiers }, 'input.profile');
    await countAttempt(limits, caller);
    const password = decrypted(input.password, passwordDecryption, 'input.password');
    checkFields(credentialsSchema, { ...names, password }, 'input');

    const fieldNames = {
      username: names.username === undefined ? 'input.profile.username' : 'input.username',
      email: names.email === undefined ? 'input.profile.email' : 'input.email',
      phone: 'input.profile.phone',
      password: 'input.password',
      customData: 'input.params',
    };
    const user = await withFieldNames(fieldNames, () =>
      signUp.withPassword({ application, ...withoutNulls(identifiers), password, profile, customData, caller }),
    );
    if (!wantsLogin) return graphqlUser(user, { publicUrl, newlyCreated: true });
    return logIn.asRegistered(user, { application, caller });
  }

  return {
    registerByUsername: ({ input }: { input: Registration & { username: string } }, context: OperationContext) =>
      register({ username: input.username }, input, context),
    registerByEmail: ({ input }: { input: Registration & { email: string } }, context: OperationContext) =>
      register({ email: input.email }, input, context),
  };
}
