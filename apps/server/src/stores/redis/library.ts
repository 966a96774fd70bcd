import { createHash } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import { channel } from './keys.ts';

/** `lua` leaves epoch milliseconds in the local `now`; the result of `argument` goes along as the last argument of each call. */
export interface FunctionClock {
  lua: string;
  argument?: () => number;
}

/** The clock of Redis itself (threats T47). */
export const serverClock: FunctionClock = {
  lua: "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)",
};

/** The fields that every write sets. `rest` is the JSON of all properties without a field of their own. */
const setFields = "'version', ARGV[1], 'status', ARGV[2], 'rest', ARGV[3]";

/**
 * The history is the replication id, which changes when a replica is promoted, a server starts again or a snapshot is put back: the last
 * writes may then be missing. A QR session counts only in the history it was made in, for in another it might show an earlier status
 * (threats T44). The server's memory of it is good for one millisecond and is lost whenever data is loaded (decision 37). A replica may
 * lag behind, so it answers nothing.
 */
const currentHistory = `
  local history, readAt
  local function currentHistory(now)
    if now ~= readAt then
      history = string.match(redis.call('INFO', 'replication'), 'role:master.*master_replid:(%x+)')
      readAt = now
    end
    return history or error(redis.error_reply('READONLY This server has become a replica'))
  end`;

const bodies = {
  /**
   * Keys: QR sessions. Returns the time, then five fields of each session: status, version, createdAt, expiresAt, rest; null when it is
   * lost. The fields go out as they are, for a text built of them took Redis twice as long.
   */
  find: `
    local history = currentHistory(now)
    local answer = { now }
    for i = 1, #KEYS do
      local code = redis.call('HMGET', KEYS[i], 'history', 'status', 'version', 'createdAt', 'expiresAt', 'rest')
      for field = 2, 6 do answer[5 * (i - 1) + field] = code[1] == history and code[field] end
    end
    return answer`,
  /**
   * Arguments: version, status, rest, lifetime, time kept after the deadline. Returns its time of creation, or false when the key exists.
   * Times are in milliseconds throughout.
   */
  insert: `
    if redis.call('EXISTS', KEYS[1]) == 1 then return false end
    redis.call('HSET', KEYS[1], ${setFields}, 'createdAt', now, 'expiresAt', now + ARGV[4],
      'history', currentHistory(now))
    redis.call('PEXPIRE', KEYS[1], ARGV[4] + ARGV[5])
    return now`,
  /**
   * Arguments: version, status, rest, version before, deadline to judge by, next deadline, time kept after that, id hash. Returns the
   * status before; false when another writer was first, the deadline passed or the session is lost.
   */
  replace: `
    local was = redis.call('HMGET', KEYS[1], 'history', 'version', 'status')
    if was[1] ~= currentHistory(now) or was[2] ~= ARGV[4] or now >= tonumber(ARGV[5]) then return false end
    redis.call('HSET', KEYS[1], ${setFields}, 'expiresAt', ARGV[6])
    redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(ARGV[6] - now, 0) + ARGV[7]))
    if was[3] ~= ARGV[2] then redis.call('PUBLISH', '${channel}', ARGV[8]) end
    return was[3]`,
  /** Argument: id hash. Returns 1 when the session was AUTHORIZED and is now CONSUMED, otherwise 0. */
  consume: `
    local was = redis.call('HMGET', KEYS[1], 'history', 'status')
    if was[1] ~= currentHistory(now) or was[2] ~= 'AUTHORIZED' then return 0 end
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

export type FunctionName = keyof typeof bodies;

/** What Redis must know of a function before it runs: one that may write is refused by a full server. */
const flags: Partial<Record<FunctionName, string>> = {
  find: 'no-writes',
  overdue: 'no-writes',
  count: 'no-writes',
  remove: 'allow-oom',
};

/** A library of functions in Redis. Its name tells its code, so that releases side by side each have their own and replace nothing. */
export interface Library {
  code: string;
  nameOf(name: FunctionName): string;
}

export function createLibrary(clock: FunctionClock): Library {
  const digest = createHash('sha1')
    .update(currentHistory)
    .update(clock.lua)
    .update(JSON.stringify([bodies, flags]));
  const library = `passbeam_${digest.digest('hex').slice(0, 16)}`;
  const nameOf = (name: string) => `${library}_${name}`;
  const functions = Object.entries(bodies).map(
    ([name, body]) => `
  redis.register_function {
    function_name = '${nameOf(name)}',
    flags = { ${name in flags ? `'${flags[name as FunctionName]}'` : ''} },
    callback = function(KEYS, ARGV)
      ${clock.lua}
      ${body}
    end
  }`,
  );
  return { code: [`#!lua name=${library}`, currentHistory, ...functions].join('\n'), nameOf };
}

/** Makes the library known to a server, or to every master of a cluster. @throws the failure of any that does not know it now */
export async function loadLibrary(redis: Redis | Cluster, { code }: Library): Promise<void> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  await Promise.all(servers.map((server) => server.function('LOAD', code).catch(unlessKnown)));
}

function unlessKnown(error: Error): void {
  if (!/already exists/.test(error.message)) throw error;
}
