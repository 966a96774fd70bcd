import type { Clock } from '../../core/ground/ports.ts';
import type { NonceStore } from '../../core/management/store.ts';
import { nonceKey } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/** Nonces that all nodes know. A full Redis refuses, which is an outage: nothing is forgotten to make room. */
export function createNonceStore({ connection, clock }: { connection: RedisConnection; clock: Clock }): NonceStore {
  return {
    async take(key, keepUntil) {
      const keptMs = Math.max(1, Math.ceil(keepUntil - clock.now()));
      const taken = await connection.ask((redis) => redis.set(nonceKey(key), 1, 'PX', keptMs, 'NX'));
      return taken === null ? 'used' : 'taken';
    },
  };
}
