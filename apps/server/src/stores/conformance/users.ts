import { describe, expect, it } from 'vitest';
import type { SearchCondition, SearchExpression } from '../../core/users/search.ts';
import { aLoginSession, anEvent, aRoom, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

const alice = { username: 'Alice', email: 'Alice@Example.com', phone: '+8613800000001', externalId: 'EXT-1' };

export function describeUsers(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  describe('users', () => {
    it('keeps every field', async () => {
      const user = aUser({
        ...alice,
        statusChangedAt: 5,
        lastLogin: 6,
        lastIp: 'ip',
        lastLoginApp: 'app',
        loginsCount: 3,
      });
      expect(await opened.stores.users.insert(user, anEvent({ type: 'user.created' }))).toBeNull();
      expect(await opened.stores.users.find(user.id)).toEqual(user);
      expect(await opened.stores.users.find('nobody')).toBeNull();
      expect(await opened.stores.audit.list({ type: 'user.created', limit: 10 })).toHaveLength(1);
    });

    it.each([
      ['username', { username: 'ALICE' }],
      ['email', { email: 'alice@example.COM' }],
      ['phone', { phone: '+8613800000001' }],
      ['externalId', { externalId: 'EXT-1' }],
    ] as const)('names %s when another user of the pool has it', async (field, given) => {
      await opened.stores.users.insert(aUser(alice), anEvent());
      const second = aUser(given);
      const event = anEvent({ type: 'user.created' });
      expect(await opened.stores.users.insert(second, event)).toBe(field);
      expect(await opened.stores.users.find(second.id)).toBeNull();
      expect(await opened.stores.audit.list({ type: 'user.created', limit: 10 })).toEqual([]);
      expect(await opened.stores.users.insert(aUser({ ...given, userPoolId: 'pool-2' }), anEvent())).toBeNull();
    });

    it('lets many users have no identifier at all', async () => {
      expect(await opened.stores.users.insert(aUser(), anEvent())).toBeNull();
      expect(await opened.stores.users.insert(aUser(), anEvent())).toBeNull();
    });

    it('gives an e-mail address to exactly one of twenty', async () => {
      const wins = await race(20, null, () => opened.stores.users.insert(aUser({ email: 'a@b.example' }), anEvent()));
      expect(wins).toBe(1);
    });
  });

  describe('contacts that were proved', () => {
    const proved = { email: 'a@b.example', emailVerified: true, phone: '+8613800000001', phoneVerified: true };
    const claim = { email: 'A@b.example', emailVerified: false, phone: '+8613800000001' };

    it('are taken from whoever has them unproved, by a new user', async () => {
      const { users } = opened.stores;
      const claiming = aUser(claim);
      await users.insert(claiming, anEvent());
      expect(await users.insert(aUser(proved), anEvent())).toBeNull();
      const left = await users.find(claiming.id);
      expect(left).toMatchObject({ email: null, phone: null });
      expect(left?.version).toBeGreaterThan(claiming.version);
    });

    it('are taken from whoever has them unproved, by a change and by a list', async () => {
      const { users } = opened.stores;
      const [claiming, owner] = [aUser(claim), aUser({ username: 'owner' })];
      await users.insert(claiming, anEvent());
      await users.insert(owner, anEvent());
      expect(await users.update({ ...owner, ...proved, version: owner.version + 1 }, null)).toBeNull();
      expect((await users.find(claiming.id))?.email).toBeNull();
      const other = aUser({ email: 'c@d.example', emailVerified: false });
      await users.insert(other, anEvent());
      const listed = aUser({ email: 'c@d.example', emailVerified: true });
      expect(await users.insertMany([{ user: listed, event: anEvent() }])).toBeNull();
      expect((await users.find(other.id))?.email).toBeNull();
    });

    it('stay in another pool, and with who proved them', async () => {
      const { users } = opened.stores;
      const elsewhere = aUser({ ...claim, userPoolId: 'pool-2' });
      await users.insert(elsewhere, anEvent());
      await users.insert(aUser(proved), anEvent());
      expect((await users.find(elsewhere.id))?.email).toBe(claim.email);
      expect(['email', 'phone']).toContain(await users.insert(aUser(proved), anEvent()));
    });

    it('go to exactly one of twenty who prove one at once, whoever claimed it before', async () => {
      const { users } = opened.stores;
      await users.insert(aUser(claim), anEvent());
      const owners = Array.from({ length: 20 }, () => aUser());
      for (const owner of owners) await users.insert(owner, anEvent());
      const wins = await race(20, null, (index) => {
        const owner = owners[index];
        if (owner === undefined) throw new Error('twenty');
        return users.update({ ...owner, ...proved, version: owner.version + 1 }, null);
      });
      expect(wins).toBe(1);
    });

    it('hand the account to its owner and end every login, or change nothing at all', async () => {
      const { users, loginSessions } = opened.stores;
      const user = aUser(claim);
      await users.insert(user, anEvent());
      const login = aLoginSession({ userId: user.id });
      await loginSessions.insert(login, anEvent(), aRoom());
      const next = { ...user, emailVerified: true, version: user.version + 1 };
      const end = { at: 7, event: anEvent() };
      expect(await users.update({ ...next, version: user.version + 5 }, anEvent(), end)).toBe('stale');
      expect((await loginSessions.find(login.id))?.revokedAt).toBeNull();
      expect(await users.update(next, anEvent(), end)).toBeNull();
      expect((await loginSessions.find(login.id))?.revokedAt).toBe(7);
    });
  });

  describe('findByLogin', () => {
    it.each([
      ['username', 'aLICE'],
      ['email', 'alice@EXAMPLE.com'],
      ['phone', '+8613800000001'],
      ['account', 'ALICE'],
      ['account', 'ALICE@example.com'],
      ['account', '+8613800000001'],
    ] as const)('finds by %s %s', async (field, value) => {
      const user = aUser(alice);
      await opened.stores.users.insert(user, anEvent());
      expect((await opened.stores.users.findByLogin('pool-1', field, value))?.id).toBe(user.id);
      expect(await opened.stores.users.findByLogin('pool-2', field, value)).toBeNull();
    });

    it('looks at the field asked for only', async () => {
      await opened.stores.users.insert(aUser(alice), anEvent());
      expect(await opened.stores.users.findByLogin('pool-1', 'username', 'Alice@Example.com')).toBeNull();
      expect(await opened.stores.users.findByLogin('pool-1', 'email', 'Alice')).toBeNull();
      expect(await opened.stores.users.findByLogin('pool-1', 'account', 'EXT-1')).toBeNull();
      expect(await opened.stores.users.findByLogin('pool-1', 'account', '')).toBeNull();
    });

    it('prefers username to email to phone, when one text is several', async () => {
      const byPhone = aUser({ phone: '123' });
      const byEmail = aUser({ email: '123' });
      const byUsername = aUser({ username: '123' });
      for (const user of [byPhone, byEmail, byUsername]) {
        await opened.stores.users.insert(user, anEvent());
        expect((await opened.stores.users.findByLogin('pool-1', 'account', '123'))?.id).toBe(user.id);
      }
    });
  });

  describe('findMany', () => {
    it("finds the pool's users by any identifier, whatever the case of names and addresses", async () => {
      const { users } = opened.stores;
      const [first, second] = [aUser(alice), aUser({ username: 'bob' })];
      const foreign = aUser({ ...alice, userPoolId: 'pool-2' });
      for (const user of [first, second, foreign]) await users.insert(user, anEvent());
      const ids = async (...asked: Parameters<typeof users.findMany>) =>
        (await users.findMany(...asked)).map(({ id }) => id).sort();
      expect(await ids('pool-1', 'username', ['ALICE', 'BOB', 'nobody'])).toEqual([first.id, second.id].sort());
      expect(await ids('pool-1', 'email', ['alice@EXAMPLE.com'])).toEqual([first.id]);
      expect(await ids('pool-1', 'phone', ['+8613800000001'])).toEqual([first.id]);
      expect(await ids('pool-1', 'externalId', ['EXT-1', 'ext-1'])).toEqual([first.id]);
      expect(await ids('pool-1', 'id', [first.id, foreign.id])).toEqual([first.id]);
      expect(await ids('pool-1', 'id', [])).toEqual([]);
    });
  });

  describe('insertMany', () => {
    it('stores all, with their events', async () => {
      const list = [aUser(alice), aUser({ username: 'bob' })];
      const events = list.map((user) => ({ user, event: anEvent({ type: 'admin.user_created', userId: user.id }) }));
      expect(await opened.stores.users.insertMany(events)).toBeNull();
      for (const user of list) expect(await opened.stores.users.find(user.id)).toEqual(user);
      expect(await opened.stores.audit.list({ type: 'admin.user_created', limit: 10 })).toHaveLength(2);
    });

    it('stores none when one cannot be, and says which', async () => {
      await opened.stores.users.insert(aUser(alice), anEvent());
      const list = [aUser({ username: 'bob' }), aUser({ email: 'ALICE@example.com' })];
      const events = list.map((user) => ({ user, event: anEvent({ type: 'admin.user_created' }) }));
      expect(await opened.stores.users.insertMany(events)).toEqual({ index: 1, field: 'email' });
      for (const user of list) expect(await opened.stores.users.find(user.id)).toBeNull();
      expect(await opened.stores.audit.list({ type: 'admin.user_created', limit: 10 })).toEqual([]);
      const twins = [aUser({ phone: '1' }), aUser(), aUser({ phone: '1' })];
      expect(await opened.stores.users.insertMany(twins.map((user) => ({ user, event: anEvent() })))).toEqual({
        index: 2,
        field: 'phone',
      });
    });
  });

  describe('delete', () => {
    it("forgets the pool's own, each with its event, and frees their names", async () => {
      const { users, audit } = opened.stores;
      const [first, foreign] = [aUser(alice), aUser({ ...alice, userPoolId: 'pool-2' })];
      for (const user of [first, foreign]) await users.insert(user, anEvent());
      const list = [first.id, foreign.id, 'nobody'].map((id) => ({
        id,
        event: anEvent({ type: 'admin.user_deleted' }),
        end: { at: 7, event: anEvent({ type: 'session.revoked' }) },
      }));
      expect(await users.delete('pool-1', list)).toEqual([first.id]);
      expect(await users.find(first.id)).toBeNull();
      expect(await users.find(foreign.id)).toEqual(foreign);
      expect(await audit.list({ type: 'admin.user_deleted', limit: 10 })).toHaveLength(1);
      expect(await users.insert(aUser(alice), anEvent())).toBeNull();
      expect(await users.update({ ...first, version: 2 }, null)).toBe('stale');
    });

    it('gives nobody the id again, in whatever pool; an id that somebody has is taken likewise', async () => {
      const { users } = opened.stores;
      const [gone, here] = [aUser(), aUser()];
      for (const user of [gone, here]) await users.insert(user, anEvent());
      await users.delete(gone.userPoolId, [{ id: gone.id, event: anEvent(), end: { at: 7, event: anEvent() } }]);
      for (const { id } of [gone, here]) {
        expect(await users.isIdUsed(id)).toBe(true);
        const again = aUser({ id, userPoolId: 'pool-2' });
        expect(await users.insert(again, anEvent())).toBe('userId');
        const list = [aUser(), again].map((user) => ({ user, event: anEvent() }));
        expect(await users.insertMany(list)).toEqual({ index: 1, field: 'userId' });
      }
      expect(await users.find(gone.id)).toBeNull();
      expect(await users.find(here.id)).toEqual(here);
      expect(await users.isIdUsed('somebody-new')).toBe(false);
    });
  });

  describe('search', () => {
    const everyone = { userPoolId: 'pool-1', keywords: null, conditions: [], sort: [], offset: 0, limit: 10 };

    it('gives each user on exactly one page, ties included', async () => {
      for (let count = 0; count < 25; count++) await opened.stores.users.insert(aUser(), anEvent());
      await opened.stores.users.insert(aUser({ userPoolId: 'pool-2' }), anEvent());
      const seen: string[] = [];
      for (const offset of [0, 10, 20, 30]) {
        const page = await opened.stores.users.search({ ...everyone, offset });
        expect(page.totalCount).toBe(25);
        seen.push(...page.users.map(({ id }) => id));
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    });

    it('gives the newest first unless told to sort, by columns or by the profile', async () => {
      const { users } = opened.stores;
      const made = [
        aUser({ createdAt: 1, profile: { name: 'b', gender: 'M' } }),
        aUser({ createdAt: 3, profile: { name: 'a' } }),
        aUser({ createdAt: 2, profile: { name: 'c', gender: 'F' } }),
      ];
      for (const user of made) await users.insert(user, anEvent());
      const order = async (sort: Parameters<typeof users.search>[0]['sort']) =>
        (await users.search({ ...everyone, sort })).users.map(({ createdAt }) => createdAt);
      expect(await order([])).toEqual([3, 2, 1]);
      expect(await order([{ field: 'createdAt', direction: 'asc' }])).toEqual([1, 2, 3]);
      expect(await order([{ field: 'name', direction: 'desc' }])).toEqual([2, 1, 3]);
      expect(await order([{ field: 'gender', direction: 'asc' }])).toEqual([2, 1, 3]);
    });

    it('takes what is looked for as plain text', async () => {
      const { users } = opened.stores;
      for (const name of ['100%_\\', "o'neil", '1000 x', 'Ünal']) {
        await users.insert(aUser({ profile: { name } }), anEvent());
      }
      const found = async (text: string) =>
        (await users.search({ ...everyone, keywords: { text, fields: ['name', 'email'] } })).users.map(
          ({ profile }) => profile.name,
        );
      expect(await found('0%_')).toEqual(['100%_\\']);
      expect(await found('_\\')).toEqual(['100%_\\']);
      expect(await found("O'N")).toEqual(["o'neil"]);
      expect(await found('Ünal')).toEqual(['Ünal']);
      expect(await found('nal')).toEqual(['Ünal']);
    });

    describe('by custom fields', () => {
      const people = {
        anna: { team: 'Blue', seat: 7, fast: true, more: { a: 1 } },
        bert: { team: 'blue-green', seat: 10.5, fast: false },
        // Values of other types than their fields: they were stored before the fields were declared.
        cleo: { team: 7, seat: '10', fast: 'true' },
        dora: { team: "o'clock %" },
      };
      const [team, seat, fast, more] = [
        { customKey: 'team', kind: 'text' },
        { customKey: 'seat', kind: 'number' },
        { customKey: 'fast', kind: 'flag' },
        { customKey: 'more', kind: 'text' },
      ] as const;

      it.each<[SearchCondition['field'], SearchCondition['operator'], (string | number)[], (keyof typeof people)[]]>([
        [team, 'EQUAL', ['Blue'], ['anna']],
        [team, 'EQUAL', ['7'], []],
        [team, 'NOT_EQUAL', ['Blue'], ['bert', 'cleo', 'dora']],
        [team, 'CONTAINS', ['BLUE'], ['anna', 'bert']],
        [team, 'CONTAINS', ["O'clock %"], ['dora']],
        [team, 'NOT_CONTAINS', ['blue'], ['cleo', 'dora']],
        [team, 'IN', ['Blue', 'blue-green', 'x'], ['anna', 'bert']],
        [team, 'NOT_NULL', [], ['anna', 'bert', 'cleo', 'dora']],
        [seat, 'GREATER', [7], ['anna', 'bert']],
        [seat, 'LESSER', [10], ['anna']],
        [seat, 'BETWEEN', [7.5, 10.5], ['bert']],
        [seat, 'EQUAL', [10.5], ['bert']],
        [seat, 'IN', [7, 10], ['anna']],
        [seat, 'IS_NULL', [], ['dora']],
        [fast, 'EQUAL', [1], ['anna']],
        [fast, 'EQUAL', [0], ['bert']],
        [more, 'NOT_NULL', [], ['anna']],
        [{ customKey: 'nobody-has-this', kind: 'text' }, 'IS_NULL', [], ['anna', 'bert', 'cleo', 'dora']],
      ])('%j %s %j', async (field, operator, values, expected) => {
        const { users } = opened.stores;
        for (const [username, customData] of Object.entries(people)) {
          await users.insert(aUser({ username, customData }), anEvent());
        }
        const sort = [{ field: 'username', direction: 'asc' }] as const;
        const search = { ...everyone, conditions: [{ field, operator, values }], sort: [...sort], limit: 1 };
        const found: (string | null)[] = [];
        for (let offset = 0; offset < Object.keys(people).length; offset++) {
          const page = await users.search({ ...search, offset });
          expect(page.totalCount).toBe(expected.length);
          found.push(...page.users.map(({ username }) => username));
        }
        expect(found).toEqual(expected);
      });
    });

    const at = Date.parse;
    const since = { customKey: 'since', kind: 'instant' } as const;

    describe('by moments in custom fields', () => {
      const people = {
        day: '2026-03-01',
        east: '2026-03-01T07:30:00+08:00',
        half: '2026-02-28T20:00-03:30',
        milli: '2026-03-01T00:00:00.250Z',
        old: '1969-12-31T23:59:59Z',
        // None of these names a moment: they were stored before the field was declared.
        loose: '2026-03-01 10:00',
        noZone: '2026-03-01T10:00:00',
        now: 'now',
        number: 1772323200000,
        year: '0000-01-01',
        month: '2026-13-01',
      };

      it.each<[SearchCondition['operator'], number[], (keyof typeof people)[]]>([
        ['NOT_NULL', [], Object.keys(people).sort() as (keyof typeof people)[]],
        ['GREATER', [at('2026-02-28T23:30:00Z')], ['day', 'east', 'half', 'milli']],
        ['GREATER', [at('2026-03-01')], ['day', 'milli']],
        ['LESSER', [at('2026-02-28T23:30:00Z')], ['east', 'half', 'old']],
        ['LESSER', [-1000], ['old']],
        ['BETWEEN', [at('2026-02-28T23:30:00Z'), at('2026-03-01')], ['day', 'east', 'half']],
        ['EQUAL', [at('2026-03-01T00:00:00.250Z')], ['milli']],
        ['IN', [at('2026-03-01'), at('1969-12-31T23:59:59Z')], ['day', 'old']],
      ])('%s %j', async (operator, values, expected) => {
        for (const [username, value] of Object.entries(people)) {
          await opened.stores.users.insert(aUser({ username, customData: { since: value } }), anEvent());
        }
        const search = { ...everyone, conditions: [{ field: since, operator, values }], limit: 50 };
        const { users, totalCount } = await opened.stores.users.search(search);
        expect(users.map(({ username }) => username).sort()).toEqual(expected);
        expect(totalCount).toBe(expected.length);
      });
    });

    describe('by joined conditions', () => {
      const condition = (field: 'username' | 'city', operator: SearchCondition['operator'], ...values: string[]) => ({
        field,
        operator,
        values,
      });
      const isAnna = condition('username', 'EQUAL', 'anna');
      const inRome = condition('city', 'EQUAL', 'Rome');

      it.each<[SearchExpression, string[]]>([
        [{ all: [] }, ['anna', 'bert', 'cleo']],
        [{ any: [] }, []],
        [{ not: { any: [] } }, ['anna', 'bert', 'cleo']],
        [{ all: [isAnna, inRome] }, ['anna']],
        [{ any: [isAnna, inRome] }, ['anna', 'bert']],
        // Cleo has no city, so "not in Rome" finds her.
        [{ not: inRome }, ['cleo']],
        [{ all: [{ any: [isAnna, { not: inRome }] }, { not: isAnna }] }, ['cleo']],
        [{ not: { not: inRome } }, ['anna', 'bert']],
        [condition('username', 'MATCHES', 'A*'), ['anna']],
        [condition('username', 'MATCHES', '?e*'), ['bert']],
        [condition('city', 'MATCHES', 'rom?'), ['anna', 'bert']],
        [condition('city', 'MATCHES', 'rom\\?'), []],
        [condition('city', 'MATCHES', 'r%'), []],
      ])('%j', async (expression, expected) => {
        for (const [username, profile] of [
          ['anna', { city: 'Rome' }],
          ['bert', { city: 'Rome' }],
          ['cleo', {}],
        ] as const) {
          await opened.stores.users.insert(aUser({ username, profile }), anEvent());
        }
        await opened.stores.users.insert(aUser({ username: 'anna', userPoolId: 'pool-2' }), anEvent());
        const found = await opened.stores.users.search({ ...everyone, conditions: [expression] });
        expect(found.users.map(({ username }) => username).sort()).toEqual(expected);
        expect(found.totalCount).toBe(expected.length);
      });
    });
  });

  describe('update', () => {
    it('writes the next version with its event', async () => {
      const user = aUser(alice);
      await opened.stores.users.insert(user, anEvent());
      const next = { ...user, version: 2, email: 'new@example.com', profile: {}, customData: {}, updatedAt: 7 };
      expect(await opened.stores.users.update(next, anEvent({ type: 'user.updated' }))).toBeNull();
      expect(await opened.stores.users.find(user.id)).toEqual(next);
      expect(await opened.stores.users.findByLogin('pool-1', 'email', alice.email)).toBeNull();
      expect(await opened.stores.audit.list({ type: 'user.updated', limit: 10 })).toHaveLength(1);
    });

    it('is stale after another write, or for a user who is gone', async () => {
      const user = aUser();
      await opened.stores.users.insert(user, anEvent());
      expect(await opened.stores.users.update({ ...user, version: 2 }, null)).toBeNull();
      expect(await opened.stores.users.update({ ...user, version: 2 }, anEvent({ type: 'user.updated' }))).toBe(
        'stale',
      );
      expect(await opened.stores.users.update(aUser({ version: 2 }), null)).toBe('stale');
      expect(await opened.stores.audit.list({ type: 'user.updated', limit: 10 })).toEqual([]);
    });

    it('names the identifier that is taken, and changes nothing', async () => {
      const user = aUser({ username: 'bob' });
      await opened.stores.users.insert(aUser(alice), anEvent());
      await opened.stores.users.insert(user, anEvent());
      expect(await opened.stores.users.update({ ...user, version: 2, phone: alice.phone }, anEvent())).toBe('phone');
      expect(await opened.stores.users.find(user.id)).toEqual(user);
    });

    it('lets exactly one of twenty racing writers win', async () => {
      const user = aUser();
      await opened.stores.users.insert(user, anEvent());
      const wins = await race(20, null, (index) =>
        opened.stores.users.update({ ...user, version: 2, username: `name${index}` }, anEvent()),
      );
      expect(wins).toBe(1);
    });

    it('counts logins beside the version, none lost', async () => {
      const user = aUser();
      await opened.stores.users.insert(user, anEvent());
      await Promise.all(
        Array.from({ length: 10 }, () => opened.stores.users.recordLogin(user.id, 5_000, '192.0.2.7', 'app-7')),
      );
      expect(await opened.stores.users.find(user.id)).toEqual({
        ...user,
        loginsCount: 10,
        lastLogin: 5_000,
        lastIp: '192.0.2.7',
        lastLoginApp: 'app-7',
      });
    });

    it('does not undo a login recorded since the user was read', async () => {
      const user = aUser();
      await opened.stores.users.insert(user, anEvent());
      await opened.stores.users.recordLogin(user.id, 5_000, '192.0.2.7', 'app-7');
      await opened.stores.users.update({ ...user, version: 2 }, null);
      expect(await opened.stores.users.find(user.id)).toMatchObject({ version: 2, loginsCount: 1, lastLogin: 5_000 });
    });
  });

  describe('failed sign-ins', () => {
    it('are counted, forgotten and cleared', async () => {
      const { signInFailures } = opened.stores;
      expect(await signInFailures.find('a')).toBeNull();
      expect(await signInFailures.add('a', 100, 0)).toBe(1);
      expect(await signInFailures.add('a', 200, 100)).toBe(2);
      expect(await signInFailures.find('a')).toEqual({ failures: 2, lastFailedAt: 200 });
      expect(await signInFailures.add('a', 900, 201)).toBe(1);
      expect(await signInFailures.add('b', 900, 0)).toBe(1);
      await signInFailures.clear('a');
      expect(await signInFailures.find('a')).toBeNull();
      expect(await signInFailures.find('b')).not.toBeNull();
    });

    it('are all counted, however many come at once', async () => {
      const counts = await Promise.all(Array.from({ length: 20 }, () => opened.stores.signInFailures.add('a', 100, 0)));
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    it('are purged up to the limit', async () => {
      const { signInFailures } = opened.stores;
      for (const [hash, at] of [
        ['a', 1],
        ['b', 2],
        ['c', 3],
        ['d', 9],
      ] as const)
        await signInFailures.add(hash, at, 0);
      expect(await signInFailures.purge(9, 2)).toBe(2);
      expect(await signInFailures.purge(9, 2)).toBe(1);
      expect(await signInFailures.find('d')).not.toBeNull();
    });
  });
}
