import { createHash } from 'node:crypto';
import { channel } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/**
 * What the scripts take for the time. `lua` leaves epoch milliseconds in the local `now`; `argument`, when there is one, is
 * sent along as the last argument of each call.
 */
export interface ScriptClock {
  lua: string;
  argument?: () => number;
}

/** The server's own clock (threat model T47). */
export const serverClock: ScriptClock = {
  lua: "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)",
};

/** `rest` is the session without what stands in fields of its own. */
const setFields = (first: number) =>
  ['revision', 'version', 'status', 'rest'].map((name, index) => `'${name}', ARGV[${first + index}]`).join(', ');

/**
 * Leaves in the local `history` which life of the data this is. It changes when a replica is promoted, when a server starts again
 * and when a snapshot is put back: each time the last writes may be missing, and nobody can tell which. A code belongs to the history it
 * was made in; to any other it is lost, for shown again it could have gone backwards (threat model T44). Codes without one were
 * made by a release that did not write it.
 */
const readHistory = "local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''";

const sources = {
  /** Codes: the time, then for each code false, or 1 when the caller has this revision, or its fields. */
  find: `
    ${readHistory}
    local answers = {now}
    for i, key in ipairs(KEYS) do
      local known = redis.call('HMGET', key, 'revision', 'history')
      local revision = (not known[2] or known[2] == history) and known[1]
      if revision and revision == ARGV[i] then answers[i + 1] = 1
      else
        answers[i + 1] = revision
          and redis.call('HMGET', key, 'revision', 'status', 'version', 'createdAt', 'expiresAt', 'rest')
      end
    end
    return answers`,
  /** Revision, version, status, rest, lifetime, time kept after it. The time of creation, or false when it is there. */
  insert: `
    if redis.call('EXISTS', KEYS[1]) == 1 then return false end
    ${readHistory}
    redis.call('HSET', KEYS[1], ${setFields(1)}, 'createdAt', now, 'expiresAt', now + ARGV[5], 'history', history)
    redis.call('PEXPIRE', KEYS[1], ARGV[5] + ARGV[6])
    return now`,
  /**
   * Revision, version, status, rest, version before, deadline judged by, next deadline, time kept after it, code. The
   * status before, or false when another writer was first, time was up or the code is lost.
   */
  replace: `
    ${readHistory}
    local was = redis.call('HMGET', KEYS[1], 'version', 'status', 'history')
    if was[3] and was[3] ~= history then return false end
    if was[1] ~= ARGV[5] or now >= tonumber(ARGV[6]) then return false end
    redis.call('HSET', KEYS[1], ${setFields(1)}, 'expiresAt', ARGV[7])
    redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(ARGV[7] - now, 0) + ARGV[8]))
    if was[2] ~= ARGV[3] then redis.call('PUBLISH', '${channel}', ARGV[9]) end
    return was[2]`,
  /** Revision, code. */
  consume: `
    ${readHistory}
    local was = redis.call('HMGET', KEYS[1], 'status', 'history')
    if was[1] ~= 'AUTHORIZED' or (was[2] and was[2] ~= history) then return 0 end
    redis.call('HSET', KEYS[1], 'status', 'CONSUMED', 'revision', ARGV[1])
    redis.call('HINCRBY', KEYS[1], 'version', 1)
    redis.call('PUBLISH', '${channel}', ARGV[2])
    return 1`,
  /** Version: deletes the code if it is still the one that was read. */
  remove: `
    if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])`,
  /** Code, lifetime: into the set of all deadlines. */
  schedule: `return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])`,
  /** Grace, limit: codes overdue by more than the grace. */
  overdue: `return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - ARGV[1]), 'LIMIT', 0, ARGV[2])`,
  /** Code, deadline, limit: into a set of unfinished codes, or 0 when it is full. */
  enter: `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
    local left = math.max(math.ceil(ARGV[2] - now), 1)
    if redis.call('PTTL', KEYS[1]) < left then redis.call('PEXPIRE', KEYS[1], left) end
    return 1`,
  /** How many codes of a set are unfinished. */
  count: `return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`,
} as const;

export type ScriptName = keyof typeof sources;

export type RunScript = (name: ScriptName, keys: string[], args: (string | number)[]) => Promise<unknown>;

/** Runs scripts by their digest; a server that does not know one, being new or restarted, is sent it. */
export function createScripts(connection: RedisConnection, clock: ScriptClock): RunScript {
  const scripts = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      const lua = `${clock.lua}\n${source}`;
      return [name, { lua, digest: createHash('sha1').update(lua).digest('hex') }];
    }),
  ) as Record<ScriptName, { lua: string; digest: string }>;

  return async function run(name, keys, args) {
    const { lua, digest } = scripts[name];
    const all = clock.argument === undefined ? [...keys, ...args] : [...keys, ...args, clock.argument()];
    try {
      return await connection.ask((redis) => redis.evalsha(digest, keys.length, ...all));
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return connection.ask((redis) => redis.eval(lua, keys.length, ...all));
    }
  };
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
