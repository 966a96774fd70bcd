import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMove, anIntrospectionEntry, openAsking } from './asking-test-world.ts';

/** node-oidc-provider as the company's server, whose access tokens nobody but it can read (5.1). */

const api = 'https://login.example.com';

/** The little of the provider that is used here; the package brings no types. */
interface Issuer {
  callback(): RequestListener;
  Client: { find(id: string): Promise<object> };
  Grant: new (part: object) => { addResourceScope(resource: string, scope: string): void; save(): Promise<string> };
  AccessToken: {
    new (part: object): { resourceServer: object; save(): Promise<string> };
    find(token: string): Promise<{ destroy(): Promise<void> }>;
  };
  RefreshToken: new (part: object) => { save(): Promise<string> };
}

let server: Server;
let url: string;
let provider: Issuer;
const secret = 'the secret of passbeam & co: 100%';

beforeEach(async () => {
  let listener: RequestListener = () => {};
  server = createServer((request, reply) => listener(request, reply)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const none = { redirect_uris: [], response_types: [], grant_types: [] };
  const app = { token_endpoint_auth_method: 'none', redirect_uris: ['https://app.example.com/callback'] };
  provider = new Provider(url, {
    clients: [
      { client_id: 'company-ios', ...app, grant_types: ['authorization_code', 'refresh_token'] },
      { client_id: 'company-web', ...app },
      { client_id: 'pass beam', client_secret: secret, token_endpoint_auth_method: 'client_secret_basic', ...none },
    ],
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    // A claim named sid would be left out of the reply.
    extraTokenClaims: () => ({ session_id: 'login-1', name: 'Ann' }),
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: { enabled: true, getResourceServerInfo: () => ({ scope: 'scan' }) },
    },
    ttl: { AccessToken: 3600, Grant: 3600, RefreshToken: 3600 },
    cookies: { keys: ['a-key-for-cookies-that-nobody-sees'] },
  }) as unknown as Issuer;
  listener = provider.callback();
});
afterEach(() => void server.close());

async function grantOf(clientId: string) {
  const client = await provider.Client.find(clientId);
  const grant = new provider.Grant({ accountId: 'person-1', clientId });
  grant.addResourceScope(api, 'scan');
  return { accountId: 'person-1', client, grantId: await grant.save(), scope: 'scan', gty: 'authorization_code' };
}

async function accessToken(clientId = 'company-ios', audience = api): Promise<string> {
  const token = new provider.AccessToken(await grantOf(clientId));
  token.resourceServer = { audience, identifier: () => audience, accessTokenFormat: 'opaque' };
  return token.save();
}

function trust(part: object = {}) {
  const credentials = { clientId: 'pass beam', clientSecret: secret };
  const entry = anIntrospectionEntry({ url: `${url}/token/introspection`, issuer: url, ...credentials, ...part });
  const checks = openAsking();
  // The provider's clock is the machine's.
  checks.skip((Date.now() - 1_800_000_000_000) / 1000);
  return { entry, checks, verdict: (token: string) => checks.verdict(entry, token) };
}

describe('a real issuer of opaque tokens', () => {
  it('says whose token it is', async () => {
    const { entry, checks } = trust({ clientIds: ['company-ios'] });
    expect(await checks.check(entry, await accessToken(), aMove)).toMatchObject({
      refusal: null,
      checked: {
        issuer: url,
        subject: 'person-1',
        clientId: 'company-ios',
        session: 'login-1',
        claims: { name: 'Ann' },
      },
    });
    expect(checks.logged).toEqual([]);
  });

  it('and that a revoked one is none any more, at once', async () => {
    const { verdict } = trust();
    const token = await accessToken();
    expect(await verdict(token)).toBe('accepted');
    await (await provider.AccessToken.find(token)).destroy();
    expect(await verdict(token)).toBe('inactive');
    expect(await verdict('made-up')).toBe('inactive');
  });

  it('has tokens that are not for us', async () => {
    const { verdict } = trust({ clientIds: ['company-ios'] });
    expect(await verdict(await accessToken('company-ios', 'https://other.example.com'))).toBe('wrong_audience');
    expect(await verdict(await accessToken('company-web'))).toBe('wrong_client');
    const refreshToken = await new provider.RefreshToken(await grantOf('company-ios')).save();
    expect(await verdict(refreshToken)).toBe('wrong_audience');
  });

  it('refuses a server that it does not know', async () => {
    const { entry, checks } = trust({ clientSecret: 'another secret of ours' });
    expect(await checks.verdict(entry, await accessToken())).toBe('issuer_unreachable');
    expect(checks.logged[0]).toMatch(/refused our credentials with 401/);
  });
});
