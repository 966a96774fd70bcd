import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../../core/audit/event.ts';
import type { IdentifierConflict } from '../../../core/users/identifier-conflict.ts';
import { phoneOf } from '../../../core/users/identifiers.ts';
import type { User } from '../../../core/users/user.ts';
import { anEvent, anId, aUser } from '../../conformance/builders.ts';
import type { SqlEngine } from '../engine/engine.ts';
import { migrate } from '../migrations/migrate.ts';
import { openPostgresEngine } from '../postgres/engine.ts';
import { openSqliteEngine } from '../sqlite/engine.ts';
import { createSqlStores, type SqlStores } from '../stores.ts';

const sealer = { seal: (plain: string) => plain, unseal: (sealed: string) => sealed };
const clock = { now: () => 1_000_000 };
const secrets = { randomToken: () => anId('token') };

type Written = Partial<Pick<User, 'username' | 'email' | 'phone' | 'phoneCountryCode' | 'phoneVerified' | 'createdAt'>>;

function describeFolding(name: string, open: () => SqlEngine | Promise<SqlEngine>): void {
  describe(`people that an earlier release wrote, ${name}`, () => {
    let engine: SqlEngine;
    let stores: SqlStores;
    beforeEach(async () => {
      engine = await open();
      await migrate(engine);
      await engine.db.deleteFrom('users').execute();
      await engine.db.deleteFrom('audit_events').execute();
      stores = createSqlStores(engine, sealer);
    });
    afterEach(() => stores.close());

    const find = async (field: 'account' | 'username' | 'phone', typed: string, countryCode?: string) =>
      (await stores.users.findByLogin('pool-1', field, typed, countryCode))?.id ?? null;
    const eventOf = ({ userPoolId, userId, ...detail }: IdentifierConflict) =>
      newEvent(secrets, 'user.identifier_conflict', null, { userPoolId, userId, detail });
    const fold = (countryCode = '+86') =>
      stores.identifierFolding.foldSome(100, { countryCodeOf: () => countryCode, eventOf });

    /** Inserts a row as release 0.1.0 does: with the columns it knows, and usernames and addresses in lower case. */
    async function write(given: Written): Promise<User> {
      const user = aUser({ ...given, userPoolId: 'pool-1' });
      await stores.users.insert({ ...user, username: null, email: null, phone: null }, anEvent());
      await engine.db
        .updateTable('users')
        .set({
          username: user.username,
          username_lower: user.username?.normalize('NFC').toLowerCase() ?? null,
          email: user.email,
          email_lower: user.email?.toLowerCase() ?? null,
          phone: user.phone,
          phone_country_code: given.phoneCountryCode ?? null,
          folded_version: null,
        })
        .where('id', '=', user.id)
        .execute();
      return user;
    }

    /** An update of that release raises the version and knows nothing of the folded columns. */
    async function change(id: string, columns: { phone?: string; username?: string; profile?: string }): Promise<void> {
      const { username } = columns;
      await engine.db
        .updateTable('users')
        .set((set) => ({
          ...columns,
          ...(username === undefined ? {} : { username_lower: username.toLowerCase() }),
          version: set('version', '+', 1),
        }))
        .where('id', '=', id)
        .execute();
    }

    it.each([
      ['with the country in front', { phone: '+8613912345678' }],
      ['with the country beside it', { phone: '13912345678', phoneCountryCode: '+86' }],
      ['with the country beside it, bare', { phone: '13912345678', phoneCountryCode: '86' }],
      ['without a country', { phone: '13912345678' }],
      ['with the country in front, without a plus', { phone: '8613912345678' }],
    ])(
      'are found by every spelling of a phone that was written %s, before it is folded and after',
      async (_, phone) => {
        const { id } = await write(phone);
        const everySpelling = ['+8613912345678', '13912345678', '+86 139 1234 5678', '１３９１２３４５６７８'];
        for (const isFolded of [false, true]) {
          if (isFolded) expect(await fold()).toEqual({ folded: 1, conflicts: [] });
          for (const typed of everySpelling) expect(await find('phone', typed)).toBe(id);
          expect(await stores.users.insert(aUser({ phone: '+8613912345678' }), anEvent())).toBe('phone');
        }
        expect(await stores.users.find(id)).toMatchObject({ phone: '+8613912345678', phoneCountryCode: '+86' });
        expect(await fold()).toEqual({ folded: 0, conflicts: [] });
      },
    );

    it('have phones of the country that is named, or else of their pool', async () => {
      const germany = await write({ phone: '764444444', phoneCountryCode: '+49' });
      const unsaid = await write({ phone: '0764444445' });
      expect(await find('phone', '+41764444444')).toBeNull();
      expect(await find('phone', '+49764444444')).toBe(germany.id);
      await fold('+49');
      expect(await find('phone', '+49764444445')).toBe(unsaid.id);
      expect(
        await stores.users.insert(aUser({ phone: '+41764444444', phoneCountryCode: '+41' }), anEvent()),
      ).toBeNull();
      expect(await find('phone', '+49764444444')).toBe(germany.id);
      expect(await find('phone', '764444444', '+49')).toBe(germany.id);
    });

    it('go on signing in as they typed it, though the pool has another country', async () => {
      const { id } = await write({ phone: '764444444', phoneCountryCode: '+49' });
      await fold('+86');
      expect(await find('account', '764444444', '+86')).toBe(id);
    });

    it('stay two where they have one phone, are reported once, and each is found by what they typed', async () => {
      const [front, bare] = [
        await write({ phone: '+8613912345678', createdAt: 1 }),
        await write({ phone: '13912345678' }),
      ];
      const { conflicts } = await fold();
      expect(conflicts).toEqual([
        { userPoolId: 'pool-1', field: 'phone', kind: 'sameForm', userId: bare.id, otherUserId: front.id },
      ]);
      expect(await stores.audit.list({ type: 'user.identifier_conflict', limit: 10 })).toMatchObject([
        { userId: bare.id, detail: { field: 'phone', kind: 'sameForm', otherUserId: front.id } },
      ]);
      expect(await fold()).toEqual({ folded: 0, conflicts: [] });
      expect(await find('phone', '+8613912345678')).toBe(front.id);
      expect(await find('phone', '+86 139 1234 5678')).toBe(front.id);
      expect(await find('phone', '13912345678')).toBe(bare.id);
      expect(await stores.users.insert(aUser({ phone: '+8613912345678' }), anEvent())).toBe('phone');
    });

    it('may change what has nothing to do with the phone they share', async () => {
      const [, bare] = [await write({ phone: '+8613912345678', createdAt: 1 }), await write({ phone: '13912345678' })];
      await fold();
      const stored = await stores.users.find(bare.id);
      const next = { ...stored, ...bare, phone: stored?.phone ?? null, profile: { nickname: 'B' }, version: 2 };
      expect(
        await stores.users.update({ ...next, phoneCountryCode: stored?.phoneCountryCode ?? null }, null),
      ).toBeNull();
      expect(await find('phone', '13912345678')).toBe(bare.id);
      expect(phoneOf((await stores.users.find(bare.id)) ?? bare)).toBe('+8613912345678');
    });

    it.each([
      ['first', true],
      ['last', false],
    ])('the one with the phone verified has it, when written %s', async (_, isFirst) => {
      const verified = { phone: '13912345678', phoneVerified: true, createdAt: 2 };
      const unverified = { phone: '+8613912345678', createdAt: 1 };
      const [one, other] = [await write(isFirst ? verified : unverified), await write(isFirst ? unverified : verified)];
      await fold();
      expect(await find('phone', '+86 139-1234-5678')).toBe((isFirst ? one : other).id);
    });

    it('are found by the one form of a username, and by the username itself where somebody else has the form', async () => {
      const wide = await write({ username: 'ＢＯＢ' });
      const [plain, hidden] = [
        await write({ username: 'alice', createdAt: 1 }),
        await write({ username: 'alice\u034f' }),
      ];
      const { conflicts } = await fold();
      expect(conflicts).toContainEqual({
        userPoolId: 'pool-1',
        field: 'username',
        kind: 'sameForm',
        userId: hidden.id,
        otherUserId: plain.id,
      });
      expect(await find('username', 'bob')).toBe(wide.id);
      expect(await find('username', 'ＢＯＢ')).toBe(wide.id);
      expect(await find('account', 'Alice')).toBe(plain.id);
      expect(await find('account', 'alice\u034f')).toBe(hidden.id);
      expect(await stores.users.insert(aUser({ username: 'bob' }), anEvent())).toBe('username');
    });

    it('stay as they are where usernames look alike, and are reported', async () => {
      const [latin, cyrillic] = [await write({ username: 'alice' }), await write({ username: 'аlice' })];
      const { conflicts } = await fold();
      expect(conflicts).toMatchObject([{ field: 'username', kind: 'looksAlike' }]);
      expect([conflicts[0]?.userId, conflicts[0]?.otherUserId].sort()).toEqual([latin.id, cyrillic.id].sort());
      expect(await find('username', 'аlice')).toBe(cyrillic.id);
      expect(await stores.users.findLookAlikes('pool-1', 'a1ice')).toHaveLength(2);
      expect(await stores.users.findLookAlikes('pool-1', 'bob')).toEqual([]);
    });

    it('that write beside this release are seen at once, and folded at the next round', async () => {
      const user = aUser({ username: 'carol', phone: '+8613912345678', phoneCountryCode: '+86' });
      await stores.users.insert(user, anEvent());
      await change(user.id, { phone: '13900000009', username: 'Karola' });
      expect(await find('phone', '+8613912345678')).toBeNull();
      expect(await find('username', 'carol')).toBeNull();
      expect(await find('phone', '+8613900000009')).toBe(user.id);
      expect(await find('username', 'karola')).toBe(user.id);
      expect(await fold()).toEqual({ folded: 1, conflicts: [] });
      expect(await find('phone', '+8613900000009')).toBe(user.id);
      const stored = await stores.users.find(user.id);
      expect(stored).toMatchObject({ phone: '+8613900000009', username: 'Karola', version: 2 });
      expect(await stores.users.insert(aUser({ phone: '+8613912345678', username: 'carol' }), anEvent())).toBeNull();
    });

    it('keep their spelling when this release changes something else, for the earlier one to find them', async () => {
      const { id } = await write({ phone: '764444444', phoneCountryCode: '+49' });
      await fold();
      const stored = await stores.users.find(id);
      if (stored === null) throw new Error('gone');
      await stores.users.update({ ...stored, profile: { nickname: 'B' }, version: stored.version + 1 }, null);
      const row = await engine.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      expect(row).toMatchObject({ phone: '764444444', phone_country_code: '+49', phone_e164: '+49764444444' });
    });

    it('whose phone is no valid number are found by it as before', async () => {
      const { id } = await write({ phone: '99999999999999' });
      expect(await fold()).toEqual({ folded: 1, conflicts: [] });
      expect(await find('phone', '99999999999999')).toBe(id);
      expect(await stores.users.find(id)).toMatchObject({ phone: '99999999999999' });
    });

    it('are filtered by an identifier in any spelling, a phone also without its country', async () => {
      const written = await write({ username: 'ＢＯＢ', phone: '764444444', phoneCountryCode: '+49' });
      await fold();
      const added = aUser({ username: 'carol', email: 'carol@xn--mnchen-3ya.de', phone: '+8613912345678' });
      await stores.users.insert(added, anEvent());
      const filtered = async (field: 'username' | 'email' | 'phone', operator: 'EQUAL' | 'CONTAINS', value: string) => {
        const conditions = [{ field, operator, values: [value] }];
        const all = { userPoolId: 'pool-1', keywords: null, sort: [], offset: 0, limit: 10 };
        return (await stores.users.search({ ...all, conditions })).users.map(({ id }) => id);
      };
      for (const phone of ['764444444', '+49 764 444444']) {
        expect(await filtered('phone', 'EQUAL', phone)).toEqual([written.id]);
      }
      for (const phone of ['139 1234 5678', '+8613912345678']) {
        expect(await filtered('phone', 'EQUAL', phone)).toEqual([added.id]);
      }
      expect(await filtered('phone', 'CONTAINS', '1234')).toEqual([added.id]);
      expect(await filtered('phone', 'EQUAL', '1234')).toEqual([]);
      expect(await filtered('username', 'EQUAL', 'bob')).toEqual([written.id]);
      expect(await filtered('email', 'EQUAL', 'Carol@münchen.de')).toEqual([added.id]);
    });

    it('are folded a bounded number at a time', async () => {
      for (let at = 0; at < 5; at++) await write({ phone: `1390000000${at}` });
      const parts = { countryCodeOf: () => '+86', eventOf };
      expect((await stores.identifierFolding.foldSome(3, parts)).folded).toBe(3);
      expect((await stores.identifierFolding.foldSome(3, parts)).folded).toBe(2);
    });
  });
}

describeFolding('on SQLite', () => openSqliteEngine({ path: ':memory:', clock }));

describe.skipIf(isPostgresMissing())('with a server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  describeFolding('on PostgreSQL', () => openPostgresEngine({ url: server.url, isPatient: true }));
});
