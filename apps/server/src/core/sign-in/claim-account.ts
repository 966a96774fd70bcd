import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { changedByOthers } from '../users/changes.ts';
import { type Contact, findByContact, ownContact } from '../users/contact.ts';
import { claimed, isProved, isUnclaimed } from '../users/proved-contacts.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { Passcodes } from './passcodes.ts';

const maxAttempts = 4;

/** Finds or takes the account of somebody who has just proved a contact by a passcode that was sent there. */
export function createAccountClaims(parts: {
  users: UserStore;
  passcodes: Pick<Passcodes, 'forget'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, secrets, clock } = parts;

  /**
   * The account of the person who proved the contact. One that only claims the contact may wait for its owner: it is cleared and handed
   * over, or, where its maker proved another contact, left to them, and the result is null.
   */
  return async function takeAccount(application: Application, contact: Contact, caller: Caller): Promise<User | null> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const user = await findByContact(users, application.userPoolId, contact);
      if (user === null || isProved(user, contact.kind)) return user;
      if (!isUnclaimed(user)) return null;
      if (user.status !== 'Activated') return user;
      const now = clock.now();
      const next = claimed(user, contact.kind, now);
      const facts = { userPoolId: user.userPoolId, applicationId: application.id, userId: user.id };
      const fields = contact.kind === 'email' ? 'emailVerified' : 'phoneVerified';
      const event = newEvent(secrets, 'user.updated', caller, { ...facts, detail: { fields, claimed: true } });
      const end = newEvent(secrets, 'session.revoked', caller, { ...facts, detail: { reason: 'account_claimed' } });
      if ((await users.update(next, event, { at: now, event: end })) === null) {
        const others = [ownContact(user, 'email'), ownContact(user, 'phone')].filter((own) => own !== null);
        await passcodes.forget(user.userPoolId, [contact, ...others]);
        return next;
      }
    }
    throw changedByOthers();
  };
}
