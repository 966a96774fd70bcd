import Fastify from 'fastify';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import type { App } from '../../server/app.ts';
import { healthRoutes } from './health.ts';

it.each([
  ['answer', 200, 0],
  ['do not answer', 500, 1],
])('stores that %s are asked once for all who ask meanwhile', async (_, status, lines) => {
  const logged: string[] = [];
  const answers: (() => void)[] = [];
  const pingStores = vi.fn(
    () =>
      new Promise<void>((resolve, reject) => {
        answers.push(status === 200 ? resolve : () => reject(new Error('away')));
      }),
  );
  const app = Fastify() as unknown as App;
  let arrived = 0;
  app.addHook('preHandler', (_request, _reply, done) => {
    arrived += 1;
    done();
  });
  const log = pino({}, { write: (line: string) => logged.push(line) });
  healthRoutes(app, { log, pingStores, isStopping: () => false });
  for (let round = 1; round <= 2; round++) {
    const asked = Array.from({ length: 50 }, () => app.inject('/readyz').then((reply) => reply.statusCode));
    await vi.waitFor(() => expect(arrived).toBe(50 * round));
    expect(pingStores).toHaveBeenCalledTimes(round);
    answers.pop()?.();
    expect(new Set(await Promise.all(asked))).toEqual(new Set([status]));
    expect(logged).toHaveLength(lines * round);
  }
});
