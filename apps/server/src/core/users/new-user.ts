import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { parseEmail } from '../identifiers/email-address.ts';
import { parsePhone, parsePhoneCountryCode, phoneParts } from '../identifiers/phone-number.ts';
import { parseUsername } from '../identifiers/username.ts';
import { checkCustomData } from './custom/custom-data.ts';
import { parseExternalId } from './identifiers.ts';
import { checkPassword, passwordSecurityLevel } from './password-policy.ts';
import { checkProfile, profileOf } from './profile-text.ts';
import type { Profile, User } from './user.ts';
import { userIdLength } from './user-id.ts';

export interface NewUserInput {
  /** Instead of one that is drawn; already checked. */
  id?: string;
  userPoolId: string;
  username?: string | null;
  email?: string | null;
  emailVerified?: boolean;
  phone?: string | null;
  phoneCountryCode?: string | null;
  phoneVerified?: boolean;
  externalId?: string | null;
  /** The person comes by tokens of the company's own auth server, and needs nothing to sign in with here. */
  hasIdentity?: boolean;
  password?: string | null;
  /** Instead of `password`: a hash made elsewhere, already checked to be one. It is renewed at the first sign-in. */
  passwordHash?: string;
  resetPasswordOnNextLogin?: boolean;
  status?: User['status'];
  /** Shorthands for the two profile fields people set most; they win over `profile`. */
  nickname?: string | null;
  photo?: string | null;
  profile?: Profile;
  customData?: Record<string, unknown>;
  /** Default `adminCreated`. */
  userSourceType?: User['userSourceType'];
  /** How the person came to us, e.g. `basic:email`. */
  registerSource?: string[];
}

/**
 * A valid user that is not stored yet. Whether the identifiers are free is the store's answer.
 * @throws DomainError invalid_argument, password_too_weak; the field is named as in `NewUserInput`
 */
export async function newUser(
  input: NewUserInput,
  parts: { secrets: Pick<Secrets, 'randomId'>; clock: Clock; passwords: Pick<PasswordHasher, 'hash'> },
): Promise<User> {
  const username = parsed(input.username, parseUsername);
  const email = parsed(input.email, parseEmail);
  const countryCode = parsed(input.phoneCountryCode, parsePhoneCountryCode) ?? undefined;
  const phone = parsed(input.phone, (given) => parsePhone(given, countryCode));
  if (username === null && email === null && phone === null && !input.hasIdentity) {
    throw new DomainError('invalid_argument', { field: 'username', reason: 'noUsernameOrContact' });
  }
  const profile: Profile = profileOf(input.profile ?? {});
  if (input.nickname !== undefined) profile.nickname = input.nickname;
  if (input.photo !== undefined) profile.photo = input.photo;
  checkProfile(profile);
  const customData = input.customData ?? {};
  checkCustomData(customData, 'customData');

  const password = input.password ?? null;
  if (password !== null) checkPassword(password, 'password', [username, email, phone]);
  const passwordHash = password === null ? (input.passwordHash ?? null) : await parts.passwords.hash(password);

  const now = parts.clock.now();
  return {
    id: input.id ?? parts.secrets.randomId(userIdLength),
    userPoolId: input.userPoolId,
    status: input.status ?? 'Activated',
    statusChangedAt: null,
    username,
    email,
    emailVerified: email !== null && (input.emailVerified ?? false),
    phone,
    phoneCountryCode: phone === null ? null : phoneParts(phone).phoneCountryCode,
    phoneVerified: phone !== null && (input.phoneVerified ?? false),
    externalId: parsed(input.externalId, parseExternalId),
    // People who register give themselves none.
    isExternalIdVouched: input.externalId != null,
    profile,
    customData,
    passwordHash,
    passwordLastSetAt: passwordHash === null ? null : now,
    // The password behind a foreign hash cannot be measured: it counts as low.
    passwordSecurityLevel: password === null ? Number(passwordHash !== null) : passwordSecurityLevel(password),
    resetPasswordOnNextLogin: input.resetPasswordOnNextLogin ?? false,
    userSourceType: input.userSourceType ?? 'adminCreated',
    registerSource: input.registerSource ?? [],
    loginsCount: 0,
    lastLogin: null,
    lastIp: null,
    lastLoginApp: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

function parsed(given: string | null | undefined, parse: (text: string) => string): string | null {
  return given == null ? null : parse(given);
}
