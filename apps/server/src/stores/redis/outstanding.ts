import type { QrSession } from '../../core/qr/session.ts';
import { type OutstandingBy, outstandingKey } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';
import type { RunScript } from './scripts.ts';

const unlimited = Number.MAX_SAFE_INTEGER;

/**
 * Sorted sets of the unfinished codes of each application, network and scanner, by deadline. They stand beside the codes,
 * each in a slot of its own, and are written after them: a crash in between leaves one too many or too few, until the
 * deadline of that code.
 */
export function createOutstanding(connection: RedisConnection, run: RunScript) {
  async function enter(by: OutstandingBy, idHash: string, deadline: number, limit: number): Promise<boolean> {
    return (await run('enter', [outstandingKey(by)], [idHash, deadline, limit])) === 1;
  }

  async function leave(by: OutstandingBy, idHash: string): Promise<void> {
    await connection.ask((redis) => redis.zrem(outstandingKey(by), idHash));
  }

  return {
    enter,
    leave,
    async count(by: OutstandingBy, limit: number): Promise<number> {
      return Math.min(Number(await run('count', [outstandingKey(by)], [])), limit);
    },
    /** Follows a code that was written. Nobody waits, and nobody needs to know of a failure: see above. */
    follow(session: QrSession): void {
      const { idHash, expiresAt } = session;
      const isUnfinished = session.status === 'PENDING' || session.status === 'SCANNED';
      for (const by of ownersOf(session)) {
        const done = isUnfinished ? enter(by, idHash, expiresAt, unlimited) : leave(by, idHash);
        done.catch(() => {});
      }
    },
  };
}

function ownersOf({ applicationId, generatorNetwork, scanner }: QrSession): OutstandingBy[] {
  return [
    { applicationId },
    ...(generatorNetwork === null ? [] : [{ generatorNetwork }]),
    ...(scanner === null ? [] : [{ scannedBy: scanner.userId }]),
  ];
}
