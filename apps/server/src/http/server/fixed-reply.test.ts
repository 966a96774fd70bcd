import Fastify from 'fastify';
import { expect, it, vi } from 'vitest';
import { FixedReply } from './fixed-reply.ts';

function serving(make: () => string) {
  const app = Fastify({ exposeHeadRoutes: true });
  const fixed = new FixedReply({ 'content-type': 'text/plain', 'cache-control': 'no-cache' }, make);
  app.get('/', (request, reply) => fixed.send(request, reply));
  return app;
}

it('is made once, when it is first asked for', async () => {
  const make = vi.fn(() => 'made');
  const app = serving(make);
  expect(make).not.toHaveBeenCalled();
  for (const url of ['/', '/', '/?x=1']) expect((await app.inject(url)).body).toBe('made');
  const head = await app.inject({ method: 'HEAD', url: '/' });
  expect([head.headers['content-length'], head.body]).toEqual(['4', '']);
  expect(make).toHaveBeenCalledTimes(1);
});

it('is not sent again to whoever has it', async () => {
  const app = serving(() => 'made');
  const { etag = '' } = (await app.inject('/')).headers;
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const reply = await app.inject({ url: '/', headers: { 'if-none-match': String(tags) } });
    expect([reply.statusCode, reply.body, reply.headers.etag], String(tags)).toEqual([304, '', etag]);
    expect(reply.headers['cache-control']).toBe('no-cache');
  }
  expect((await app.inject({ url: '/', headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
});
