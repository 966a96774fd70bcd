import { isOutstanding, type QrSession } from '../../core/qr/session.ts';
import type { RunFunction } from './functions.ts';
import { type OutstandingBy, outstandingKey } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

const unlimited = Number.MAX_SAFE_INTEGER;

/**
 * Outstanding QR sessions by application, network and scanner, in sorted sets by deadline. Written after the session, each in its slot: a
 * crash in between leaves one entry too many or too few until the deadline.
 */
export function createOutstanding(connection: RedisConnection, run: RunFunction) {
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
    /** Those with the latest deadlines first; some may be finished, or expired. */
    newest: (by: OutstandingBy, limit: number): Promise<string[]> =>
      connection.ask((redis) => redis.zrevrange(outstandingKey(by), 0, limit - 1)),
    /** Brings the sets up to date after a QR session was written. Nobody waits or hears of a failure: a wrong entry ends with its deadline. */
    follow(session: QrSession): void {
      const { idHash, expiresAt } = session;
      for (const by of ownersOf(session)) {
        const done = isOutstanding(session) ? enter(by, idHash, expiresAt, unlimited) : leave(by, idHash);
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
