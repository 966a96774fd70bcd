import { expiredEvent } from '../../core/qr/expiry.ts';
import { isFinished, isOutstanding, type QrSession } from '../../core/qr/session.ts';
import type { FoundQrSession, QrSessionStore } from '../../core/qr/store.ts';
import type { Companion, CompanionWrites } from '../sql/tables/companion-writes.ts';
import { createCodeReader, type Rest } from './code-reader.ts';
import type { RunFunction } from './functions.ts';
import { codeKey, deadlinesKey } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';
import { RedisOutage } from './outage.ts';
import { createOutstanding } from './outstanding.ts';

/** How long Redis keeps a QR session after its deadline. The purge comes long before; this is for when no node runs. */
const keptAfterDeadlineMs = 24 * 3_600_000;

/**
 * QR sessions in Redis, a hash each. A move's event and profile write are committed in the database first (CompanionWrites) and taken
 * back when Redis refuses. When it does not answer, the event stays: a move without one would be worse than one without a move.
 */
export function createQrSessionStore(parts: {
  connection: RedisConnection;
  run: RunFunction;
  companionWrites: CompanionWrites;
}): QrSessionStore {
  const { connection, run, companionWrites } = parts;
  const read = createCodeReader(run, connection.isCluster);
  const outstanding = createOutstanding(connection, run);

  /** Commits in the database, then makes the move in Redis. While Redis is known to be away, nothing is committed. */
  async function withCompanion<T>(
    commit: () => Promise<Companion | null>,
    change: () => Promise<T | null>,
  ): Promise<T | null> {
    connection.requireReady();
    const companion = await commit();
    if (companion === null) return null;
    let outcome: T | null;
    try {
      outcome = await change();
    } catch (error) {
      if (!(error instanceof RedisOutage && error.mayBeDone)) await companion.takeBack();
      throw error;
    }
    if (outcome === null) await companion.takeBack();
    return outcome;
  }

  return {
    async insert(session, lifetimeSeconds, event) {
      const { idHash } = session;
      const lifetimeMs = lifetimeSeconds * 1000;
      const createdAt = await withCompanion(
        () => companionWrites.commit(event),
        async () => {
          const [, stamp] = await Promise.all([
            run('schedule', [deadlinesKey], [idHash, lifetimeMs]),
            run('insert', [codeKey(idHash)], [...fieldsOf(session), lifetimeMs, keptAfterDeadlineMs]),
          ]);
          return stamp as number | null;
        },
      );
      if (createdAt === null) throw new Error('a code with this id is there already');
      const stored = { ...session, createdAt, expiresAt: createdAt + lifetimeMs };
      outstanding.follow(stored);
      return stored;
    },

    find: read,

    async replace(next, before, event, profile) {
      const { idHash, status, expiresAt } = next;
      const args = [...fieldsOf(next), next.version - 1, before, expiresAt, keptAfterDeadlineMs, idHash];
      const previousStatus = await withCompanion(
        () => companionWrites.commit(event, profile),
        () => run('replace', [codeKey(idHash)], args) as Promise<string | null>,
      );
      if (previousStatus === null) {
        if (status === 'SCANNED' && next.scanner) await giveBack(next.scanner.userId, idHash);
        return false;
      }
      if (previousStatus !== status) {
        outstanding.follow(next);
        // When this call is lost, the purge corrects the entry.
        reschedule(next).catch(() => {});
      }
      return true;
    },

    countOutstanding: (by, limit) => outstanding.count(by, limit),

    async newestOutstanding(applicationId, limit) {
      const found = await Promise.all(
        (await outstanding.newest({ applicationId }, limit)).map((idHash) => read(idHash)),
      );
      return found.flatMap((code) =>
        code !== null && isOutstanding(code.session) && code.now < code.session.expiresAt ? [code.session] : [],
      );
    },

    takePlace: (scannedBy, { idHash, expiresAt }, limit) => outstanding.enter({ scannedBy }, idHash, expiresAt, limit),

    async purge(graceMs, limit) {
      const overdue = (await run('overdue', [deadlinesKey], [graceMs, limit])) as string[];
      const found = await Promise.all(overdue.map((idHash) => read(idHash)));
      const late = found.flatMap((code) =>
        code !== null && code.now - code.session.expiresAt > graceMs ? [code.session] : [],
      );
      const events = late.filter((session) => !isFinished(session)).map(expiredEvent);
      const expired = await companionWrites.recordExpired(events);
      // What is overdue and not found was deleted already, or made under an older history: nobody reads it any more.
      const dead = overdue.filter((_, index) => found[index] === null);
      const deleted = await Promise.all([
        ...late.map(({ idHash, version }) => run('remove', [codeKey(idHash)], [version])),
        ...dead.map((idHash) => connection.ask((redis) => redis.unlink(codeKey(idHash)))),
      ]);
      await forgetDeadlines(overdue, found, graceMs);
      return { deleted: deleted.filter((count) => count === 1).length, expired };
    },
  };

  /** Frees the place that a lost scan had taken, unless the same person won it with another phone. */
  async function giveBack(scannedBy: string, idHash: string): Promise<void> {
    const code = await read(idHash);
    if (code?.session.scanner?.userId !== scannedBy) await outstanding.leave({ scannedBy }, idHash);
  }

  function reschedule({ idHash, expiresAt }: QrSession): Promise<unknown> {
    return connection.ask((redis) => redis.zadd(deadlinesKey, 'XX', expiresAt, idHash));
  }

  /** Removes deadlines of deleted QR sessions; corrects entries whose session got a later one. */
  async function forgetDeadlines(overdue: string[], found: (FoundQrSession | null)[], graceMs: number): Promise<void> {
    const moved = found.filter(
      (code): code is FoundQrSession => code !== null && code.now - code.session.expiresAt <= graceMs,
    );
    const isMoved = new Set(moved.map(({ session }) => session.idHash));
    const gone = overdue.filter((idHash) => !isMoved.has(idHash));
    await Promise.all([
      ...(gone.length === 0 ? [] : [connection.ask((redis) => redis.zrem(deadlinesKey, ...gone))]),
      ...moved.map(({ session }) => reschedule(session)),
    ]);
  }
}

function fieldsOf(session: Omit<QrSession, 'createdAt' | 'expiresAt'>): (string | number)[] {
  const { status, version, createdAt: _, expiresAt: __, ...rest } = session as QrSession;
  return [version, status, JSON.stringify(rest satisfies Rest)];
}
