import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { boundSockets } from './bound-sockets.ts';

it('answers a request with an expectation that nobody knows in its turn, like every other', async () => {
  const begun: ServerResponse[] = [];
  const server = createServer((_request, response) => begun.push(response));
  boundSockets(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nexpect: bananas\r\n\r\n'.repeat(3));
  await expect.poll(() => begun.length).toBe(1);
  for (const turn of [1, 2, 3]) {
    await expect.poll(() => begun.length).toBe(turn);
    expect(text.split('HTTP/1.1').length).toBeLessThanOrEqual(turn);
    begun[turn - 1]?.end();
  }
  await expect.poll(() => text.split('HTTP/1.1 200').length).toBe(4);
  socket.destroy();
  server.close();
});
