import { describe, expect, it } from 'vitest';
import type { Identity } from '../../core/users/identity-store.ts';
import { anEvent, anIdentity, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function describeIdentities(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  async function meet(given: Partial<Identity> = {}, user = aUser()) {
    const identity = anIdentity({ ...given, userId: user.id });
    const outcome = await opened.stores.identities.insertWithUser(identity, user, anEvent({ type: 'user.created' }));
    return { identity, user, outcome };
  }

  async function events(type: 'user.created' | 'user.linked'): Promise<number> {
    return (await opened.stores.audit.list({ type, limit: 100 })).length;
  }

  describe('a first meeting', () => {
    it('stores identity, user and event', async () => {
      const { identity, user, outcome } = await meet({ claimsIssuedAt: 5 });
      expect(outcome).toBeNull();
      expect(await opened.stores.identities.find(identity)).toEqual({ identity, user });
      expect(await opened.stores.users.find(user.id)).toEqual(user);
      expect(await events('user.created')).toBe(1);
    });

    it('makes one user, however many come at once', async () => {
      const identity = anIdentity();
      const users = Array.from({ length: 50 }, () => aUser());
      const made = await race(50, null, (index) => {
        const user = users[index] ?? aUser();
        return opened.stores.identities.insertWithUser({ ...identity, userId: user.id }, user, anEvent());
      });
      expect(made).toBe(1);
      const stored = await Promise.all(users.map((user) => opened.stores.users.find(user.id)));
      const kept = stored.filter((user) => user !== null);
      expect(kept.map((user) => user.id)).toEqual([(await opened.stores.identities.find(identity))?.user.id]);
    });

    it('stores neither when an identifier is taken', async () => {
      await meet({}, aUser({ externalId: 'employee-1' }));
      const { identity, user, outcome } = await meet({}, aUser({ externalId: 'employee-1' }));
      expect(outcome).toBe('externalId');
      expect(await opened.stores.identities.find(identity)).toBeNull();
      expect(await opened.stores.users.find(user.id)).toBeNull();
      expect(await events('user.created')).toBe(1);
    });
  });

  describe('the key', () => {
    it.each([
      ['case', 'Person', 'person'],
      ['the form of Unicode', 'Am\u00e9lie', 'Ame\u0301lie'],
      ['a zero-width character', 'person', 'per\u200bson'],
      ['white space at the end', 'person', 'person '],
      ['full-width letters', 'a', '\uff41'],
    ])('tells subjects apart that differ by %s', async (_, one, other) => {
      const first = await meet({ subject: one, issuer: 'https://auth.example.com' });
      const second = await meet({ subject: other, issuer: 'https://auth.example.com' });
      expect([first.outcome, second.outcome]).toEqual([null, null]);
      expect((await opened.stores.identities.find(first.identity))?.user.id).toBe(first.user.id);
      expect((await opened.stores.identities.find(second.identity))?.user.id).toBe(second.user.id);
    });

    it.each([
      ['issuer', { issuer: 'https://auth.example.com/' }],
      ['user pool', { userPoolId: 'pool-2' }],
    ])('tells people of another %s apart', async (_, other) => {
      const key = { issuer: 'https://auth.example.com', subject: 'person', userPoolId: 'pool-1' };
      await meet(key);
      expect(await opened.stores.identities.find({ ...key, ...other })).toBeNull();
      expect((await meet({ ...key, ...other })).outcome).toBeNull();
    });

    it('has room for the longest issuer and subject', async () => {
      const letters = Array.from({ length: 255 }, (_, index) => String.fromCodePoint(0x20000 + index * 97)).join('');
      const issuer = Array.from({ length: 512 }, (_, index) => String.fromCharCode(33 + ((index * 37) % 94))).join('');
      const { identity, outcome } = await meet({ issuer, subject: letters });
      expect(outcome).toBeNull();
      expect((await opened.stores.identities.find(identity))?.identity.subject).toBe(letters);
    });
  });

  describe('binding', () => {
    async function aStoredUser() {
      const user = aUser({ externalId: 'employee-1' });
      await opened.stores.users.insert(user, anEvent());
      return user;
    }
    const bind = (given: Partial<Identity>) =>
      opened.stores.identities.bind(anIdentity(given), anEvent({ type: 'user.linked' }));

    it('gives a stored user one identity of an issuer', async () => {
      const { id: userId } = await aStoredUser();
      expect(await bind({ userId, subject: 'one', issuer: 'a' })).toBeNull();
      expect(await bind({ userId, subject: 'two', issuer: 'a' })).toBe('taken');
      expect(await bind({ userId, subject: 'one', issuer: 'b' })).toBeNull();
      expect(await events('user.linked')).toBe(2);
    });

    it('leaves a known identity with its user', async () => {
      const { identity, user } = await meet();
      const { id: userId } = await aStoredUser();
      expect(await bind({ ...identity, userId })).toBe('known');
      expect(await opened.stores.identities.find(identity)).toEqual({ identity, user });
    });

    it('of two people at once succeeds for one', async () => {
      const { id: userId } = await aStoredUser();
      expect(await race(20, null, (index) => bind({ userId, subject: `person ${index}`, issuer: 'a' }))).toBe(1);
    });

    it.each([['gone', 'pool-1'] as const, ['of another pool', 'pool-2'] as const])(
      'is refused when the user is %s',
      async (what, userPoolId) => {
        const user = await aStoredUser();
        const userId = what === 'gone' ? 'nobody' : user.id;
        expect(await bind({ userId, userPoolId })).toBe('taken');
      },
    );
  });

  it('goes with its user', async () => {
    const { identity, user } = await meet();
    const other = await meet();
    await opened.stores.users.delete(user.userPoolId, [
      { id: user.id, event: anEvent(), end: { at: 5, event: anEvent() } },
    ]);
    expect(await opened.stores.identities.find(identity)).toBeNull();
    expect(await opened.stores.identities.find(other.identity)).toEqual({ identity: other.identity, user: other.user });
  });

  describe('seen again', () => {
    it('takes newer claims once, and older ones never', async () => {
      const { identity } = await meet();
      const { seen, find } = opened.stores.identities;
      expect(await seen(identity, 2_000, 50)).toBe(true);
      expect(await seen(identity, 3_000, 50)).toBe(false);
      expect(await seen(identity, 4_000, 49)).toBe(false);
      expect(await seen(identity, 5_000, null)).toBe(false);
      expect(await seen(identity, 1_000, null)).toBe(false);
      expect((await find(identity))?.identity).toEqual({ ...identity, lastSeenAt: 5_000, claimsIssuedAt: 50 });
    });

    it('by many at once takes the claims of one token once', async () => {
      const { identity } = await meet();
      expect(await race(20, true, () => opened.stores.identities.seen(identity, 2_000, 50))).toBe(1);
    });
  });
}
