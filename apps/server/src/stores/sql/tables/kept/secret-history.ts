import { hash } from 'node:crypto';
import type { OlderSecret } from '../../../../core/directory/kept/kept.ts';
import type { SecretHistory, SecretHolder } from '../../../../core/directory/kept/secret-history.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import type { SecretTable } from '../../engine/schema.ts';

interface Held {
  secret: string;
  olderSecrets: readonly OlderSecret[];
}

const idLength = 16;

export function createSecretHistory({ db }: SqlEngine): SecretHistory {
  return {
    async list(holder, limit) {
      const rows = await db
        .selectFrom('secrets')
        .selectAll()
        .where('holder', '=', nameOf(holder))
        .orderBy('created_at', 'desc')
        .orderBy('hash')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.hash.slice(0, idLength),
        hint: row.hint,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
        endsAt: row.ends_at,
      }));
    },

    async wasReplaced(holder, secret) {
      const row = await db
        .selectFrom('secrets')
        .select('hash')
        .where('holder', '=', nameOf(holder))
        .where('hash', '=', hashOf(secret))
        .where('ends_at', 'is not', null)
        .executeTakeFirst();
      return row !== undefined;
    },

    async noteUse(holder, secret, at) {
      // A secret of an earlier release has no row until it changes or is used.
      const row = { holder: nameOf(holder), hash: hashOf(secret), hint: secret.slice(-4), ends_at: null };
      await db
        .insertInto('secrets')
        .values({ ...row, created_at: at, last_used_at: at })
        .onConflict((conflict) => conflict.columns(['holder', 'hash']).doUpdateSet({ last_used_at: at }))
        .execute();
    },
  };
}

/** Part of every write of a pool or an application. `before`: what the row held, null for a new one. */
export async function noteSecrets(
  tx: Tx,
  holder: SecretHolder,
  { before, after, at }: { before: (Held & { createdAt: number }) | null; after: Held; at: number },
): Promise<void> {
  const ends = endsOf(after);
  const gone = before === null ? [] : [...endsOf(before).keys()].filter((secret) => !ends.has(secret));
  const write = async (secret: string, createdAt: number, endsAt: number | null) => {
    const row: SecretTable = {
      holder: nameOf(holder),
      hash: hashOf(secret),
      hint: secret.slice(-4),
      created_at: createdAt,
      last_used_at: null,
      ends_at: endsAt,
    };
    await tx
      .insertInto('secrets')
      .values(row)
      .onConflict((conflict) => conflict.columns(['holder', 'hash']).doUpdateSet({ ends_at: endsAt }))
      .execute();
  };
  for (const secret of gone) await write(secret, before?.createdAt ?? at, at);
  for (const [secret, endsAt] of ends) {
    const isOld = before !== null && endsOf(before).has(secret);
    await write(secret, isOld ? before.createdAt : at, endsAt);
  }
}

function endsOf({ secret, olderSecrets }: Held): Map<string, number | null> {
  return new Map([...olderSecrets.map(({ secret: older, endsAt }) => [older, endsAt] as const), [secret, null]]);
}

function nameOf({ kind, id }: SecretHolder): string {
  return `${kind}:${id}`;
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
