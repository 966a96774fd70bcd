import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { siteApplication } from '../support/product.ts';
import { installPackages, strangersFolder } from '../support/stranger.ts';
import { blockNamed } from './blocks.ts';

/** Follows docs/guide/own-tokens.md with node-oidc-provider as the company's auth server. */

const guide = 'docs/guide/own-tokens.md';
const folder = join(strangersFolder, 'dist', 'own-tokens-guide');
const audience = 'https://login.example.com';
const readersSecret = 'a-secret-of-the-reader-0123456789';

/** The little of the provider that is used here; the package brings no types. */
interface AuthServer {
  callback(): RequestListener;
  Client: { find(id: string): Promise<object> };
  Grant: new (part: object) => { addResourceScope(resource: string, scope: string): void; save(): Promise<string> };
  AccessToken: new (part: object) => { resourceServer: object; scope: string; save(): Promise<string> };
}

let authServer: Server;
let provider: AuthServer;
let issuer: string;
let passbeam: Passbeam;

beforeAll(async () => {
  let listener: RequestListener = (_, reply) => void reply.end();
  authServer = createServer((request, reply) => listener(request, reply)).listen(0, '127.0.0.1');
  await once(authServer, 'listening');
  issuer = `http://127.0.0.1:${(authServer.address() as AddressInfo).port}`;
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'company-ios',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['https://app.example.com/callback'],
      },
      { client_id: 'passbeam', client_secret: readersSecret, redirect_uris: [], response_types: [], grant_types: [] },
    ],
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    extraTokenClaims: () => ({ sid: 'login-1', name: 'Kate' }),
    features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
    ttl: { AccessToken: 3600, Grant: 3600 },
  }) as unknown as AuthServer;
  listener = provider.callback();

  [passbeam] = await Promise.all([startWith('passbeam.yaml'), installPackages(), mkdir(folder, { recursive: true })]);
  process.env.APP_SECRET = siteApplication.secret;
});
/** The server with a configuration of the guide. */
async function startWith(file: string, filledIn: Record<string, string> = {}): Promise<Passbeam> {
  let configuration = (await blockNamed(guide, file))
    .replace('YOUR_APP_SECRET', siteApplication.secret)
    .replace(/YOUR_\w+_SECRET/g, readersSecret)
    .replaceAll('https://auth.example.com', issuer);
  for (const [text, own] of Object.entries(filledIn)) configuration = configuration.replaceAll(text, own);
  return startPassbeam({ configuration, environment: { DEMO: 'off', OUTBOUND_ALLOW: '127.0.0.1' } });
}
afterAll(async () => {
  authServer?.closeAllConnections();
  authServer?.close();
  await passbeam?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** An access token as the company's app holds it: a JWT for the resource, or one that its issuer alone can read. */
async function tokenFor(resource: string | null = audience): Promise<string> {
  const grant = new provider.Grant({ accountId: 'person-1', clientId: 'company-ios' });
  if (resource !== null) grant.addResourceScope(resource, 'scan');
  const token = new provider.AccessToken({
    accountId: 'person-1',
    client: await provider.Client.find('company-ios'),
    grantId: await grant.save(),
    scope: 'scan',
    gty: 'authorization_code',
  });
  if (resource === null) return token.save();
  token.resourceServer = {
    audience: resource,
    identifier: () => resource,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  };
  return token.save();
}

async function load(file: string, { url } = passbeam) {
  const path = join(folder, `${new URL(url).port}-${file}`);
  const program = (await blockNamed(guide, file)).replaceAll('https://auth.example.com', issuer);
  // The audience of a token is a name, and stays as the reader wrote it.
  await writeFile(path, program.replaceAll(`'https://login.example.com'`, `'${url}'`));
  return import(pathToFileURL(path).href);
}

/** Logs in with the token of an app, from SCAN to the exchange; resolves to the company's id that the site learns. */
async function idAfterLogin(token: string, server: Passbeam): Promise<string> {
  const { approveWith } = await load('try.ts', server);
  const { companyIdOf } = await load('who.ts', server);
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const qrcodeId = await approveWith(token);
  said.mockRestore();
  const { ticket } = await site(`get-qrcode-status?qrcodeId=${qrcodeId}`, undefined, server);
  const proof = { client_id: siteApplication.id, client_secret: siteApplication.secret };
  return companyIdOf(await site('exchange-tokenset-with-qrcode-ticket', { ticket, ...proof }, server));
}

async function site(path: string, body: object | undefined, { url }: Passbeam): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'x-authing-app-id': siteApplication.id };
  const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${url}/api/v3/${path}`, sent)).json()).data;
}

it('shows what of a token goes into the configuration', async () => {
  const { lookAt } = await load('token.ts');
  expect(lookAt(await tokenFor())).toEqual({
    ...{ typ: 'at+jwt', alg: 'RS256', iss: issuer, aud: audience, client: 'company-ios' },
    ...{ sub: 'person-1', sid: 'login-1', lifetime: '3600 seconds' },
  });
  expect(() => lookAt('opaque')).toThrow();
});

it('leads from a token to a login, in which the site learns whom the company knows', async () => {
  expect(await idAfterLogin(await tokenFor(), passbeam)).toBe('person-1');
});

it('leads to a login with a token that its issuer alone can read', async () => {
  const token = await tokenFor(null);
  const server = await startWith('introspection.yaml');
  try {
    const { ask } = await load('ask.ts', server);
    expect(await ask(token, 'passbeam', readersSecret)).toMatchObject({
      ...{ active: true, iss: issuer, client: 'company-ios', sub: 'person-1', exp: expect.any(Number) },
    });
    expect(await ask('another', 'passbeam', readersSecret)).toMatchObject({ active: false });
    await expect(ask(token, 'passbeam', 'wrong-secret-of-the-reader')).rejects.toThrow(/answered 40/);
    expect(await idAfterLogin(token, server)).toBe('person-1');
  } finally {
    await server.remove();
  }
});

it('leads to a login with a token that a service of the company answers for', async () => {
  Object.assign(process.env, { CALLBACK_SECRET: readersSecret, PORT: '0' });
  const { service, logins } = await load('who-is-this.ts');
  await once(service, 'listening');
  const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const server = await startWith('callback.yaml', { 'https://api.example.com': address });
  try {
    const login = { subject: 'emp-7', session: 'login-1', displayName: 'Kate', expiresAt: Date.now() / 1000 + 600 };
    logins.set('own-session-1', login);
    expect(await idAfterLogin('own-session-1', server)).toBe('emp-7');
    logins.clear();
    await expect(idAfterLogin('own-session-1', server)).rejects.toThrow(/^Not signed in/);
    expect((await fetch(address, { method: 'POST', body: '{"type":"token.check","id":"1"}' })).status).toBe(401);
  } finally {
    service.close();
    await server.remove();
  }
});

it('tells why a token is refused, as the guide says', async () => {
  const { approveWith } = await load('try.ts');
  await expect(approveWith(await tokenFor('https://other.example.com'))).rejects.toThrow(
    "the token's aud must be https://login.example.com",
  );
  await expect(approveWith('e30.e30.e30')).rejects.toThrow(/^Not signed in/);
  expect(passbeam.program.lines.join('\n')).toContain("a company's token is refused");
});
