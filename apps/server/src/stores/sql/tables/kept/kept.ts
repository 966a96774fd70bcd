import type { Kept } from '../../../../core/directory/kept/kept.ts';
import { managedByNobody } from '../../../../core/directory/kept/managed.ts';
import type { Tx } from '../../engine/engine.ts';
import type { ApplicationTable } from '../../engine/schema.ts';
import type { Sealer } from '../../engine/seal.ts';

type KeptColumns = Pick<ApplicationTable, 'version' | 'updated_by' | 'managed' | 'sealed_older_secrets'>;

/** The columns that pools and applications have alike. */
export function keptColumns({ version, updatedBy, managed, olderSecrets }: Kept, sealer: Sealer): KeptColumns {
  return {
    version,
    updated_by: updatedBy,
    managed: managed.configuration === null ? null : JSON.stringify(managed),
    sealed_older_secrets: olderSecrets.length === 0 ? null : sealer.seal(JSON.stringify(olderSecrets)),
  };
}

export function keptOf(row: KeptColumns, sealer: Sealer): Kept {
  return {
    version: row.version,
    updatedBy: row.updated_by,
    managed: row.managed === null ? managedByNobody : { ...managedByNobody, ...JSON.parse(row.managed) },
    olderSecrets: row.sealed_older_secrets === null ? [] : JSON.parse(sealer.unseal(row.sealed_older_secrets)),
  };
}

/** The secrets that a row holds before it is written; null when there is no row. */
export async function readHeld(tx: Tx, table: 'user_pools' | 'applications', id: string, sealer: Sealer) {
  const row = await tx
    .selectFrom(table)
    .select(['sealed_secret', 'version', 'updated_by', 'managed', 'sealed_older_secrets', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { secret: sealer.unseal(row.sealed_secret), ...keptOf(row, sealer), createdAt: row.created_at };
}
