import { newEvent } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import { type Application, requireOwnProduct } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { PhoneCountries } from '../identifiers/phone-country.ts';
import { type Contact, contactIn, findByContact } from '../users/contact.ts';
import { isProved } from '../users/proved-contacts.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { createAccountClaims } from './claim-account.ts';
import type { Passcodes } from './passcodes.ts';
import type { SignedInWithPassword, SignIn } from './sign-in.ts';
import type { SignUp } from './sign-up.ts';

/** What proves that somebody has an address. */
type PasscodeProof = Omit<PasscodeSignInInput, 'scope'>;

export interface PasscodeSignInInput {
  application: Application;
  contact: Contact;
  passcode: string;
  /** Whether to make an account for an address that belongs to nobody, where the pool is open. */
  autoRegister: boolean;
  /** Space-separated, already reduced to what is offered. */
  scope: string;
  caller: Caller;
}

/** Logs people in by a passcode (threats T41). A caller that lost the reply logs in once more, as with a password. */
export function createPasscodeSignIn(parts: {
  users: UserStore;
  passcodes: Pick<Passcodes, 'take' | 'forget'>;
  signIn: Pick<SignIn, 'enter'>;
  signUp: Pick<SignUp, 'withProvenContact'>;
  directory: PhoneCountries;
  audit: Pick<AuditStore, 'append'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, signIn, signUp, directory, audit, secrets } = parts;
  const takeAccount = createAccountClaims(parts);

  /** @throws DomainError permission_denied, passcode_invalid, user_not_found, user_suspended */
  async function withPasscode(given: PasscodeSignInInput): Promise<SignedInWithPassword> {
    requireOwnProduct(given.application);
    const user = await prove(given);
    const { application, caller, scope } = given;
    return signIn.enter(user, { application, amr: ['otp'], scope, caller });
  }

  /** The person who has the address; nobody is logged in yet. @throws DomainError passcode_invalid, user_not_found, user_suspended */
  async function prove(given: PasscodeProof): Promise<User> {
    const contact = contactIn(directory, given.application.userPoolId, given.contact);
    const input = { ...given, contact };
    const { application, caller } = input;
    const by = callerHash(secrets, `sign-in:${application.id}`, caller);
    await passcodes.take(application.userPoolId, 'CHANNEL_LOGIN', contact, input.passcode, by).catch(async (error) => {
      await noteFailure(input);
      throw error;
    });
    const user = (await takeAccount(application, contact, caller)) ?? (await newAccount(input));
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    return user;
  }

  async function newAccount({ application, contact, caller, autoRegister }: PasscodeProof): Promise<User> {
    if (!autoRegister) throw new DomainError('user_not_found');
    try {
      return await signUp.withProvenContact({ application, contact, profile: {}, caller });
    } catch (error) {
      // The same caller may have asked twice, and its other request made the account in between.
      const made = isTaken(error) ? await findByContact(users, application.userPoolId, contact) : null;
      if (made === null || !isProved(made, contact.kind)) throw error;
      return made;
    }
  }

  async function noteFailure({ application, contact, caller }: PasscodeProof): Promise<void> {
    const user = await findByContact(users, application.userPoolId, contact);
    const facts = { userPoolId: application.userPoolId, applicationId: application.id, userId: user?.id ?? null };
    const detail = { field: contact.kind, amr: 'otp' };
    await audit.append(newEvent(secrets, 'user.sign_in_failed', caller, { ...facts, detail }));
  }

  return { withPasscode, prove };
}

function isTaken(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'user_exists';
}

export type PasscodeSignIns = ReturnType<typeof createPasscodeSignIn>;
