import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventStream } from './event-stream.ts';

let app: FastifyInstance;
let streams: EventStream[];
let ends: number;
let sockets: (Socket & { parser?: unknown })[];
beforeEach(async () => {
  app = Fastify();
  [streams, ends, sockets] = [[], 0, []];
  app.get('/stream', async (request, reply) => {
    const { socket } = request.raw;
    sockets.push(socket);
    streams.push(new EventStream(reply, socket, 'data: first\n\n', () => ends++));
  });
  app.get('/other', async () => 'served');
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const stream of streams) stream.end('');
  return app.close();
});

async function request(
  path: string,
  version = '1.1',
): Promise<{ socket: Socket; text(): string; closed: Promise<unknown> }> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (part) => {
    text += String(part);
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write(`GET ${path} HTTP/${version}\r\nhost: x\r\n\r\n`);
  await once(socket, 'data');
  return { socket, text: () => text, closed };
}

it.each(['1.1', '1.0'])('sends a head, and a body that ends with the connection (HTTP/%s)', async (version) => {
  const { text, closed } = await request('/stream', version);
  streams[0]?.write('data: second\n\n');
  streams[0]?.beat();
  streams[0]?.end('data: last\n\n');
  await closed;
  const [head = '', ...body] = text().split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(head).toMatch(/content-type: text\/event-stream; charset=utf-8/);
  expect(head).toMatch(/x-accel-buffering: no/);
  expect(head).toMatch(/connection: close/i);
  expect(head).not.toMatch(/transfer-encoding|content-length/i);
  expect(body).toEqual(['data: first\n\ndata: second\n\n:\n\ndata: last\n\n']);
  await vi.waitFor(() => expect(ends).toBe(1));
});

it('gives the parser back, which then serves other connections', async () => {
  for (let round = 0; round < 3; round++) {
    const stream = await request('/stream');
    // A later Node.js may name its parts otherwise; each waiting page would then cost three times the memory.
    await vi.waitFor(() => expect(sockets[round]?.parser).toBeNull());
    expect((await request('/other')).text()).toContain('served');
    stream.socket.destroy();
    await vi.waitFor(() => expect(ends).toBe(round + 1));
  }
});

it('is the end of the reply for whoever waits for that', async () => {
  const ended = vi.fn();
  app.server.prependListener('request', (_request, response) => response.once('close', ended));
  await request('/stream');
  expect(ended).toHaveBeenCalledTimes(1);
});

it('leaves the listeners of others alone', async () => {
  const closed = vi.fn();
  app.server.on('connection', (socket) => socket.once('close', closed));
  const { socket } = await request('/stream');
  socket.end();
  await vi.waitFor(() => expect(closed).toHaveBeenCalled());
});

it.each(['end', 'destroy'] as const)('notices a reader that leaves by %s', async (way) => {
  const { socket } = await request('/stream');
  socket[way]();
  await vi.waitFor(() => expect(ends).toBe(1));
  streams[0]?.write('data: to nobody\n\n');
  streams[0]?.end('');
});

it('reads nothing more from a connection that became a stream', async () => {
  const { socket, text } = await request('/stream');
  socket.write('GET /other HTTP/1.1\r\nhost: x\r\n\r\n');
  await request('/other');
  streams[0]?.write('data: second\n\n');
  await vi.waitFor(() => expect(text()).toContain('second'));
  expect(text()).not.toContain('served');
});

it('serves no request that comes in close behind', async () => {
  const { port } = app.server.address() as AddressInfo;
  const other = 'GET /other HTTP/1.1\r\nhost: x\r\n\r\n';
  for (let round = 0; round < 20; round++) {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    let text = '';
    socket.on('data', (part) => {
      text += String(part);
    });
    await once(socket, 'connect');
    socket.write(`GET /stream HTTP/1.1\r\nhost: x\r\n\r\n${round % 2 ? other : ''}`);
    // One request in each turn of the event loop, which serves both ends: some arrive while the connection leaves HTTP.
    for (let turn = 0; turn < 20; turn++) {
      socket.write(other);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(streams).toHaveLength(round + 1));
    streams[round]?.end('data: last\n\n');
    await once(socket, 'close');
    expect(text).toMatch(/data: first\n\ndata: last\n\n$/);
    expect(text).not.toContain('served');
  }
});

it('drops a reader that takes nothing', async () => {
  const { socket } = await request('/stream');
  socket.pause();
  const much = `data: ${'x'.repeat(1 << 20)}\n\n`;
  for (let i = 0; i < 64; i++) streams[0]?.write(much);
  await vi.waitFor(() => expect(ends).toBe(1));
});
