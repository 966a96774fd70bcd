import { type SqlBool, sql } from 'kysely';
import { peopleWithTotal } from '../../../core/audit/budgets.ts';
import { earlierPhoneSpellings, readLogin } from '../../../core/users/identifiers.ts';
import type { LoginField, UserStore } from '../../../core/users/store.ts';
import type { TakenField, UniqueField, User } from '../../../core/users/user.ts';
import { type Prepared, prepare, type SqlEngine, type Tx } from '../engine/engine.ts';
import type { UserTable } from '../engine/schema.ts';
import { findByBeginning } from '../reading/beginnings.ts';
import { createPeopleCount, readPeople } from '../reading/people.ts';
import type { Recorder } from './audit.ts';
import { revokeLateLogins, revokeLogins } from './ended-logins.ts';
import { dropClaims } from './identifiers/contact-claims.ts';
import {
  candidates,
  foldedPhone,
  foldedUsername,
  hasForm,
  isFolded,
  lookAlikes,
  phoneOfRow,
  pick,
} from './identifiers/folded-identifiers.ts';
import { filtersOf, searchUsers } from './user-search.ts';

/** The unique fields, each with the part of a name by which its violated index or column is recognised. */
const uniqueColumns = [
  ['username', 'username_'],
  ['email', 'email_lower'],
  ['phone', 'phone'],
  ['externalId', 'external_id'],
] as const satisfies (readonly [UniqueField, string])[];

/** How the two engines name the primary key. */
const idTaken = /\busers(_pkey$|\.id$)/;

export function createUserStore(engine: SqlEngine, record: Recorder): UserStore {
  const { db } = engine;
  const countPeople = createPeopleCount(engine);

  const findById: Prepared<{ id: string }, UserTable> = prepare(engine, (param) =>
    db.selectFrom('users').selectAll().where('id', '=', param('id')),
  );

  /** Runs a write; returns its result, or the identifier that somebody else has. */
  async function reportTaken<T>(write: () => Promise<T>): Promise<{ taken: TakenField } | { done: T }> {
    try {
      return { done: await write() };
    } catch (error) {
      const taken = takenIdentifier(engine, error);
      if (taken === null) throw error;
      return { taken };
    }
  }

  async function findByLogin(userPoolId: string, field: LoginField, value: string, countryCode?: string) {
    const login = readLogin(value, countryCode);
    const row = pick(await candidates(db, userPoolId, field, login).execute(), field, login);
    return row ? toUser(row) : null;
  }

  /** When an identifier is taken, takes proved contacts from those who only claim them, if there are any, and writes again. */
  async function writing<T>(user: User, work: (tx: Tx) => Promise<T>): Promise<{ taken: TakenField } | { done: T }> {
    const first = await reportTaken(() => db.transaction().execute(work));
    if ('done' in first) return first;
    return reportTaken(() =>
      db.transaction().execute(async (tx) => {
        await dropClaims(tx, user);
        return work(tx);
      }),
    );
  }

  return {
    async insert(user, event) {
      const outcome = await writing(user, async (tx) => {
        await insertUser(tx, user);
        await record(tx, event);
      });
      return 'taken' in outcome ? outcome.taken : null;
    },

    async find(id) {
      const row = await findById.first({ id });
      return row ? toUser(row) : null;
    },

    isIdUsed: async (id) => (await findById.first({ id })) !== undefined || (await isOfDeleted(db, id)),

    findByLogin,

    async findLookAlikes(userPoolId, username) {
      const rows = await lookAlikes(db, userPoolId, username).execute();
      return rows.map(({ id, username }) => ({ id, username: username ?? '' }));
    },

    async findMany(userPoolId, field, values) {
      if (values.length === 0) return [];
      if (field === 'id' || field === 'externalId') {
        const column = field === 'id' ? 'id' : 'external_id';
        const rows = await db
          .selectFrom('users')
          .selectAll()
          .where('user_pool_id', '=', userPoolId)
          .where(column, 'in', [...values])
          .execute();
        return rows.map(toUser);
      }
      const found = await Promise.all(values.map((value) => findByLogin(userPoolId, field, value)));
      return [...new Map(found.flatMap((user) => (user === null ? [] : [[user.id, user]]))).values()];
    },

    async insertMany(list) {
      let index = 0;
      const outcome = await reportTaken(() =>
        db.transaction().execute(async (tx) => {
          for (const [at, { user, event }] of list.entries()) {
            index = at;
            await dropClaims(tx, user);
            await insertUser(tx, user);
            await record(tx, event);
          }
        }),
      );
      return 'taken' in outcome ? { index, field: outcome.taken } : null;
    },

    async search(search, budget = peopleWithTotal) {
      const found = await searchUsers(engine, search, budget, countPeople);
      if (found === null) return { users: [], totalCount: 0, isBeyond: true };
      return { users: found.rows.map(toUser), totalCount: found.totalCount, isBeyond: false };
    },

    count: countPeople,

    async readOn({ createdFrom, createdTo, isNotActivated, hasPassword, ...selection }, { after, limit, budget }) {
      const found = await readPeople(
        engine,
        {
          userPoolId: selection.userPoolId,
          direction: 'desc',
          isNotActivated,
          filters: [
            ...filtersOf(selection, engine),
            ...(hasPassword === undefined
              ? []
              : [sql<SqlBool>`(password_hash is not null) = ${hasPassword ? sql`(1 = 1)` : sql`(1 = 0)`}`]),
          ],
        },
        { after, limit, budget, createdFrom, createdTo },
      );
      return { ...found, users: found.rows.map(toUser) };
    },

    async findByBeginning(userPoolId, text, page) {
      const { rows, next } = await findByBeginning(engine, userPoolId, text, page);
      return { users: rows.map(toUser), next };
    },

    async delete(userPoolId, list) {
      const deleted: string[] = [];
      // Each in a transaction of their own: none ends the logins of more than one person.
      for (const { id, event, end } of list) {
        const logins = { userId: id, ...end };
        const ended = await db.transaction().execute(async (tx) => {
          const { numDeletedRows } = await tx
            .deleteFrom('users')
            .where('id', '=', id)
            .where('user_pool_id', '=', userPoolId)
            .executeTakeFirstOrThrow();
          if (numDeletedRows === 0n) return null;
          await tx.deleteFrom('identities').where('user_id', '=', id).execute();
          await tx.deleteFrom('consents').where('user_id', '=', id).execute();
          await tx
            .insertInto('deleted_users')
            .values({ id })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
          await record(tx, event);
          return revokeLogins(tx, record, logins);
        });
        if (ended === null) continue;
        await revokeLateLogins(engine, record, logins, ended);
        deleted.push(id);
      }
      return deleted;
    },

    async update(next, event, end) {
      const logins = end && { userId: next.id, ...end };
      let ended = 0;
      const outcome = await writing(next, async (tx) => {
        if (!(await updateRow(tx, next))) return 'stale' as const;
        if (event) await record(tx, event);
        if (logins) ended = await revokeLogins(tx, record, logins);
        return null;
      });
      if ('taken' in outcome) return outcome.taken;
      if (logins && outcome.done === null) await revokeLateLogins(engine, record, logins, ended);
      return outcome.done;
    },

    async recordLogin(id, at, ip, applicationId) {
      await db
        .updateTable('users')
        .set((set) => ({
          logins_count: set('logins_count', '+', 1),
          last_login: at,
          last_ip: ip,
          last_login_app: applicationId,
        }))
        .where('id', '=', id)
        .execute();
    },
  };
}

/** Which identifier somebody else has, when a write failed for that; null for any other error. */
export function takenIdentifier(engine: Pick<SqlEngine, 'uniqueViolation'>, error: unknown): TakenField | null {
  if (error instanceof PhoneTaken) return 'phone';
  if (error instanceof IdOfDeleted) return 'userId';
  const violation = engine.uniqueViolation(error);
  if (violation !== null && idTaken.test(violation)) return 'userId';
  return uniqueColumns.find(([, column]) => violation?.includes(column))?.[0] ?? null;
}

export async function insertUser(tx: Tx, user: User): Promise<void> {
  const row = toRow(user);
  await requireFreePhone(tx, row);
  await tx.insertInto('users').values(row).execute();
  // Afterwards, for a deletion of the same id that goes on beside this one has been committed by then.
  if (await isOfDeleted(tx, user.id)) throw new IdOfDeleted();
}

/** Thrown when somebody had the id who was deleted. */
class IdOfDeleted extends Error {}

async function isOfDeleted(db: Pick<Tx, 'selectFrom'>, id: string): Promise<boolean> {
  return (await db.selectFrom('deleted_users').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
}

/** Over version `next.version - 1`; false when another writer was first. */
export async function updateRow(tx: Tx, next: User): Promise<boolean> {
  const before = await tx.selectFrom('users').selectAll().where('id', '=', next.id).executeTakeFirst();
  if (before?.version !== next.version - 1) return false;
  const row = changedRow(next, before);
  if (row.phone !== before.phone) await requireFreePhone(tx, row);
  // The login facts belong to recordLogin, which may have run since `next` was read.
  const { id, created_at, logins_count, last_login, last_ip, last_login_app, ...columns } = row;
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set(columns)
    .where('id', '=', id)
    .where('version', '=', next.version - 1)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Thrown when a row of an earlier release has the phone: the unique index does not know that row's phone yet. */
class PhoneTaken extends Error {}

async function requireFreePhone(tx: Tx, { id, user_pool_id, phone_e164 }: UserTable): Promise<void> {
  if (phone_e164 === null) return;
  const rows = await tx
    .selectFrom('users')
    .selectAll()
    .where('user_pool_id', '=', user_pool_id)
    .where('phone', 'in', earlierPhoneSpellings(phone_e164))
    .where('id', '<>', id)
    .execute();
  if (rows.some((row) => !hasForm(row) && phoneOfRow(row) === phone_e164)) throw new PhoneTaken();
}

/** Identifiers that stay are not written anew: an earlier release finds them by its spelling, and who shares a form keeps it. */
function changedRow(next: User, before: UserTable): UserTable {
  const was = toUser(before);
  const row = toRow(next);
  const { username_folded, username_looks, username_looks_cased, phone, phone_country_code, phone_e164 } = before;
  const isSamePhone = next.phone === was.phone && next.phoneCountryCode === was.phoneCountryCode;
  return {
    ...row,
    ...(next.username === was.username ? { username_folded, username_looks, username_looks_cased } : {}),
    ...(isSamePhone ? { phone, phone_country_code, phone_e164 } : {}),
    folded_version: isFolded(before) ? row.version : before.folded_version,
  };
}

function toRow(user: User): UserTable {
  return {
    id: user.id,
    user_pool_id: user.userPoolId,
    status: user.status,
    status_changed_at: user.statusChangedAt,
    username: user.username,
    username_lower: user.username?.toLowerCase() ?? null,
    email: user.email,
    email_lower: user.email?.toLowerCase() ?? null,
    email_verified: Number(user.emailVerified),
    phone: user.phone,
    phone_country_code: user.phoneCountryCode,
    phone_verified: Number(user.phoneVerified),
    external_id: user.externalId,
    vouched_external_id: user.isExternalIdVouched ? user.externalId : null,
    profile: JSON.stringify(user.profile),
    custom_data: JSON.stringify(user.customData),
    password_hash: user.passwordHash,
    password_last_set_at: user.passwordLastSetAt,
    password_security_level: user.passwordSecurityLevel,
    reset_password_on_next_login: Number(user.resetPasswordOnNextLogin),
    user_source_type: user.userSourceType,
    register_source: JSON.stringify(user.registerSource),
    logins_count: user.loginsCount,
    last_login: user.lastLogin,
    last_ip: user.lastIp,
    last_login_app: user.lastLoginApp,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    version: user.version,
    ...foldedUsername(user.username),
    phone_e164: foldedPhone(user),
    folded_version: user.version,
  };
}

export function toUser(row: UserTable): User {
  return {
    id: row.id,
    userPoolId: row.user_pool_id,
    status: row.status,
    statusChangedAt: row.status_changed_at,
    username: row.username,
    email: row.email,
    emailVerified: row.email_verified === 1,
    phone: hasForm(row) ? row.phone_e164 : row.phone,
    phoneCountryCode: row.phone_country_code,
    phoneVerified: row.phone_verified === 1,
    externalId: row.external_id,
    isExternalIdVouched: row.external_id !== null && row.vouched_external_id === row.external_id,
    profile: JSON.parse(row.profile),
    customData: JSON.parse(row.custom_data),
    passwordHash: row.password_hash,
    passwordLastSetAt: row.password_last_set_at,
    passwordSecurityLevel: row.password_security_level,
    resetPasswordOnNextLogin: row.reset_password_on_next_login === 1,
    userSourceType: row.user_source_type,
    registerSource: JSON.parse(row.register_source),
    loginsCount: row.logins_count,
    lastLogin: row.last_login,
    lastIp: row.last_ip,
    lastLoginApp: row.last_login_app,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
