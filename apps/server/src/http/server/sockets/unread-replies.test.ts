import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { closeUnread } from './unread-replies.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** More bytes than the operating system buffers for a peer that reads nothing. */
const large = Buffer.alloc(16 * 1024 * 1024);
const small = Buffer.alloc(64 * 1024);

async function listen(deadlineMs: number): Promise<Socket> {
  server = createServer((request, response) => response.end(request.url === '/large' ? large : small));
  closeUnread(server, { deadlineMs, everyMs: 10 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
}

it('closes a socket whose peer asks and reads nothing', async () => {
  const client = await listen(50);
  client.pause().write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  const [socket] = (await once(server, 'connection')) as [Socket];
  await once(socket, 'close');
  expect(socket.writableFinished).toBe(false);
});

it('leaves a socket alone whose peer reads, however many replies it asks for in a row', async () => {
  const deadlineMs = 400;
  const client = await listen(deadlineMs);
  const endsAt = performance.now() + 2 * deadlineMs;
  let isClosed = false;
  client.once('close', () => (isClosed = true));
  while (performance.now() < endsAt && !isClosed) {
    client.write('GET /small HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(10));
    let missing = 10 * small.length;
    while (missing > 0 && !isClosed) {
      const [chunk] = await once(client, 'data');
      missing -= chunk.length;
    }
  }
  expect(isClosed).toBe(false);
});
