import type { QrSession, StoredQrStatus } from '../../core/qr/session.ts';
import type { FoundQrSession } from '../../core/qr/store.ts';
import { codeKey } from './keys.ts';
import type { RunScript } from './scripts.ts';

/** The session without what stands in fields of its own, as JSON in the field `rest`. */
export type Rest = Omit<QrSession, 'status' | 'version' | 'createdAt' | 'expiresAt'>;

type Fields = [
  revision: string,
  status: StoredQrStatus,
  version: string,
  createdAt: string,
  expiresAt: string,
  rest: string,
];
type Answer = null | 1 | Fields;

interface Waiting {
  idHash: string;
  known: Known | undefined;
  resolve(found: FoundQrSession | null): void;
  reject(error: unknown): void;
}

interface Known {
  revision: string;
  session: QrSession;
}

/** Codes whose parsed form is kept: about 1.5 KB each. */
const keptCodes = 10_000;
/** Codes asked for in one call, so that Redis is never busy with one for long. */
const maxBatch = 500;

/**
 * Reads codes, the hottest path. Reads of one tick share a call, for most of a read's price is the client's work per
 * command; in a cluster, where one call must keep to one slot, each goes alone. Each read asks Redis; what was parsed
 * before is used again only when Redis says that nobody wrote since.
 */
export function createCodeReader(run: RunScript, isCluster: boolean) {
  const kept = new Map<string, Known>();
  let waiting: Waiting[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    const size = isCluster ? 1 : maxBatch;
    for (let start = 0; start < all.length; start += size) void ask(all.slice(start, start + size));
  }

  async function ask(batch: Waiting[]): Promise<void> {
    const keys: string[] = [];
    const revisions: string[] = [];
    for (const one of batch) {
      one.known = kept.get(one.idHash);
      keys.push(codeKey(one.idHash));
      revisions.push(one.known === undefined ? '' : one.known.revision);
    }
    try {
      const answers = (await run('find', keys, revisions)) as [number, ...Answer[]];
      const [now] = answers;
      for (const [index, one] of batch.entries()) one.resolve(found(one, (answers[index + 1] ?? null) as Answer, now));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }

  function found({ idHash, known }: Waiting, answer: Answer, now: number): FoundQrSession | null {
    if (answer === null) {
      kept.delete(idHash);
      return null;
    }
    const current = answer === 1 ? known : parse(answer);
    if (current === undefined) throw new Error('Redis answered for a revision that was not asked');
    if (current !== known) keep(idHash, current);
    // A copy: callers may change what they are given.
    return { session: { ...current.session }, now };
  }

  function keep(idHash: string, read: Known): void {
    kept.delete(idHash);
    kept.set(idHash, read);
    if (kept.size > keptCodes) kept.delete(kept.keys().next().value as string);
  }

  return function read(idHash: string): Promise<FoundQrSession | null> {
    return new Promise((resolve, reject) => {
      if (waiting.push({ idHash, known: undefined, resolve, reject }) === 1) setImmediate(flush);
    });
  };
}

function parse([revision, status, version, createdAt, expiresAt, rest]: Fields): Known {
  const session = JSON.parse(rest) as QrSession;
  session.status = status;
  session.version = Number(version);
  session.createdAt = Number(createdAt);
  session.expiresAt = Number(expiresAt);
  return { revision, session };
}
