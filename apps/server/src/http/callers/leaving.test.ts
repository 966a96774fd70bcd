import { once } from 'node:events';
import { Agent, createServer, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLeave } from './leaving.ts';

let server: Server;
let agent: Agent;
/** Requests that the handler keeps until it is told to answer. */
let held: ServerResponse[];
beforeEach(async () => {
  held = [];
  server = createServer((incoming, response) => {
    if (incoming.url === '/slow') held.push(response);
    else response.end('served');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  agent = new Agent({ keepAlive: true });
});
afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

async function get(path: string): Promise<{ connection: string | undefined; text: string }> {
  const { port } = server.address() as AddressInfo;
  const [reply] = await once(request({ port, host: '127.0.0.1', path, agent }).end(), 'response');
  let text = '';
  for await (const chunk of reply) text += chunk;
  return { connection: reply.headers.connection, text };
}

it('still serves while load balancers notice, and each reply is the last on its connection', async () => {
  expect((await get('/')).connection).toBe('keep-alive');
  const leave = takeLeave(server, { noticeMs: 600_000, graceMs: 5_000 }).then(() => 'has left');
  expect(await get('/')).toEqual({ connection: 'close', text: 'served' });
  expect(await Promise.race([leave, get('/').then(() => 'still serves')])).toBe('still serves');
});

it('a request under way gets its reply, and its connection does not hold the server up', async () => {
  const slow = get('/slow');
  await once(server, 'request');
  await takeLeave(server, { noticeMs: 0, graceMs: 60_000 });
  const closed = new Promise((resolve) => server.close(resolve));
  held[0]?.end('late');
  expect((await slow).text).toBe('late');
  await closed;
});

it('cuts off what is left when the time is over: a peer that never asks, one that is never answered', async () => {
  const { port } = server.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  const unanswered = get('/slow').catch((error: NodeJS.ErrnoException) => error.code);
  await once(server, 'request');
  await takeLeave(server, { noticeMs: 0, graceMs: 1 });
  const ended = once(silent, 'close');
  await new Promise((resolve) => server.close(resolve));
  expect(await unanswered).toBe('ECONNRESET');
  await ended;
});
