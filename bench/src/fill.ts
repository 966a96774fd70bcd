import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';

const batch = 2_000;
/** Stores keep the hash of a QR code's id instead of the id. */
const hashOf = (id: string) => hash('sha256', id, 'base64url');

/** New ids, as long as the template's: before it asks a store, the server only checks an id's length. */
function newIds({ length }: string, count: number): string[] {
  return Array.from({ length: count }, () => randomBytes(length).toString('hex').slice(0, length));
}

/** Copies the row of a QR code in the data folder of a stopped server. Returns the copies' ids. */
export function fillSqlite(dataFolder: string, template: string, copies: number): string[] {
  const database = new DatabaseSync(join(dataFolder, 'passbeam.db'));
  try {
    // The copies need not survive a crash; what is measured later writes durably again.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN');
    const row = database.prepare('SELECT * FROM qr_sessions WHERE id_hash = ?').get(hashOf(template));
    if (row === undefined) throw new Error('the code is not in the database');
    const columns = Object.keys(row);
    const insert = database.prepare(
      `INSERT INTO qr_sessions (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const values = Object.values(row);
    const idAt = columns.indexOf('id_hash');
    const ids = newIds(template, copies);
    for (const id of ids) insert.run(...values.with(idAt, hashOf(id)));
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    return ids;
  } finally {
    database.close();
  }
}

/** Copies a QR code, and its place in every sorted set, in a Redis that holds only this code. Resolves to the copies' ids. */
export async function fillRedis(url: string, template: string, copies: number): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const idHash = hashOf(template);
    const keys = await redis.keys('*');
    const key = keys.find((name) => name.includes(idHash));
    if (key === undefined) throw new Error('the code is not in Redis');
    const fields = Object.entries(await redis.hgetall(key));
    const sets: [key: string, score: string][] = [];
    for (const other of keys) {
      const score = (await redis.type(other)) === 'zset' ? await redis.zscore(other, idHash) : null;
      if (score !== null) sets.push([other, score]);
    }
    const stored = JSON.stringify({
      key: key.split(idHash),
      fields: fields.map(([name, value]) => [name, value.split(idHash)]),
      sets,
      expiresAt: String(await redis.pexpiretime(key)),
    });
    const ids = newIds(template, copies);
    for (let start = 0; start < ids.length; start += batch) {
      await redis.eval(copyOnServer, 0, stored, ...ids.slice(start, start + batch).map(hashOf));
    }
    return ids;
  } finally {
    redis.disconnect();
  }
}

/** Runs in Redis. Texts arrive split where the template's hash stood, and are joined with the hash of each copy. */
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
