import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { giveWay } from './give-way.ts';

const app = Fastify({ forceCloseConnections: true });
/** The number of the turn of the event loop in which each request began. */
let begunIn: number[] = [];
let turn = 0;
const hook = giveWay();
for (const path of ['/picture', '/page']) {
  app.get(path, { onRequest: hook }, async () => {
    begunIn.push(turn);
    return path;
  });
}
app.get('/poll', async () => 'poll');

afterEach(() => {
  begunIn = [];
});

/** Counts turns until it is told to stop. */
function countTurns(): () => void {
  let goesOn = true;
  const next = () => {
    turn += 1;
    if (goesOn) setImmediate(next);
  };
  setImmediate(next);
  return () => {
    goesOn = false;
  };
}

it('begins one request in a turn of the event loop, whichever of the routes it is for', async () => {
  const stop = countTurns();
  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, index) => app.inject(index % 2 ? '/picture' : '/page')),
  );
  stop();
  expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(40).fill(200));
  expect(new Set(begunIn).size).toBe(40);
});

it('answers polls before the requests that wait', async () => {
  const pictures = Array.from({ length: 40 }, () => app.inject('/picture'));
  await app.inject('/poll');
  expect(begunIn.length).toBeLessThan(10);
  await Promise.all(pictures);
  expect(begunIn).toHaveLength(40);
});

it('passes by a request whose client has gone, and goes on with the next', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: 30 }, open));
  const last = sockets.pop();
  for (const socket of sockets) {
    socket.write('GET /picture HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.destroy();
  }
  last?.write('GET /picture HTTP/1.1\r\nhost: x\r\n\r\n');
  const [reply] = await once(last as NonNullable<typeof last>, 'data');
  expect(String(reply)).toContain('200 OK');
  await app.close();
});
