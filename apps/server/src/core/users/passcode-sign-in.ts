import type { Application } from '../applications/application.ts';
import { newEvent } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { type Contact, contactIn, findByContact } from './contact.ts';
import type { Passcodes } from './passcodes.ts';
import type { PhoneCountries } from './phone-country.ts';
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
  passcodes: Pick<Passcodes, 'take'>;
  signIn: Pick<SignIn, 'enter'>;
  signUp: Pick<SignUp, 'withProvenContact'>;
  loginSessions: Pick<LoginSessionStore, 'revokeAll'>;
  directory: PhoneCountries;
  audit: Pick<AuditStore, 'append'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, signIn, signUp, loginSessions, directory, audit, secrets, clock } = parts;

  /** @throws DomainError passcode_invalid, user_not_found, user_suspended */
  return async function withPasscode(given: PasscodeSignInInput): Promise<SignedInWithPassword> {
    const contact = contactIn(directory, given.application.userPoolId, given.contact);
    const input = { ...given, contact };
    const { application, client, scope } = input;
    await passcodes.take(application.userPoolId, 'CHANNEL_LOGIN', contact, input.code).catch(async (error) => {
      await noteFailure(input);
      throw error;
    });
    const found = await findByContact(users, application.userPoolId, contact);
    if (found === null && !input.autoRegister) throw new DomainError('user_not_found');
    const user = found ?? (await signUp.withProvenContact({ application, contact, profile: {}, client }));
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    return signIn.enter(await proven(user, input), { application, amr: ['otp'], scope, client });
  };

  async function noteFailure({ application, contact, client }: PasscodeSignInInput): Promise<void> {
    const user = await findByContact(users, application.userPoolId, contact);
    const { ip, userAgent, requestId } = client;
    const facts = { userPoolId: application.userPoolId, applicationId: application.id, userId: user?.id ?? null };
    const detail = { field: contact.kind, amr: 'otp' };
    await audit.append(newEvent(secrets, 'user.sign_in_failed', { ...facts, ip, userAgent, requestId, detail }));
  }

  /**
   * The address is proved now. Whoever registered with it before, without a proof, may have been somebody else waiting
   * for its owner to come: their password and logins end here.
   */
  async function proven(user: User, { contact, application, client }: PasscodeSignInInput): Promise<User> {
    const flag = contact.kind === 'email' ? 'emailVerified' : 'phoneVerified';
    let current: User | null = user;
    for (let attempt = 0; attempt < maxAttempts && current !== null; attempt++) {
      if (current[flag]) return current;
      const isUnclaimed: boolean =
        current.userSourceType === 'register' && !current.emailVerified && !current.phoneVerified;
      const now = clock.now();
      const next: User = {
        ...current,
        [flag]: true,
        ...(isUnclaimed ? { passwordHash: null, passwordSecurityLevel: 0, passwordLastSetAt: now } : {}),
        updatedAt: now,
        version: current.version + 1,
      };
      const facts = {
        userPoolId: user.userPoolId,
        applicationId: application.id,
        userId: user.id,
        ip: client.ip,
        userAgent: client.userAgent,
        requestId: client.requestId,
      };
      const event = newEvent(secrets, 'user.updated', { ...facts, detail: { fields: flag, claimed: isUnclaimed } });
      if ((await users.update(next, event)) === null) {
        if (isUnclaimed) {
          const end = newEvent(secrets, 'session.revoked', { ...facts, detail: { reason: 'account_claimed' } });
          await loginSessions.revokeAll(user.id, now, null, end);
        }
        return next;
      }
      current = await users.find(user.id);
    }
    throw current === null ? new DomainError('user_not_found') : new Error('the user kept being changed by others');
  }
}

export type PasscodeSignIn = ReturnType<typeof createPasscodeSignIn>;
