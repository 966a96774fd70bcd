import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { inTurn } from './pipelining.ts';

let server: Server;
/** Requests that the handler was given and has not answered. */
let held: { url: string; response: ServerResponse }[];
/** Resolves at the next request that reaches the handler. */
let nextHandled: () => Promise<void>;

async function listen(room?: { perSocket: number; total: number }): Promise<() => Socket> {
  held = [];
  let handled = () => {};
  nextHandled = () => new Promise((resolve) => (handled = resolve));
  server = createServer(
    inTurn(({ url = '' }, response) => {
      if (url.startsWith('/held')) held.push({ url, response });
      else response.end(`${url};`);
      handled();
    }, room),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return () => connect(port, '127.0.0.1').on('error', () => {});
}
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (...urls: string[]) => urls.map((url) => `GET ${url} HTTP/1.1\r\nhost: x\r\n\r\n`).join('');
const numbered = (count: number, path = '/') => Array.from({ length: count }, (_, index) => `${path}${index}`);

/** Everything up to a text. */
async function textUntil(socket: Socket, end: string): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.includes(end)) return text;
  }
  return text;
}

it('gives every reply, in order, to a peer that reads what it asked for all at once', async () => {
  const open = await listen();
  const socket = open();
  socket.write(ask(...numbered(60)));
  const text = await textUntil(socket, '/59;');
  expect([...text.matchAll(/\/\d+;/g)].join('')).toBe(numbered(60).join(';').concat(';'));
});

it('begins no request of a socket before the reply to the one before it has left', async () => {
  const open = await listen();
  const socket = open();
  const first = nextHandled();
  socket.write(ask('/held1', '/held2', '/held3'));
  await first;
  expect(held.map(({ url }) => url)).toEqual(['/held1']);
  const second = nextHandled();
  held[0]?.response.end('one');
  await second;
  expect(held.map(({ url }) => url)).toEqual(['/held1', '/held2']);
});

it('reads nothing more from a socket that waits for a reply, and goes on when it is given', async () => {
  const open = await listen({ perSocket: 2, total: 10 });
  const socket = open();
  const first = nextHandled();
  socket.write(ask('/held1', '/a'));
  await first;
  // These requests would be too many if they were read.
  socket.write(ask('/b', '/c', '/d'));
  const other = open();
  other.write(ask('/x'));
  await textUntil(other, '/x;');
  held[0]?.response.end('one');
  expect(await textUntil(socket, '/c;')).toMatch(/one.*\/a;.*\/b;.*\/c;/s);
});

it('closes a socket that sends more than its room without reading the rest of it, and serves the others', async () => {
  const open = await listen({ perSocket: 10, total: 100 });
  let parsed = 0;
  server.on('request', () => parsed++);
  const greedy = open();
  greedy.write(ask('/held', ...numbered(1000)));
  await once(greedy.resume(), 'close');
  // A later Node.js may name its parts otherwise; the rest would then be read, and the server slower.
  expect(parsed).toBe(12);
  const other = open();
  other.write(ask(...numbered(10)));
  expect(await textUntil(other, '/9;')).toContain('/0;');
});

it('keeps the room of all sockets together, and has it back when one closes', async () => {
  const open = await listen({ perSocket: 10, total: 10 });
  const first = open();
  const begun = nextHandled();
  first.write(ask('/held', ...numbered(8)));
  await begun;
  const second = open();
  second.write(ask('/held', ...numbered(8)));
  await once(second.resume(), 'close');
  const third = open();
  third.write(ask('/alone'));
  await textUntil(third, '/alone;');
  const gone = new Promise((resolve) => held[0]?.response.socket?.once('close', resolve));
  first.destroy();
  held[0]?.response.end('to nobody');
  await gone;
  const fourth = open();
  fourth.write(ask(...numbered(9)));
  expect(await textUntil(fourth, '/8;')).toContain('/0;');
});
