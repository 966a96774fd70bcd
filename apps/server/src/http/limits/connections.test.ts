import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { capConnections } from './connections.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function listen(trustedProxies: string[]): Promise<() => Promise<{ socket: Socket; isServed: boolean }>> {
  server = createServer((_request, response) => response.end('served'));
  capConnections(server, trustedProxies, { sockets: 100, perNetwork: 3 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const isServed = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]);
    return { socket, isServed };
  };
}

it('one peer cannot hold more sockets than its share, and gets one back for each it closes', async () => {
  const open = await listen([]);
  const held = [await open(), await open(), await open()];
  expect(held.map(({ isServed }) => isServed)).toEqual([true, true, true]);
  expect((await open()).isServed).toBe(false);
  const [first] = held;
  first?.socket.destroy();
  // The server notices the closed sockets within a few turns; tries in between are refused.
  let isServed = false;
  for (let attempt = 0; attempt < 50 && !isServed; attempt++) ({ isServed } = await open());
  expect(isServed).toBe(true);
});

it('a trusted proxy speaks for many', async () => {
  const open = await listen(['127.0.0.0/8']);
  for (let i = 0; i < 6; i++) expect((await open()).isServed).toBe(true);
});

it('the addresses of one IPv6 subscriber, a /64, are one peer', () => {
  const listener = new EventEmitter() as Server;
  capConnections(listener, ['2001:db8:1::/48'], { sockets: 100, perNetwork: 3 });
  const isTaken = (remoteAddress: string) => {
    const destroy = vi.fn();
    listener.emit('connection', Object.assign(new EventEmitter(), { remoteAddress, destroy }));
    return destroy.mock.calls.length === 0;
  };
  const subscriber = Array.from({ length: 5 }, (_, index) => isTaken(`2001:db8:7:7::${index + 1}`));
  expect(subscriber).toEqual([true, true, true, false, false]);
  expect(isTaken('2001:db8:7:8::1')).toBe(true);
  // A dual-stack listener writes IPv4 addresses as IPv6.
  const mapped = ['::ffff:203.0.113.7', '203.0.113.7', '::ffff:203.0.113.7', '203.0.113.7'].map(isTaken);
  expect(mapped).toEqual([true, true, true, false]);
  expect(Array.from({ length: 6 }, () => isTaken('2001:db8:1::9'))).not.toContain(false);
});
