import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConsoleMeView, CreatedUserPoolDto, RoleDto } from '@passbeam/protocol';
import { startPassbeam } from '@passbeam/workshop/passbeam';
import { played } from './played.fixture.ts';

/**
 * The built console before a real server: its files with the page's policy, a person who is signed in, and every management call
 * handed on to a server that runs, with a token of the pool. Only the sign-in is played, and what needs a real one: new pools, administrators.
 */
export interface Double {
  origin: string;
  pool: string;
  site: string;
  server: string;
  /** What the person of the next page is. */
  become(role: RoleDto): void;
  /** The next management call finds that the console login has ended. */
  endLogin(): void;
  /** Reads by the management API what the console wrote. */
  read<Data>(name: string): Promise<Data>;
  /** The same for calls by POST. */
  ask<Data>(name: string, body: object): Promise<Data>;
  close(): Promise<void>;
}

const pool = '6543210fedcba9876543210f';
const secret = 'user-pool-secret-for-the-console-tests';
const site = '0123456789abcdef01234567';
/** PUBLIC_URL as the page is told it: another address than its own, as where the console has a port of its own. */
export const toldAddress = 'https://login.example.org';
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-drawn'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const configuration = {
  userPools: [
    {
      id: pool,
      // Applied once: what it writes stays the console's to change.
      configuration: 'seed',
      secret,
      name: 'Demo pool',
      securitySettings: { allowedOrigins: ['http://localhost:5173'] },
      applications: [
        {
          id: site,
          secret: 'site-application-secret-for-the-tests',
          name: 'Demo web site',
          redirectUris: [],
          logoutRedirectUris: [],
        },
        {
          id: 'fedcba987654321001234567',
          secret: 'phone-application-secret-for-tests',
          name: 'Demo phone app',
          redirectUris: [],
          logoutRedirectUris: [],
          tokenEndpointAuthMethod: 'none',
          approvesScans: true,
        },
      ],
      users: [
        { username: 'alice', password: 'correct horse battery', nickname: 'Alice', email: 'alice@example.com' },
        { username: 'bob', password: 'staple battery horse', nickname: 'Bob', email: 'bob@example.com' },
      ],
    },
  ],
};

export async function openDouble(environment: Record<string, string> = {}): Promise<Double> {
  const front = createServer();
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const server = await startPassbeam({
    configuration,
    // Pictures of codes come from the console's own origin, as the page's policy wants it.
    environment: { DEMO: 'off', RATE_LIMITS: 'off', LOG_LEVEL: 'fatal', PUBLIC_URL: origin, ...environment },
  });
  let role: RoleDto = 'owner';
  let isEnded = false;
  const others: ConsoleMeView['pools'] = [];
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
  const token = await post('/api/v3/get-management-token', { accessKeyId: pool, accessKeySecret: secret });
  const authorization: string = (await token.json()).data.access_token;

  function play(name: string, reply: ServerResponse): void {
    const data =
      name === 'me'
        ? { ...me(role), pools: [...me(role).pools, ...others] }
        : (played[name as keyof typeof played] ?? {});
    if (name === 'sign-in') isEnded = false;
    reply.writeHead(200, json).end(JSON.stringify({ statusCode: 200, message: 'ok', requestId: 'played', data }));
  }

  function playNewPool(asked: string, reply: ServerResponse): void {
    const { userPoolName } = JSON.parse(asked);
    others.push({ userPoolId: 'made-by-the-console', name: userPoolName, role });
    const data: CreatedUserPoolDto = {
      ...{ userPoolId: 'made-by-the-console', userPoolName, secret: 'the-secret-of-the-new-pool' },
      ...{ defaults: { pollBinding: 'cookie' }, configuration: null, managed: {}, version: 1, updatedBy: 'a1' },
      ...{ createdAt: new Date().toISOString(), updatedAt: new Date().toISOString() },
    };
    reply.writeHead(200, json).end(JSON.stringify({ statusCode: 200, message: 'ok', requestId: 'played', data }));
  }

  async function handOn(request: IncomingMessage, body: string, reply: ServerResponse): Promise<void> {
    const isManaging = request.headers['x-genauth-userpool-id'] !== undefined;
    if (isManaging && isEnded) {
      const refusal = { statusCode: 401, apiCode: 2020, message: 'Sign in again', requestId: 'played' };
      reply.writeHead(200, json).end(JSON.stringify(refusal));
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await fetch(server.url + request.url, {
      method: request.method,
      headers: { ...(headers as Record<string, string>), ...(isManaging && { authorization }) },
      ...(request.method === 'POST' && { body }),
    });
    reply.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    reply.end(Buffer.from(await answer.arrayBuffer()));
  }

  front.on('request', async (request, reply) => {
    let body = '';
    for await (const part of request) body += part;
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    if (pathname.startsWith('/console/api/')) return play(pathname.slice('/console/api/'.length), reply);
    const ofAdministrators = /^\/api\/v3\/(list-administrator\w*(?:-events)?)$/.exec(pathname)?.[1];
    if (ofAdministrators !== undefined) return play(ofAdministrators, reply);
    if (pathname === '/api/v3/create-userpool') return playNewPool(body, reply);
    if (!pathname.startsWith('/console/')) return handOn(request, body, reply);
    const file = join(dist, pathname.slice('/console/'.length));
    if (extname(file) in types && existsSync(file)) {
      reply.writeHead(200, { 'content-type': types[extname(file)] }).end(readFileSync(file));
      return;
    }
    const page = readFileSync(join(dist, 'index.html'), 'utf8')
      .replaceAll('__NONCE__', 'drawn')
      .replaceAll('__BASE__', '')
      .replaceAll('__PUBLIC_URL__', toldAddress);
    reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(page);
  });
  return {
    origin,
    pool,
    site,
    server: server.url,
    become(next) {
      role = next;
      isEnded = false;
    },
    endLogin: () => {
      isEnded = true;
    },
    ask: async (name, body) =>
      (await (await post(`/api/v3/${name}`, body, { authorization, 'x-genauth-userpool-id': pool })).json()).data,
    read: async (name) =>
      (await (await fetch(`${server.url}/api/v3/${name}`, { headers: { authorization } })).json()).data,
    async close() {
      front.closeAllConnections();
      front.close();
      await server.remove();
    },
  };
}

function me(role: RoleDto): ConsoleMeView {
  const later = new Date(Date.now() + 3_600_000).toISOString();
  return {
    step: 'done',
    ways: [],
    administrator: {
      administratorId: 'a1',
      name: 'Lin Wei',
      signInName: 'lin',
      language: null,
      theme: null,
      grants: [{ userPoolId: '*', role }],
    },
    pools: [{ userPoolId: pool, name: 'Demo pool', role }],
    secondFactor: { totp: true, recoveryCodesLeft: 8, linkedPerson: null },
    login: { loginId: 'l1', expiresAt: later, idleExpiresAt: later, freshUntil: null },
  };
}
