import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import { qrcodeIdLength } from '../../apps/server/src/core/qr/id.ts';
import { createSecrets } from '../../apps/server/src/crypto/secrets.ts';
import { codeKey } from '../../apps/server/src/stores/redis/keys.ts';

const { randomId, hash: hashOf } = createSecrets([Buffer.alloc(32)]);
const batch = 2_000;

/** Copies the code's row in this stopped server's data folder; the copies' ids. */
export function fillSqlite(dataFolder: string, template: string, copies: number): string[] {
  const database = new DatabaseSync(join(dataFolder, 'passbeam.db'));
  try {
    // It is thrown away in the end; only the making of it is not durable.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
    const row = database.prepare('SELECT * FROM qr_sessions WHERE id_hash = ?').get(hashOf(template));
    if (row === undefined) throw new Error('the code is not in the database');
    const columns = Object.keys(row);
    const insert = database.prepare(
      `INSERT INTO qr_sessions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const values = Object.values(row);
    const idAt = columns.indexOf('id_hash');
    const ids = Array.from({ length: copies }, () => randomId(qrcodeIdLength));
    for (const id of ids) insert.run(...values.with(idAt, hashOf(id)));
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    return ids;
  } finally {
    database.close();
  }
}

/** Copies the code's hash, and its place in every sorted set, in a Redis that holds this one code; the copies' ids. */
export async function fillRedis(url: string, template: string, copies: number): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const idHash = hashOf(template);
    const key = codeKey(idHash);
    const fields = Object.entries(await redis.hgetall(key));
    if (fields.length === 0) throw new Error('the code is not in Redis');
    const sets: [key: string, score: string][] = [];
    for (const other of await redis.keys('*')) {
      const score = (await redis.type(other)) === 'zset' ? await redis.zscore(other, idHash) : null;
      if (score !== null) sets.push([other, score]);
    }
    const stored = JSON.stringify({
      key: key.split(idHash),
      fields: fields.map(([name, value]) => [name, value.split(idHash)]),
      sets,
      expiresAt: String(await redis.pexpiretime(key)),
    });
    const ids = Array.from({ length: copies }, () => randomId(qrcodeIdLength));
    for (let start = 0; start < ids.length; start += batch) {
      await redis.eval(copyOnServer, 0, stored, ...ids.slice(start, start + batch).map(hashOf));
    }
    return ids;
  } finally {
    redis.disconnect();
  }
}

/** Texts come as what stands between the hashes of the code that is copied; the copies' hashes go there. */
const copyOnServer = `
  local stored = cjson.decode(ARGV[1])
  for at = 2, #ARGV do
    local hash = ARGV[at]
    local key = table.concat(stored.key, hash)
    local fields = {}
    for _, field in ipairs(stored.fields) do
      fields[#fields + 1] = field[1]
      fields[#fields + 1] = table.concat(field[2], hash)
    end
    redis.call('HSET', key, unpack(fields))
    redis.call('PEXPIREAT', key, stored.expiresAt)
    for _, set in ipairs(stored.sets) do redis.call('ZADD', set[1], set[2], hash) end
  end`;
