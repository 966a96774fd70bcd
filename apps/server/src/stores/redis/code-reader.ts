import type { QrSession } from '../../core/qr/session.ts';
import type { FoundQrSession } from '../../core/qr/store.ts';
import type { RunFunction } from './functions.ts';
import { codeKey } from './keys.ts';

/** What is kept as JSON in the hash field `rest`: a QR session without the properties that have fields of their own. */
export type Rest = Omit<QrSession, 'status' | 'version' | 'createdAt' | 'expiresAt'>;

interface Waiting {
  idHash: string;
  resolve(found: FoundQrSession | null): void;
  reject(error: unknown): void;
}

/** The most QR sessions asked for in one call: a longer call would keep Redis from everybody else. */
const maxBatch = 500;

/**
 * Reads QR sessions, the hottest path. Reads of one tick share a call, for most of the price is the client's work per command; in a
 * cluster each goes alone, to keep to one slot. No copies are kept: for many QR sessions they cost more than they save.
 */
export function createCodeReader(run: RunFunction, isCluster: boolean) {
  let waiting: Waiting[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    const size = isCluster ? 1 : maxBatch;
    for (let start = 0; start < all.length; start += size) void ask(all.slice(start, start + size));
  }

  async function ask(batch: Waiting[]): Promise<void> {
    const keys = batch.map(({ idHash }) => codeKey(idHash));
    try {
      const [now, ...fields] = (await run('find', keys, [])) as [number, ...(string | null)[]];
      for (const [index, { resolve }] of batch.entries()) {
        const session = sessionOf(fields.slice(5 * index, 5 * (index + 1)));
        resolve(session === null ? null : { session, now });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return function read(idHash: string): Promise<FoundQrSession | null> {
    return new Promise((resolve, reject) => {
      if (waiting.push({ idHash, resolve, reject }) === 1) setImmediate(flush);
    });
  };
}

function sessionOf(fields: (string | null)[]): QrSession | null {
  if (fields.includes(null)) return null;
  const [status, version, createdAt, expiresAt, rest] = fields as string[];
  return {
    ...(JSON.parse(rest as string) as Rest),
    status: status as QrSession['status'],
    version: Number(version),
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
  };
}
