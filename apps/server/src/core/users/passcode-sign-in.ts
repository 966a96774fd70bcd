import type { Application } from '../applications/application.ts';
import { newEvent } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Clock, Secrets } from '../ports.ts';
import { type Contact, contactIn, findByContact, ownContact } from './contact.ts';
import type { Passcodes } from './passcodes.ts';
import type { PhoneCountries } from './phone-country.ts';
import { claimed, isProved, isUnclaimed } from './proved-contacts.ts';
import type { SignedInWithPassword, SignIn } from './sign-in.ts';
import type { SignUp } from './sign-up.ts';
import type { UserStore } from './store.ts';
import type { User } from './user.ts';

const maxAttempts = 4;

export interface PasscodeSignInInput {
  application: Application;
  contact: Contact;
  code: string;
  /** Makes an account for an address that is nobody's, where the pool is open. */
  autoRegister: boolean;
  /** Space-separated, already reduced to what is offered. */
  scope: string;
  client: Client;
}

/** Logs people in by an address they can read. Every generation ends here (T41). */
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
  const { users, passcodes, signIn, signUp, directory, audit, secrets, clock } = parts;

  /** @throws DomainError passcode_invalid, user_not_found, user_suspended */
  return async function withPasscode(given: PasscodeSignInInput): Promise<SignedInWithPassword> {
    const contact = contactIn(directory, given.application.userPoolId, given.contact);
    const input = { ...given, contact };
    const { application, client, scope } = input;
    await passcodes.take(application.userPoolId, 'CHANNEL_LOGIN', contact, input.code).catch(async (error) => {
      await noteFailure(input);
      throw error;
    });
    const user = (await takeAccount(input)) ?? (await newAccount(input));
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    return signIn.enter(user, { application, amr: ['otp'], scope, client });
  };

  async function newAccount({ application, contact, client, autoRegister }: PasscodeSignInInput): Promise<User> {
    if (!autoRegister) throw new DomainError('user_not_found');
    return signUp.withProvenContact({ application, contact, profile: {}, client });
  }

  async function noteFailure({ application, contact, client }: PasscodeSignInInput): Promise<void> {
    const user = await findByContact(users, application.userPoolId, contact);
    const { ip, userAgent, requestId } = client;
    const facts = { userPoolId: application.userPoolId, applicationId: application.id, userId: user?.id ?? null };
    const detail = { field: contact.kind, amr: 'otp' };
    await audit.append(newEvent(secrets, 'user.sign_in_failed', { ...facts, ip, userAgent, requestId, detail }));
  }

  /**
   * The account of who has just proved the contact. One that claims it without a proof may have been made by somebody who waits for
   * its owner to come: it is cleared of them, or, where they proved another contact of it, stays theirs; null then.
   */
  async function takeAccount(input: PasscodeSignInInput): Promise<User | null> {
    const { application, contact, client } = input;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const user = await findByContact(users, application.userPoolId, contact);
      if (user === null || isProved(user, contact.kind)) return user;
      if (!isUnclaimed(user)) return null;
      if (user.status !== 'Activated') return user;
      const now = clock.now();
      const next = claimed(user, contact.kind, now);
      const facts = {
        userPoolId: user.userPoolId,
        applicationId: application.id,
        userId: user.id,
        ip: client.ip,
        userAgent: client.userAgent,
        requestId: client.requestId,
      };
      const fields = contact.kind === 'email' ? 'emailVerified' : 'phoneVerified';
      const event = newEvent(secrets, 'user.updated', { ...facts, detail: { fields, claimed: true } });
      const end = newEvent(secrets, 'session.revoked', { ...facts, detail: { reason: 'account_claimed' } });
      if ((await users.claim(next, event, { at: now, event: end })) === null) {
        const others = [ownContact(user, 'email'), ownContact(user, 'phone')].filter((own) => own !== null);
        await passcodes.forget(user.userPoolId, [contact, ...others]);
        return next;
      }
    }
    throw new Error('the user kept being changed by others');
  }
}

export type PasscodeSignIn = ReturnType<typeof createPasscodeSignIn>;
