import type { Identity, IdentityKey, IdentityStore, KnownPerson } from '../../../core/users/identity-store.ts';
import { type Prepared, prepare, type SqlEngine, type Tx } from '../engine/engine.ts';
import type { IdentityTable, UserTable } from '../engine/schema.ts';
import type { Recorder } from './audit.ts';
import { insertUser, takenIdentifier, toUser } from './users.ts';

export function createIdentityStore(engine: SqlEngine, record: Recorder): IdentityStore {
  const { db, locksRows } = engine;

  // Every request with a token of a company asks whose it is.
  const findByKey: Prepared<IdentityKey, UserTable & Omit<IdentityTable, 'user_pool_id' | 'issuer' | 'subject'>> =
    prepare(engine, (param) =>
      db
        .selectFrom('identities')
        .innerJoin('users', 'users.id', 'identities.user_id')
        .selectAll('users')
        .select([
          'identities.user_id',
          'identities.entry_name',
          'identities.first_seen_at',
          'identities.last_seen_at',
          'identities.claims_issued_at',
        ])
        .where('identities.user_pool_id', '=', param('userPoolId'))
        .where('identities.issuer', '=', param('issuer'))
        .where('identities.subject', '=', param('subject')),
    );

  async function find({ userPoolId, issuer, subject }: IdentityKey): Promise<KnownPerson | null> {
    const row = await findByKey.first({ userPoolId, issuer, subject });
    if (row === undefined) return null;
    return { identity: toIdentity({ ...row, user_pool_id: userPoolId, issuer, subject }), user: toUser(row) };
  }

  /** False when the identity is there already, or its user has another one of the issuer. */
  async function insert(tx: Tx, identity: Identity): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('identities')
      .values(toRow(identity))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  return {
    find,

    async insertWithUser(identity, user, event) {
      try {
        return await db.transaction().execute(async (tx) => {
          if (!(await insert(tx, identity))) return 'known' as const;
          await insertUser(tx, user);
          await record(tx, event);
          return null;
        });
      } catch (error) {
        const taken = takenIdentifier(engine, error);
        if (taken === null) throw error;
        return taken;
      }
    },

    async bind(identity, event) {
      const isBound = await db.transaction().execute(async (tx) => {
        // The lock lets a deletion follow the binding, so that it finds what it must take along.
        const user = await tx
          .selectFrom('users')
          .select('id')
          .where('id', '=', identity.userId)
          .where('user_pool_id', '=', identity.userPoolId)
          .$if(locksRows, (query) => query.forUpdate())
          .executeTakeFirst();
        if (user === undefined || !(await insert(tx, identity))) return false;
        await record(tx, event);
        return true;
      });
      if (isBound) return null;
      return (await find(identity)) === null ? 'taken' : 'known';
    },

    async seen({ userPoolId, issuer, subject }, at, claimsIssuedAt) {
      const ofPerson = db
        .updateTable('identities')
        .where('user_pool_id', '=', userPoolId)
        .where('issuer', '=', issuer)
        .where('subject', '=', subject);
      if (claimsIssuedAt !== null) {
        const { numUpdatedRows } = await ofPerson
          .set({ last_seen_at: at, claims_issued_at: claimsIssuedAt })
          .where((where) =>
            where.or([where('claims_issued_at', 'is', null), where('claims_issued_at', '<', claimsIssuedAt)]),
          )
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 1n) return true;
      }
      await ofPerson.set({ last_seen_at: at }).where('last_seen_at', '<', at).execute();
      return false;
    },
  };
}

function toRow(identity: Identity): IdentityTable {
  return {
    user_pool_id: identity.userPoolId,
    issuer: identity.issuer,
    subject: identity.subject,
    user_id: identity.userId,
    entry_name: identity.entryName,
    first_seen_at: identity.firstSeenAt,
    last_seen_at: identity.lastSeenAt,
    claims_issued_at: identity.claimsIssuedAt,
  };
}

function toIdentity(row: IdentityTable): Identity {
  return {
    userPoolId: row.user_pool_id,
    issuer: row.issuer,
    subject: row.subject,
    userId: row.user_id,
    entryName: row.entry_name,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    claimsIssuedAt: row.claims_issued_at,
  };
}
