import type { Account } from '../../../../core/administrators/account.ts';
import type { AdministratorStore, ConsoleLink } from '../../../../core/administrators/store.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { AdministratorTable, ConsoleLinkTable } from '../../engine/schema.ts';
import type { Sealer } from '../../engine/seal.ts';
import type { Recorder } from '../audit.ts';

/** Undoes what the transaction wrote so far, and says why it came to nothing. */
class Refused extends Error {
  readonly outcome: 'stale' | 'nameTaken';
  constructor(outcome: 'stale' | 'nameTaken') {
    super(outcome);
    this.outcome = outcome;
  }
}

export function createAdministratorStore(engine: SqlEngine, sealer: Sealer, record: Recorder): AdministratorStore {
  const { db } = engine;
  const accounts = () => db.selectFrom('administrators').selectAll();
  const opened = (text: string | null) => (text === null ? null : sealer.unseal(text));
  const sealed = (text: string | null) => (text === null ? null : sealer.seal(text));

  const toAccount = (row: AdministratorTable): Account => ({
    id: row.id,
    name: row.name,
    signInName: row.sign_in_name,
    email: row.email,
    passwordHash: row.password_hash,
    totpSecret: opened(row.sealed_totp_secret),
    pendingTotpSecret: opened(row.sealed_pending_totp_secret),
    totpStep: row.totp_step,
    recoveryHashes: JSON.parse(row.recovery_hashes),
    linkedPerson: row.linked_person === null ? null : JSON.parse(row.linked_person),
    grants: JSON.parse(row.grants),
    isSuspended: row.is_suspended === 1,
    language: row.language,
    theme: row.theme,
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastSeenAt: row.last_seen_at,
    version: row.version,
  });

  const toRow = (account: Account): AdministratorTable => ({
    id: account.id,
    name: account.name,
    sign_in_name: account.signInName,
    email: account.email,
    password_hash: account.passwordHash,
    sealed_totp_secret: sealed(account.totpSecret),
    sealed_pending_totp_secret: sealed(account.pendingTotpSecret),
    totp_step: account.totpStep,
    recovery_hashes: JSON.stringify(account.recoveryHashes),
    linked_person: account.linkedPerson === null ? null : JSON.stringify(account.linkedPerson),
    grants: JSON.stringify(account.grants),
    is_suspended: account.isSuspended ? 1 : 0,
    language: account.language,
    theme: account.theme,
    created_at: account.createdAt,
    created_by: account.createdBy,
    last_seen_at: account.lastSeenAt,
    version: account.version,
  });

  /** The one row that writers of the census wait for, so that of two that read the same one the second is refused. */
  async function advance(tx: Tx, census: number): Promise<void> {
    const version = census + 1;
    const { numAffectedRows } =
      census === 0
        ? await tx.executeQuery(
            tx
              .insertInto('administrator_census')
              .values({ id: 1, version })
              .onConflict((conflict) => conflict.doNothing()),
          )
        : await tx.executeQuery(tx.updateTable('administrator_census').set({ version }).where('version', '=', census));
    if (numAffectedRows !== 1n) throw new Refused('stale');
  }

  async function put(tx: Tx, account: Account): Promise<void> {
    const row = toRow(account);
    const other = await tx
      .selectFrom('administrators')
      .select('id')
      .where('sign_in_name', '=', row.sign_in_name)
      .where('id', '<>', row.id)
      .executeTakeFirst();
    if (other !== undefined) throw new Refused('nameTaken');
    if (row.version === 1) {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('administrators')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      // Somebody took the name since it was looked up, or the id: that is random.
      if (numInsertedOrUpdatedRows === 0n) throw new Refused('nameTaken');
      return;
    }
    const { id, last_seen_at: _, ...written } = row;
    const { numUpdatedRows } = await tx
      .updateTable('administrators')
      .set(written)
      .where('id', '=', id)
      .where('version', '=', row.version - 1)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new Refused('stale');
  }

  const toLink = (row: ConsoleLinkTable): ConsoleLink => ({
    tokenHash: row.token_hash,
    administratorId: row.administrator_id,
    purpose: row.purpose,
    madeBy: row.made_by,
    expiresAt: row.expires_at,
  });
  const putLink = (tx: Tx, link: ConsoleLink) =>
    tx
      .insertInto('console_links')
      .values({
        token_hash: link.tokenHash,
        administrator_id: link.administratorId,
        purpose: link.purpose,
        made_by: link.madeBy,
        expires_at: link.expiresAt,
      })
      .execute();

  const orRefused = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      if (error instanceof Refused) return error.outcome;
      throw error;
    });

  return {
    async find(id) {
      const row = await accounts().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },

    async findBySignInName(signInName) {
      const row = await accounts().where('sign_in_name', '=', signInName).executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },

    async list({ after, limit }) {
      const rows = accounts().$if(after !== undefined, (query) => query.where('id', '>', after ?? ''));
      return (await rows.orderBy('id').limit(limit).execute()).map(toAccount);
    },

    async census() {
      const row = await db.selectFrom('administrator_census').select('version').executeTakeFirst();
      return row?.version ?? 0;
    },

    write: (account, { census, takes, gives, endsLogins }, event) =>
      orRefused(
        db.transaction().execute(async (tx) => {
          if (census !== undefined) await advance(tx, census);
          if (takes !== undefined) {
            const taken = await tx
              .deleteFrom('console_links')
              .where('token_hash', '=', takes)
              .returning('administrator_id')
              .executeTakeFirst();
            if (taken === undefined) throw new Refused('stale');
            if (taken.administrator_id === null) {
              await tx.deleteFrom('console_links').where('administrator_id', 'is', null).execute();
            }
          }
          await put(tx, account);
          if (gives !== undefined || endsLogins !== undefined) {
            await tx.deleteFrom('console_links').where('administrator_id', '=', account.id).execute();
          }
          if (gives !== undefined) await putLink(tx, gives);
          if (endsLogins !== undefined) {
            const { except } = endsLogins;
            await tx
              .deleteFrom('console_logins')
              .where('administrator_id', '=', account.id)
              .$if(except !== null, (query) => query.where('id', '<>', except ?? ''))
              .execute();
          }
          if (event !== null) await record(tx, event);
          return 'stored' as const;
        }),
      ),

    async remove(id, census, event) {
      const outcome = await orRefused(
        db.transaction().execute(async (tx) => {
          await advance(tx, census);
          const { numDeletedRows } = await tx
            .deleteFrom('administrators')
            .where('id', '=', id)
            .executeTakeFirstOrThrow();
          if (numDeletedRows === 0n) throw new Refused('stale');
          await tx.deleteFrom('console_links').where('administrator_id', '=', id).execute();
          await tx.deleteFrom('console_logins').where('administrator_id', '=', id).execute();
          await record(tx, event);
          return 'stored' as const;
        }),
      );
      return outcome === 'stored';
    },

    async touch(id, at) {
      await db.updateTable('administrators').set({ last_seen_at: at }).where('id', '=', id).execute();
    },

    async findLink(tokenHash) {
      const links = db.selectFrom('console_links').selectAll();
      const row = await links.where('token_hash', '=', tokenHash).executeTakeFirst();
      return row === undefined ? null : toLink(row);
    },

    async putSetUpLink(link, event) {
      await db.transaction().execute(async (tx) => {
        await putLink(tx, link);
        await record(tx, event);
      });
    },

    purgeLinks: (before, limit) =>
      deleteOldest(engine, { table: 'console_links', key: 'token_hash', instant: 'expires_at' }, before, limit),
  };
}
