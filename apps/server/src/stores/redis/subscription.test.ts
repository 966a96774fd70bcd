import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openRedis } from './open-redis.ts';

const log = pino({ level: 'silent' });

describe.skipIf(isRedisMissing())('a subscription', () => {
  let redis: RedisServer;
  let way: Server;
  /** Connections that asked to subscribe, the newest last. */
  const subscribers: Socket[] = [];
  /** How many of the next tries to subscribe are cut off unanswered. */
  let cuts = 0;
  beforeAll(async () => {
    redis = await startRedis();
    way = createServer((client) => {
      const server = connect(redis.port, '127.0.0.1');
      client.on('data', (question) => {
        if (!/subscribe/i.test(question.toString('latin1'))) return server.write(question);
        subscribers.push(client);
        if (cuts-- > 0) return client.destroy();
        server.write(question);
      });
      server.on('data', (answer) => client.write(answer));
      client.on('error', () => {}).on('close', () => server.destroy());
      server.on('error', () => {}).on('close', () => client.destroy());
    }).listen(0, '127.0.0.1');
    await once(way, 'listening');
  });
  afterAll(async () => {
    way?.close();
    await redis?.stop();
  });

  it('comes back, and hears, however often it is cut in the middle of coming back', async () => {
    const connection = await openRedis({ url: `redis://127.0.0.1:${(way.address() as AddressInfo).port}`, log });
    const heard: string[] = [];
    const back = vi.fn();
    await connection.subscribe('news', (message) => heard.push(message), back);
    cuts = 2;
    subscribers.at(-1)?.destroy();
    await vi.waitFor(() => expect(back).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    expect(subscribers).toHaveLength(4);
    await redis.command('PUBLISH', 'news', 'told');
    await vi.waitFor(() => expect(heard).toEqual(['told']));
    connection.close();
  });
});
