import { type IRateLimiterOptions, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { limitPrefix } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';
import { explainFailure } from './outage.ts';

/**
 * Counters that all nodes share. With Redis away they fail as a store outage: nothing counts in process memory instead
 * (threat model T45).
 */
export function createLimiters({ redis }: RedisConnection) {
  return function limiter(options: IRateLimiterOptions) {
    const { keyPrefix } = options;
    const counter = new RateLimiterRedis({
      ...options,
      keyPrefix: `${limitPrefix}:${keyPrefix}`,
      storeClient: redis,
      rejectIfRedisNotReady: true,
    });
    return {
      points: counter.points,
      consume: (key: string): Promise<RateLimiterRes> => counter.consume(key).catch(rethrow),
      get: (key: string): Promise<RateLimiterRes | null> => counter.get(key).catch(rethrow),
    };
  };
}

function rethrow(reason: unknown): never {
  throw explainFailure(reason);
}
