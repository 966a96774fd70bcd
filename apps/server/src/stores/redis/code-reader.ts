import type { QrSession } from '../../core/qr/session.ts';
import type { FoundQrSession } from '../../core/qr/store.ts';
import { codeKey } from './keys.ts';
import type { RunScript } from './scripts.ts';

/** The session without what stands in fields of its own, as JSON in the field `rest`. */
export type Rest = Omit<QrSession, 'status' | 'version' | 'createdAt' | 'expiresAt'>;

interface Waiting {
  idHash: string;
  resolve(found: FoundQrSession | null): void;
  reject(error: unknown): void;
}

/** Codes asked for in one call, so that Redis is never busy with one for long. */
const maxBatch = 500;

/**
 * Reads codes, the hottest path. Reads of one tick share a call, for most of a read's price is the client's work per
 * command; in a cluster, where one call must keep to one slot, each goes alone. Nothing read is kept: what a copy saves is
 * less than what it costs once there are more codes than copies.
 */
export function createCodeReader(run: RunScript, isCluster: boolean) {
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
      const answer = (await run('find', keys, [])) as string;
      const [now, ...sessions] = JSON.parse(answer) as [number, ...(QrSession | null)[]];
      for (const [index, { resolve }] of batch.entries()) {
        const session = sessions[index] ?? null;
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
