import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { loopbackHosts, readAllowedHost } from '../core/directory/allowed-hosts.ts';
import { createOutbound, type OutboundLimits, type OutboundOptions } from './outbound.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const post = (url: string, options: OutboundOptions = {}, limits: OutboundLimits = {}) =>
  createOutbound(options).post(url, { 'content-type': 'text/plain' }, 'hello', limits);
const get = (url: string, options: OutboundOptions = {}, limits: OutboundLimits = {}) =>
  createOutbound(options).get(url, {}, limits);
const here: OutboundOptions = { allowed: loopbackHosts };
const listing = (...entries: string[]) => ({
  allowed: entries.map(readAllowedHost).filter((entry) => entry !== null),
});
const answering = (...addresses: string[]) => ({ resolve: async () => addresses });

describe('a call to another server', () => {
  it.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '0.1.2.3',
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
    '[::7f00:1]',
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
    '[2001:5::1]',
    '[2001:1ff::1]',
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
    await expect(get(`https://${host}/`)).rejects.toThrow(/not a public address/);
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
    await expect(get('https://hook.example/', answering(...addresses))).rejects.toThrow(/public address/);
  });

  it.each(['localhost', 'localhost.', 'a.localhost', '127.0.0.1.', '127.1.', '0x7f.1', '017700000001'])(
    'never goes to this machine by the name %s',
    async (host) => {
      await expect(get(`https://${host}/`)).rejects.toThrow(/not a public address|ENOTFOUND|EAI_AGAIN/);
    },
  );

  it.each(['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001::1', '::ffff:93.184.216.34'])(
    'goes to %s',
    async (address) => {
      const sent = get('https://hook.example/', answering(address), { timeoutMs: 50 });
      await expect(sent).rejects.not.toThrow(/public address/);
    },
  );

  it.each(['http://hook.example/', 'ftp://hook.example/', 'file:///etc/passwd', 'data:,x'])(
    'never speaks %s',
    async (url) => {
      await expect(get(url, answering('93.184.216.34'))).rejects.toThrow(/only https/);
    },
  );

  it('carries no user and password of an address', async () => {
    for (const user of ['u:p', 'u', ':p']) {
      const call = get(`https://${user}@hook.example/`, answering('93.184.216.34'), { timeoutMs: 50 });
      await expect(call).rejects.toThrow(/user in it/);
    }
  });

  it('gets and posts, and hands over status, headers and body', async () => {
    const port = await listen(async (request, reply) => {
      const chunks: Buffer[] = await request.toArray();
      reply.writeHead(201, { 'content-type': 'application/json' });
      reply.end(JSON.stringify([request.method, request.url, Buffer.concat(chunks).toString()]));
    });
    const posted = await post(`http://127.0.0.1:${port}/a?b=c`, here);
    expect(posted).toMatchObject({ status: 201, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(posted.body.toString())).toEqual(['POST', '/a?b=c', 'hello']);
    const got = await get(`http://127.0.0.1:${port}/a?b=c`, here);
    expect(JSON.parse(got.body.toString())).toEqual(['GET', '/a?b=c', '']);
  });

  it('asks for an address once, and connects to what it was told then: a name that answers public, then private, gains nothing', async () => {
    const port = await listen((_, reply) => void reply.end('fine'));
    let asked = 0;
    const rebinding = (...answers: string[]) => ({
      resolve: async () => [answers[asked++] ?? ''],
    });
    const named = { ...listing('hook.example'), ...rebinding('127.0.0.1', '127.0.0.2') };
    expect(await get(`http://hook.example:${port}/`, named)).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
    asked = 0;
    const attempt = get(`https://hook.example:${port}/`, rebinding('93.184.216.34', '127.0.0.1'), { timeoutMs: 200 });
    await expect(attempt).rejects.toThrow();
    expect(asked).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    let visits = 0;
    const port = await listen((_, reply) => {
      visits += 1;
      reply.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await get(`http://127.0.0.1:${port}/`, here)).toMatchObject({ status });
    expect(await post(`http://127.0.0.1:${port}/`, here)).toMatchObject({ status });
    expect(visits).toBe(2);
  });
});

describe('the environment of the process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'passbeam-outbound-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a process with these variables is answered. */
  async function bodyOf(url: string, env: Record<string, string>): Promise<string> {
    const [client, hosts] = ['./outbound.ts', '../core/directory/allowed-hosts.ts'].map((path) =>
      JSON.stringify(new URL(path, import.meta.url).href),
    );
    const program = `
      const { createOutbound } = await import(${client});
      const { loopbackHosts } = await import(${hosts});
      const call = createOutbound({ allowed: loopbackHosts }).get('${url}', {});
      console.log(await call.then(({ body }) => String(body), (error) => error.code));`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env });
    return (await run).stdout.trim();
  }

  it('gives no proxy', async () => {
    let proxied = 0;
    const proxy = await listen((_, reply) => {
      proxied += 1;
      reply.end('proxy');
    });
    const port = await listen((_, reply) => void reply.end('direct'));
    const proxyUrl = `http://127.0.0.1:${proxy}`;
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, ALL_PROXY: proxyUrl };
    expect(await bodyOf(`http://127.0.0.1:${port}/`, env)).toBe('direct');
    expect(proxied).toBe(0);
  });

  it('does not turn certificates off; it may name authorities of the operator', async () => {
    const [key = '', cert = ''] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ];
    execFileSync('openssl', made, { stdio: 'pipe' });
    const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, reply) => {
      reply.end('secure');
    });
    servers.push(secure.listen(0, '127.0.0.1'));
    await once(secure, 'listening');
    const { port } = secure.address() as AddressInfo;
    const asked = `https://localhost:${port}/`;
    expect(await bodyOf(asked, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(await bodyOf(asked, { NODE_EXTRA_CA_CERTS: cert })).toBe('secure');
    const byAddress = `https://127.0.0.1:${port}/`;
    expect(await bodyOf(byAddress, { NODE_EXTRA_CA_CERTS: cert })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

describe('what the operator allows (OUTBOUND_ALLOW)', () => {
  it.each([
    ['auth.internal', '10.0.0.1'],
    ['auth.internal', 'fd00::1'],
    ['auth.internal', '100.64.0.1'],
    ['10.0.0.0/8', '10.0.0.1'],
    ['169.254.0.0/16', '169.254.169.254'],
    ['64:ff9b::/96', '64:ff9b::7f00:1'],
  ])('%s opens the way to %s', async (entry, address) => {
    const call = get('https://auth.internal:1/', { ...listing(entry), ...answering(address) }, { timeoutMs: 50 });
    await expect(call).rejects.not.toThrow(/OUTBOUND_ALLOW/);
  });

  it.each([
    ['auth.internal', '169.254.169.254'],
    ['auth.internal', 'fe80::1'],
    ['auth.internal', '64:ff9b::a9fe:a9fe'],
    ['auth.internal', '::7f00:1'],
    ['auth.internal', '0.0.0.0'],
    ['auth.internal', '224.0.0.1'],
    ['auth.internal:8443', '10.0.0.1'],
    ['other.internal', '10.0.0.1'],
    ['10.0.0.0/8', '192.168.0.1'],
  ])('%s does not open the way to %s', async (entry, address) => {
    const call = get('https://auth.internal/', { ...listing(entry), ...answering(address) });
    await expect(call).rejects.toThrow(/OUTBOUND_ALLOW does not list it/);
  });

  it('speaks http to what is listed, and to nothing else', async () => {
    const port = await listen((_, reply) => void reply.end('fine'));
    expect(await get(`http://127.0.0.1:${port}/`, here)).toMatchObject({ status: 200 });
    expect(await get(`http://localhost:${port}/`, listing('localhost'))).toMatchObject({ status: 200 });
    await expect(get('http://hook.example/', { ...here, ...answering('93.184.216.34') })).rejects.toThrow(/only https/);
    await expect(get('http://10.0.0.1/', here)).rejects.toThrow(/public address/);
    await expect(get('http://hook.example/', { ...here, ...answering('127.0.0.1', '93.184.216.34') })).rejects.toThrow(
      /only https/,
    );
  });
});

describe('a server that answers slowly, without end or in part', () => {
  it('gives up on a reply that does not begin, and on a slow resolver', async () => {
    const port = await listen((request) => void request.resume());
    await expect(get(`http://127.0.0.1:${port}/`, here, { timeoutMs: 100 })).rejects.toThrow(/time/i);
    const never = get('https://hook.example/', { resolve: () => new Promise(() => {}) }, { timeoutMs: 50 });
    await expect(never).rejects.toThrow(/time/i);
  });

  it('has one deadline for the whole exchange, so a slow drip ends too', async () => {
    const port = await listen((_, reply) => {
      const drip = setInterval(() => reply.write('x'), 20);
      reply.on('close', () => clearInterval(drip));
    });
    const began = performance.now();
    await expect(get(`http://127.0.0.1:${port}/`, here, { timeoutMs: 300 })).rejects.toThrow(/time/i);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('stops reading at the bound, so that little of a 20 MB reply is ever sent', async () => {
    let written = 0;
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    const port = await listen((_, reply) => {
      reply.on('close', close);
      const chunk = Buffer.alloc(64 * 1024);
      const pour = () => {
        while (written < 20 * 1024 * 1024 && !reply.destroyed) {
          written += chunk.length;
          if (!reply.write(chunk)) return void reply.once('drain', pour);
        }
        reply.end();
      };
      pour();
    });
    const call = get(`http://127.0.0.1:${port}/`, here, { maxBytes: 64 * 1024 });
    await expect(call).rejects.toThrow('the reply is larger than 65536 bytes');
    await closed;
    expect(written).toBeLessThan(15 * 1024 * 1024);
  });

  it('takes a reply of exactly the bound, and refuses a byte more', async () => {
    const port = await listen((request, reply) => void reply.end(Buffer.alloc(Number(request.url?.slice(1)))));
    const limits = { maxBytes: 1000 };
    expect((await get(`http://127.0.0.1:${port}/1000`, here, limits)).body).toHaveLength(1000);
    await expect(get(`http://127.0.0.1:${port}/1001`, here, limits)).rejects.toThrow(/larger/);
  });

  it('takes no reply that breaks off', async () => {
    const port = await listen((_, reply) => {
      reply.writeHead(200, { 'content-length': '100' });
      reply.write('half');
      setTimeout(() => reply.destroy(), 20);
    });
    await expect(get(`http://127.0.0.1:${port}/`, here)).rejects.toThrow(/aborted/);
  });
});
