import { requireOwnProduct } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import { looksLikePhone } from '../identifiers/phone-number.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { PasswordSignInInput, SignedInWithPassword, SignIn } from './sign-in.ts';
import type { SignUp } from './sign-up.ts';

export interface SignInOrUpInput extends PasswordSignInInput {
  /** The password that a new account would get. @throws DomainError password_decryption_failed */
  newPassword(): string;
}

/** Logs people in by a password. Where the pool is open, a name that is nobody's gets an account first (wire 4.1, `autoRegister`). */
export function createSignInOrUp(parts: {
  users: Pick<UserStore, 'findByLogin'>;
  signIn: Pick<SignIn, 'withPassword' | 'enter'>;
  signUp: Pick<SignUp, 'withPassword'>;
  directory: Directory;
  /** Counts a registration by the caller's network. @throws DomainError too_many_requests */
  countSignUp(caller: Caller): Promise<void>;
}) {
  const { users, signIn, signUp, directory, countSignUp } = parts;

  /** @throws DomainError as a sign-in, and where nobody has the name as a registration */
  return async function signInOrUp(input: SignInOrUpInput): Promise<SignedInWithPassword & { isNew: boolean }> {
    const { application, scope, caller } = input;
    requireOwnProduct(application);
    const user = await newAccount(input);
    if (user === null) return { ...(await signIn.withPassword(input)), isNew: false };
    return { ...(await signIn.enter(user, { application, amr: ['pwd'], scope, caller })), isNew: true };
  };

  /** Null where somebody has the name, or the pool is closed: then a sign-in answers, which tells strangers nothing (threats T33). */
  async function newAccount(input: SignInOrUpInput): Promise<User | null> {
    const { application, caller } = input;
    if (directory.getPool(application.userPoolId).securitySettings.registerDisabled) return null;
    if (await isKnown(input)) return null;
    await countSignUp(caller);
    const given = { application, ...nameOf(input), password: input.newPassword(), profile: {}, caller };
    try {
      return await signUp.withPassword(given);
    } catch (error) {
      // Another request may have made the account in between: its password decides.
      const isTaken = error instanceof DomainError && error.code === 'user_exists';
      if (isTaken && (await isKnown(input))) return null;
      throw error;
    }
  }

  /** Whether somebody has the name, proved or not: it is no one else's to take. */
  async function isKnown({ application: { userPoolId }, field, identifier }: SignInOrUpInput): Promise<boolean> {
    const countryCode = phoneCountryCodeOf(directory, userPoolId);
    return (await users.findByLogin(userPoolId, field, identifier, countryCode)) !== null;
  }
}

/** What the typed text is a name of. No username has an at sign or looks like a phone. */
function nameOf({ field, identifier }: SignInOrUpInput): { username?: string; email?: string; phone?: string } {
  if (field !== 'account') return { [field]: identifier };
  if (identifier.includes('@')) return { email: identifier };
  return looksLikePhone(identifier) ? { phone: identifier } : { username: identifier };
}
