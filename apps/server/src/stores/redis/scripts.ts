import { createHash } from 'node:crypto';
import { channel } from './keys.ts';
import type { RedisConnection } from './open-redis.ts';

/** `lua` leaves epoch milliseconds in the local `now`; the result of `argument` goes along as the last argument of each call. */
export interface ScriptClock {
  lua: string;
  argument?: () => number;
}

/** The clock of Redis itself (threats T47). */
export const serverClock: ScriptClock = {
  lua: "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)",
};

/** The fields that every write sets. `rest` is the JSON of all properties without a field of their own. */
const setFields = "'version', ARGV[1], 'status', ARGV[2], 'rest', ARGV[3]";

/**
 * Leaves in the local `history` the replication id, which changes when a replica is promoted, a server starts again or a snapshot is put
 * back: the last writes may then be missing. A QR session counts only in the history it was made in, for in another it might show an
 * earlier status (threats T44).
 */
const readHistory = "local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''";

const sources = {
  /** Keys: QR sessions. Returns a JSON list: the time, then each session or null. */
  find: `
    ${readHistory}
    local answers = {}
    for i, key in ipairs(KEYS) do
      local code = redis.call('HMGET', key, 'history', 'status', 'version', 'createdAt', 'expiresAt', 'rest')
      answers[i] = code[1] ~= history and 'null' or '{"status":"' .. code[2] .. '","version":' .. code[3]
        .. ',"createdAt":' .. code[4] .. ',"expiresAt":' .. code[5] .. ',' .. code[6]:sub(2)
    end
    return '[' .. string.format('%d', now) .. ',' .. table.concat(answers, ',') .. ']'`,
  /**
   * Arguments: version, status, rest, lifetime, time kept after the deadline. Returns its time of creation, or false when the key exists.
   * Times are in milliseconds throughout.
   */
  insert: `
    if redis.call('EXISTS', KEYS[1]) == 1 then return false end
    ${readHistory}
    redis.call('HSET', KEYS[1], ${setFields}, 'createdAt', now, 'expiresAt', now + ARGV[4], 'history', history)
    redis.call('PEXPIRE', KEYS[1], ARGV[4] + ARGV[5])
    return now`,
  /**
   * Arguments: version, status, rest, version before, deadline to judge by, next deadline, time kept after that, id hash. Returns the
   * status before; false when another writer was first, the deadline passed or the session is lost.
   */
  replace: `
    ${readHistory}
    local was = redis.call('HMGET', KEYS[1], 'history', 'version', 'status')
    if was[1] ~= history or was[2] ~= ARGV[4] or now >= tonumber(ARGV[5]) then return false end
    redis.call('HSET', KEYS[1], ${setFields}, 'expiresAt', ARGV[6])
    redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(ARGV[6] - now, 0) + ARGV[7]))
    if was[3] ~= ARGV[2] then redis.call('PUBLISH', '${channel}', ARGV[8]) end
    return was[3]`,
  /** Argument: id hash. Returns 1 when the session was AUTHORIZED and is now CONSUMED, otherwise 0. */
  consume: `
    ${readHistory}
    local was = redis.call('HMGET', KEYS[1], 'history', 'status')
    if was[1] ~= history or was[2] ~= 'AUTHORIZED' then return 0 end
    redis.call('HSET', KEYS[1], 'status', 'CONSUMED')
    redis.call('HINCRBY', KEYS[1], 'version', 1)
    redis.call('PUBLISH', '${channel}', ARGV[1])
    return 1`,
  /** Argument: version. Deletes the session if it still has that version; returns how many were deleted. */
  remove: `
    if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[1])`,
  /** Arguments: id hash, lifetime. Puts the session into the set of all deadlines. */
  schedule: `return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])`,
  /** Arguments: grace, limit. Returns id hashes of sessions overdue by more than the grace. */
  overdue: `return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - ARGV[1]), 'LIMIT', 0, ARGV[2])`,
  /** Arguments: id hash, deadline, limit. Puts the session into a set of outstanding ones and returns 1, or 0 when the set is full. */
  enter: `
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
    if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
    local left = math.max(math.ceil(ARGV[2] - now), 1)
    if redis.call('PTTL', KEYS[1]) < left then redis.call('PEXPIRE', KEYS[1], left) end
    return 1`,
  /** Returns how many sessions of a set are outstanding. */
  count: `return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf')`,
} as const;

export type ScriptName = keyof typeof sources;

export type RunScript = (name: ScriptName, keys: string[], args: (string | number)[]) => Promise<unknown>;

/** Runs scripts by their digest. A server that does not know a script, being new or restarted, is sent its text. */
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
