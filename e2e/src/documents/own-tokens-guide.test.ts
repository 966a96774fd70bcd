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
    ],
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    extraTokenClaims: () => ({ sid: 'login-1', name: 'Kate' }),
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 3600, Grant: 3600 },
  }) as unknown as AuthServer;
  listener = provider.callback();

  const configuration = (await blockNamed(guide, 'passbeam.yaml'))
    .replace('YOUR_USER_POOL_SECRET', 'a-secret-of-the-reader-0123456789')
    .replace('YOUR_APP_SECRET', siteApplication.secret)
    .replace('https://auth.example.com', issuer);
  [passbeam] = await Promise.all([
    startPassbeam({ configuration, environment: { DEMO: 'off', OUTBOUND_ALLOW: '127.0.0.1' } }),
    installPackages(),
    mkdir(folder, { recursive: true }),
  ]);
  process.env.APP_SECRET = siteApplication.secret;
});
afterAll(async () => {
  authServer?.closeAllConnections();
  authServer?.close();
  await passbeam?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** An access token as the company's app holds it. */
async function tokenFor(resource = audience): Promise<string> {
  const grant = new provider.Grant({ accountId: 'person-1', clientId: 'company-ios' });
  grant.addResourceScope(resource, 'scan');
  const token = new provider.AccessToken({
    accountId: 'person-1',
    client: await provider.Client.find('company-ios'),
    grantId: await grant.save(),
    scope: 'scan',
    gty: 'authorization_code',
  });
  token.resourceServer = {
    audience: resource,
    identifier: () => resource,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  };
  return token.save();
}

async function load(file: string) {
  const path = join(folder, file);
  // The audience of a token is a name, and stays as the reader wrote it.
  await writeFile(path, (await blockNamed(guide, file)).replaceAll(`'https://login.example.com'`, `'${passbeam.url}'`));
  return import(pathToFileURL(path).href);
}

async function site(path: string, body?: object): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', 'x-authing-app-id': siteApplication.id };
  const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${passbeam.url}/api/v3/${path}`, sent)).json()).data;
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
  const { approveWith } = await load('try.ts');
  const { companyIdOf } = await load('who.ts');
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  const qrcodeId = await approveWith(await tokenFor());
  said.mockRestore();
  const { ticket } = await site(`get-qrcode-status?qrcodeId=${qrcodeId}`);
  const proof = { client_id: siteApplication.id, client_secret: siteApplication.secret };
  const tokens = await site('exchange-tokenset-with-qrcode-ticket', { ticket, ...proof });
  expect(await companyIdOf(tokens)).toBe('person-1');
});

it('tells why a token is refused, as the guide says', async () => {
  const { approveWith } = await load('try.ts');
  await expect(approveWith(await tokenFor('https://other.example.com'))).rejects.toThrow(
    "the token's aud must be https://login.example.com",
  );
  await expect(approveWith('e30.e30.e30')).rejects.toThrow(/^Not signed in/);
  expect(passbeam.program.lines.join('\n')).toContain("a company's token is refused");
});
