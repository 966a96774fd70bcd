import { DomainError } from './errors.ts';
import type { Secrets } from './ports.ts';

const halfLength = 16;

/** Something that is made once for each idempotency key of `scope`. */
export interface Drawn {
  scope: readonly string[];
  idempotencyKey: string;
  /** The request, as far as a repeat must be the same. */
  asked: object;
}

/**
 * The id of what is made with an idempotency key: one half is derived from the key, the other from the key and what was asked for. So
 * whatever was made tells by itself which request made it, and nothing needs to be remembered (decision 36).
 */
export function drawnId(secrets: Secrets, drawn: Drawn): string {
  const [id = ''] = idsOf(secrets, drawn).map(({ ofKey, ofAll }) => ofKey + ofAll);
  return id;
}

/** What an earlier request with the key made, or null. @throws DomainError invalid_argument, where that asked for something else */
export function madeBefore<T extends { id: string }>(secrets: Secrets, drawn: Drawn, all: readonly T[]): T | null {
  for (const { ofKey, ofAll } of idsOf(secrets, drawn)) {
    const made = all.find(({ id }) => id.length === 2 * halfLength && id.startsWith(ofKey));
    if (made === undefined) continue;
    if (made.id === ofKey + ofAll) return made;
    throw new DomainError('invalid_argument', { field: 'idempotencyKey', reason: 'keyOfOther' });
  }
  return null;
}

/** By each key of the server, the current one first. */
function idsOf(secrets: Secrets, { scope, idempotencyKey, asked }: Drawn): { ofKey: string; ofAll: string }[] {
  return secrets.keyIds.flatMap((keyId) => {
    const ofKey = secrets.derive(keyId, 'made-once', ...scope, idempotencyKey);
    const ofAll = secrets.derive(keyId, 'made-once-of', ...scope, idempotencyKey, sortedJson(asked));
    return ofKey === null || ofAll === null ? [] : [{ ofKey: half(ofKey), ofAll: half(ofAll) }];
  });
}

/** Ids have letters and digits alone. */
const half = (derived: string) => derived.slice(0, halfLength).replace(/[-_]/g, '0');

/** The same text for objects that differ in the order of their keys alone. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
