import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@passbeam/workshop/folder';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { codeKey } from './keys.ts';
import { openRedis } from './open-redis.ts';

const log = pino({ level: 'silent' });

async function refusalOf(url: string): Promise<string> {
  const connection = await openRedis({ url, log }).catch((error: Error) => error);
  if (connection instanceof Error) return connection.message;
  connection.close();
  return 'none';
}

describe.skipIf(isRedisMissing())('a Redis that REDIS_URL does not mean', () => {
  let redis: RedisServer;
  let cluster: RedisServer;
  beforeAll(async () => {
    [redis, cluster] = await Promise.all([startRedis(), startRedis({ isCluster: true })]);
  });
  afterAll(() => Promise.all([redis?.stop(), cluster?.stop()]));
  beforeEach(() => redis.command('REPLICAOF', 'NO', 'ONE'));

  it('is refused at the start, with what to do', async () => {
    expect(await refusalOf(redis.url)).toBe('none');
    expect(await refusalOf(`${redis.url}?cluster=true`)).toMatch(
      /127\.0\.0\.1:\d+\): it is no cluster: write one host/,
    );
    expect(await refusalOf(cluster.url.replace('?cluster=true', ''))).toContain('write ?cluster=true behind');
    expect(await refusalOf(redis.url.replace('redis://', 'rediss://'))).toMatch(/TLS|encrypted/);
    expect(await refusalOf('redis://127.0.0.1:1')).toContain('check host and port, and that it runs');
    expect(await refusalOf(`${redis.url}/99`)).toContain('it has no database of that number: write another one');
    expect(await refusalOf(`${redis.url}/15`)).toBe('none');
    await redis.command('REPLICAOF', '127.0.0.1', cluster.port);
    expect(await refusalOf(redis.url)).toContain('write the address of the primary');
  });

  it('is named as such when its user may not ask for the nodes of a cluster', async () => {
    await cluster.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-cluster');
    const refusal = await refusalOf(cluster.url.replace('redis://', 'redis://app:secret@'));
    expect(refusal).toContain('this user may not do what is needed');
    expect(refusal).not.toContain('secret');
  });

  it.each([
    ['run functions', '-@scripting'],
    ['ask for the replication id, as functions do', '-info'],
  ])('is refused when its user may not %s, which every move of a QR session needs', async (_, missing) => {
    await redis.command('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', '+@all', missing);
    const refusal = await refusalOf(redis.url.replace('redis://', 'redis://limited:secret@'));
    expect(refusal).toContain('this user may not do what is needed');
  });

  it('is refused when it has no functions', async () => {
    const { path, remove } = makeFolder('redis-old-');
    const more = join(path, 'more.conf');
    writeFileSync(more, 'rename-command FUNCTION ""\n');
    const old = await startRedis({ settings: { include: more } });
    expect(await refusalOf(old.url)).toContain('it has no functions: Redis 7, Valkey or later is needed');
    await old.stop();
    remove();
  });

  it('is never used with another database when its own is gone after a restart', async () => {
    const settings = { databases: 16 };
    const small = await startRedis({ settings });
    const connection = await openRedis({ url: `${small.url}/9`, log });
    settings.databases = 4;
    await small.restart();
    await expect(
      vi.waitFor(() => connection.ask((client) => client.set(codeKey('x'), '1')), { timeout: 1_500 }),
    ).rejects.toThrow();
    expect(await small.command('DBSIZE')).toBe(0);
    connection.close();
    await small.stop();
  });

  it('is not ready while it takes no writes, and is again by itself', async () => {
    const connection = await openRedis({ url: redis.url, log });
    await connection.ping();
    await redis.command('REPLICAOF', '127.0.0.1', 1);
    await expect(connection.ping()).rejects.toThrow('Redis cannot serve');
    await redis.command('REPLICAOF', 'NO', 'ONE');
    await vi.waitFor(() => connection.ping(), { timeout: 5_000 });
    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    await expect(connection.ping()).rejects.toThrow('Redis cannot serve');
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);
    await connection.ping();
    connection.close();
  });

  it('is left, once it has become a replica, for the server that answers at its address now', async () => {
    const connection = await openRedis({ url: redis.url, log });
    const before = await redis.command('CLIENT', 'LIST', 'TYPE', 'normal');
    await redis.command('REPLICAOF', '127.0.0.1', 1);
    await expect(connection.ask((client) => client.set(codeKey('x'), '1'))).rejects.toThrow('Redis cannot serve');
    await vi.waitFor(async () => {
      expect(idsOf(await redis.command('CLIENT', 'LIST', 'TYPE', 'normal'))).not.toEqual(idsOf(before));
    });
    connection.close();
  });
});

function idsOf(clients: unknown): string[] {
  return String(clients).match(/(?<=\bid=)\d+/g) ?? [];
}
