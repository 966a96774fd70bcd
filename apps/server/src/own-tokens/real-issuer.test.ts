import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JwtEntry } from '../core/directory/own-token-entries.ts';
import { anEntry, ecKey, edKey, openChecks, rsaKey, type TestKey } from './test-world.ts';

/** node-oidc-provider as the company's server: its own discovery, keys, access, ID and logout tokens (5.1). */

const api = 'https://login.example.com';

/** The little of the provider that is used here; the package brings no types. */
interface Issuer {
  callback(): RequestListener;
  Client: { find(id: string): Promise<object> };
  Grant: new (part: object) => { addResourceScope(resource: string, scope: string): void; save(): Promise<string> };
  AccessToken: new (part: object) => { resourceServer: object; scope: string; save(): Promise<string> };
  IdToken: new (
    claims: object,
    context: object,
  ) => { scope: string; set(name: string, value: unknown): void; issue(options: { use: string }): Promise<string> };
}

let server: Server;
let url: string;
let listener: RequestListener;
beforeEach(async () => {
  server = createServer((request, reply) => listener(request, reply)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

function serve(key: TestKey, alg: string) {
  const jwk = { ...key.privateKey.export({ format: 'jwk' }), kid: key.jwk.kid, use: 'sig', alg };
  const provider = new Provider(url, {
    jwks: { keys: [jwk] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    clients: [
      {
        client_id: 'company-ios',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['https://app.example.com/callback'],
        id_token_signed_response_alg: alg,
      },
    ],
    clientDefaults: { id_token_signed_response_alg: alg },
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    extraTokenClaims: () => ({ sid: 'login-1' }),
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 3600, Grant: 3600, IdToken: 3600 },
    cookies: { keys: ['a-key-for-cookies-that-nobody-sees'] },
  }) as unknown as Issuer;
  listener = provider.callback();
  return {
    async accessToken(audience = api, expiresIn?: number): Promise<string> {
      const client = await provider.Client.find('company-ios');
      const grant = new provider.Grant({ accountId: 'person-1', clientId: 'company-ios' });
      grant.addResourceScope(audience, 'scan');
      const part = {
        accountId: 'person-1',
        client,
        grantId: await grant.save(),
        scope: 'scan',
        gty: 'authorization_code',
      };
      const token = new provider.AccessToken({ ...part, ...(expiresIn === undefined ? {} : { expiresIn }) });
      token.resourceServer = { audience, identifier: () => audience, accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
      return token.save();
    },
    async idToken(use: 'idtoken' | 'logout'): Promise<string> {
      const client = await provider.Client.find('company-ios');
      const token = new provider.IdToken({ sub: 'person-1' }, { ctx: { oidc: { client, provider } }, client });
      token.scope = 'openid';
      token.set('sid', 'login-1');
      token.set('jti', randomUUID());
      if (use === 'idtoken') token.set('at_hash', 'x');
      else token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} });
      return token.issue({ use });
    },
  };
}

const trust = (part: Partial<JwtEntry> = {}) =>
  openChecks(
    [anEntry({ issuer: url, audiences: [api], clientIds: ['company-ios'], types: ['at+jwt'], ...part })],
    {},
    Date.now(),
  );

describe('a real issuer', () => {
  it.each([
    ['RS256', rsaKey('rsa')],
    ['PS256', rsaKey('pss')],
    ['ES256', ecKey('ec')],
    ['Ed25519', edKey('ed')],
  ])('is understood without anything but its name: %s', async (alg, key) => {
    const { accessToken } = serve(key, alg);
    const checks = trust({ algorithms: [alg] });
    expect(await checks.check(await accessToken(), { qrcodeId: 'c' })).toMatchObject({
      refusal: null,
      checked: { issuer: url, subject: 'person-1', clientId: 'company-ios', session: 'login-1' },
    });
    expect(checks.logged).toEqual(['the keys of an issuer are there']);
  });

  it('has other tokens that are no access tokens of ours', async () => {
    const { accessToken, idToken } = serve(rsaKey('rsa'), 'RS256');
    const lax: Partial<JwtEntry> = { audiences: [], anyAudience: true, clientIds: [], types: ['at+jwt', 'JWT', null] };
    expect(await trust().verdict(await accessToken('https://other.example.com'))).toBe('wrong_audience');
    expect(await trust(lax).verdict(await accessToken())).toBe('accepted');
    expect(await trust(lax).verdict(await idToken('idtoken'))).toBe('wrong_type');
    expect(await trust(lax).verdict(await idToken('logout'))).toBe('wrong_type');
    const asked: Partial<JwtEntry> = { kind: 'id', audiences: ['company-ios'], clientIds: [], types: ['JWT', null] };
    expect(await trust(asked).verdict(await idToken('idtoken'))).toBe('accepted');
    expect(await trust(asked).verdict(await idToken('logout'))).toBe('wrong_type');
    expect(await trust(asked).verdict(await accessToken('company-ios'))).toBe('wrong_type');
  });

  it('may rotate its keys: tokens of the new one are good at once, those of the old one no longer', async () => {
    const before = await serve(rsaKey('old'), 'RS256').accessToken();
    const checks = trust();
    expect(await checks.verdict(before)).toBe('accepted');
    const after = await serve(rsaKey('new'), 'RS256').accessToken();
    checks.skip(30);
    expect(await checks.verdict(after)).toBe('accepted');
    expect(await checks.verdict(before)).toBe('unknown_key');
  });

  it('may sign a longer life than an entry allows, in vain', async () => {
    const { accessToken } = serve(rsaKey('rsa'), 'RS256');
    expect(await trust().verdict(await accessToken(api, 90_000))).toBe('too_long_lived');
  });
});
