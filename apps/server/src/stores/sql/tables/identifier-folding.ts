import { sql } from 'kysely';
import { phoneParts, readPhone } from '../../../core/identifiers/phone-number.ts';
import type { IdentifierConflict, IdentifierFolding } from '../../../core/users/identifier-conflict.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import type { UserTable } from '../engine/schema.ts';
import type { Recorder } from './audit.ts';
import { foldedUsername, isFolded, lookAlikes } from './identifiers/folded-identifiers.ts';

/** Spelt exactly as in the index `users_not_folded`, which answers it. */
const notFolded = sql<boolean>`coalesce(folded_version, 0) <> version`;

export function createIdentifierFolding(engine: SqlEngine, record: Recorder): IdentifierFolding {
  const { db } = engine;

  return {
    foldSome(limit, { countryCodeOf, eventOf }) {
      return db.transaction().execute(async (tx) => {
        const waiting = tx.selectFrom('users').selectAll().where(notFolded).orderBy('id').limit(limit);
        // Another node may fold at the same time: each takes rows of its own.
        const rows = await (engine.locksRows ? waiting.forUpdate().skipLocked() : waiting).execute();
        const conflicts: IdentifierConflict[] = [];
        for (const row of rows) conflicts.push(...(await fold(tx, row, countryCodeOf(row.user_pool_id))));
        for (const conflict of conflicts) await record(tx, eventOf(conflict));
        return { folded: rows.length, conflicts };
      });
    },
  };
}

async function fold(tx: Tx, row: UserTable, poolCountryCode: string): Promise<IdentifierConflict[]> {
  const said = row.phone_country_code?.replace(/^\+?/, '+');
  const phone = row.phone === null ? null : readPhone(row.phone, said ?? poolCountryCode);
  const username = foldedUsername(row.username);
  const conflicts = [
    await claim(tx, row, 'username', 'username_folded', username.username_folded),
    await claim(tx, row, 'phone', 'phone_e164', phone),
  ].filter((conflict) => conflict !== null);
  const isLost = (field: IdentifierConflict['field']) =>
    conflicts.some((conflict) => conflict.field === field && conflict.userId === row.id);
  await tx
    .updateTable('users')
    .set({
      ...username,
      ...(isLost('username') ? { username_folded: null } : {}),
      phone_e164: isLost('phone') ? null : phone,
      // The country is fixed now, because the pool's default may change. Earlier releases treat it like a missing one.
      phone_country_code: phone === null ? row.phone_country_code : phoneParts(phone).phoneCountryCode,
      folded_version: row.version,
    })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .execute();
  const alike =
    row.username === null ? undefined : await lookAlikes(tx, row.user_pool_id, row.username).executeTakeFirst();
  if (alike !== undefined) conflicts.push(conflictOf('username', 'looksAlike', row, alike));
  return conflicts;
}

/** Takes the form from its holder where this row's claim is the better one; returns the conflict between the two. */
async function claim(
  tx: Tx,
  row: UserTable,
  field: IdentifierConflict['field'],
  column: 'username_folded' | 'phone_e164',
  form: string | null,
): Promise<IdentifierConflict | null> {
  if (form === null) return null;
  const holder = await tx
    .selectFrom('users')
    .selectAll()
    .where('user_pool_id', '=', row.user_pool_id)
    .where(column, '=', form)
    .where('id', '<>', row.id)
    .executeTakeFirst();
  if (holder === undefined) return null;
  const isBetter = !isFolded(holder) || rank(row, field) < rank(holder, field);
  if (isBetter)
    await tx
      .updateTable('users')
      .set({ [column]: null })
      .where('id', '=', holder.id)
      .execute();
  // The holder waits to be folded, too: the conflict shows when its turn comes.
  if (!isFolded(holder)) return null;
  return isBetter ? conflictOf(field, 'sameForm', holder, row) : conflictOf(field, 'sameForm', row, holder);
}

/** A text that sorts claims: verified phones first, then older accounts; ids decide between people of one millisecond. */
function rank(row: UserTable, field: IdentifierConflict['field']): string {
  const isProved = field === 'phone' && row.phone_verified === 1;
  return [isProved ? 0 : 1, String(row.created_at).padStart(16, '0'), row.id].join(' ');
}

function conflictOf(
  field: IdentifierConflict['field'],
  kind: IdentifierConflict['kind'],
  { id: userId, user_pool_id: userPoolId }: UserTable,
  { id: otherUserId }: Pick<UserTable, 'id'>,
): IdentifierConflict {
  return { userPoolId, field, kind, userId, otherUserId };
}
