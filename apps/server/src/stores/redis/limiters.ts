import { type IRateLimiterOptions, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { limitPrefix } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/** Counters that all nodes share. Without Redis they fail as a store outage, and never count in process memory (threats T45). */
export function createLimiters({ redis, ask }: RedisConnection) {
  return function limiter(options: IRateLimiterOptions) {
    const { keyPrefix } = options;
    const counter = new RateLimiterRedis({
      ...options,
      keyPrefix: `${limitPrefix}:${keyPrefix}`,
      storeClient: redis,
    });
    return {
      points: counter.points,
      consume: (key: string): Promise<RateLimiterRes> => ask(() => counter.consume(key)),
      get: (key: string): Promise<RateLimiterRes | null> => ask(() => counter.get(key)),
      async giveBack(key: string): Promise<void> {
        if ((await ask(() => counter.get(key))) !== null) await ask(() => counter.reward(key, 1));
      },
    };
  };
}
