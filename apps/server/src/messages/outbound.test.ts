import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound } from './outbound.ts';

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(answer: RequestListener): Promise<number> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const send = (url: string, options: Partial<Parameters<typeof createOutbound>[0]> = {}) =>
  createOutbound({ allowLoopback: false, ...options }).post(url, { 'content-type': 'text/plain' }, 'hello');

describe('a call to another server', () => {
  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[fc00::1]',
    '[fe80::1]',
    '[ff02::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[::127.0.0.1]',
    '[::10.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::10.0.0.1]',
    '[64:ff9b:1::10.0.0.1]',
    '[2002:7f00:1::]',
    '[2002:a00:1::1]',
    '[2001:0:7f00:1::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[2001:10::1]',
    '[2001:2::1]',
    '[100::1]',
    '[fec0::1]',
    '[5f00::1]',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '192.0.0.1',
    '192.88.99.1',
    '240.0.0.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '127.1',
  ])('never goes to %s', async (host) => {
    await expect(send(`https://${host}/`)).rejects.toThrow(/not a public address/);
  });

  it.each([
    ['private', ['10.0.0.1']],
    ['private beside public', ['93.184.216.34', '127.0.0.1']],
    ['local, written as IPv6,', ['::127.0.0.1']],
    ['local, behind a translator,', ['64:ff9b::7f00:1']],
    ['local, with a zone,', ['fe80::1%eth0']],
    ['no', []],
    ['odd', ['not-an-address']],
  ])('never goes to a name with a %s address', async (_, addresses) => {
    await expect(send('https://hook.example/', { resolve: async () => addresses })).rejects.toThrow(/public address/);
  });

  it.each(['localhost', 'localhost.', 'a.localhost', '127.0.0.1.', '127.1.', '0x7f.1', '017700000001'])(
    'never goes to this machine by the name %s',
    async (host) => {
      await expect(send(`https://${host}/`)).rejects.toThrow(/not a public address|ENOTFOUND|EAI_AGAIN/);
    },
  );

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001::1', '::ffff:93.184.216.34'])(
    'goes to %s',
    async (address) => {
      const sent = send('https://hook.example/', { resolve: async () => [address], timeoutMs: 50 });
      await expect(sent).rejects.not.toThrow(/public address/);
    },
  );

  it.each(['http://hook.example/', 'ftp://hook.example/', 'file:///etc/passwd'])('never speaks %s', async (url) => {
    await expect(send(url, { resolve: async () => ['93.184.216.34'] })).rejects.toThrow(/only https/);
  });

  it('with the flag for development, speaks http to this machine, and to no other', async () => {
    const port = await listen((request, reply) => {
      request.resume();
      reply.end('fine');
    });
    expect(await send(`http://127.0.0.1:${port}/`, { allowLoopback: true })).toEqual({ status: 200 });
    const elsewhere = send('http://hook.example/', { allowLoopback: true, resolve: async () => ['93.184.216.34'] });
    await expect(elsewhere).rejects.toThrow(/this machine only/);
    await expect(send('http://10.0.0.1/', { allowLoopback: true })).rejects.toThrow(/public address/);
  });

  it('asks for an address once, and connects to what it was told then', async () => {
    const port = await listen((request, reply) => {
      request.resume();
      reply.end(request.headers.host);
    });
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : ['127.0.0.2'];
    };
    expect(await send(`http://hook.example:${port}/`, { allowLoopback: true, resolve })).toEqual({ status: 200 });
    expect(asked).toBe(1);
  });

  it('follows no redirect', async () => {
    let visits = 0;
    const port = await listen((request, reply) => {
      visits += 1;
      request.resume();
      reply.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await send(`http://127.0.0.1:${port}/`, { allowLoopback: true })).toEqual({ status: 307 });
    expect(visits).toBe(1);
  });

  it('gives up on a slow reply, an endless one and a slow resolver', async () => {
    const slow = await listen((request) => void request.resume());
    await expect(send(`http://127.0.0.1:${slow}/`, { allowLoopback: true, timeoutMs: 100 })).rejects.toThrow(
      /abort|time/i,
    );
    server?.closeAllConnections();
    server?.close();
    const endless = await listen((request, reply) => {
      request.resume();
      const chunk = Buffer.alloc(64 * 1024);
      const pour = () => {
        while (!reply.destroyed && reply.write(chunk));
        if (!reply.destroyed) reply.once('drain', pour);
      };
      pour();
    });
    await expect(send(`http://127.0.0.1:${endless}/`, { allowLoopback: true })).rejects.toThrow(/too large|aborted/);
    const never = send('https://hook.example/', { resolve: () => new Promise(() => {}), timeoutMs: 50 });
    await expect(never).rejects.toThrow(/time/i);
  });
});
