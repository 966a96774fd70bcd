import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../core/directory/application.ts';
import { type ContractWorld, openContractWorld } from './contract/world.fixture.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

let world: ContractWorld;
beforeEach(async () => {
  world = await openContractWorld();
});
afterEach(() => world.close());

const everything = 'openid profile email phone offline_access';
const site = (part: Partial<Application>) => world.addApplication({ id: 'site', ...part });

async function exchange(scope = everything) {
  const { ticket } = await world.confirmed();
  const body = { ticket, scope, ...world.siteProof };
  return (await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.data;
}

async function token(fields: Record<string, string>) {
  const { http, body } = await world.v3('POST', '/oidc/token', {
    body: new URLSearchParams({ ...world.siteProof, ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return http === 200 ? body : body.error;
}
const refresh = (refreshToken: string, scope?: string) =>
  token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...(scope === undefined ? {} : { scope }) });
const granted = (login: string, scope = everything) =>
  token({ grant_type: 'http://authing.cn/oidc/grant_type/authing_token', token: login, scope });

async function introspected(given: string) {
  const body = { token: given, ...world.siteProof };
  return (await world.v3('POST', '/oidc/token/introspection', { body })).body;
}

describe('an application is granted the scopes it is allowed, whatever is asked', () => {
  it('every scope that is offered, unless its operator says otherwise', async () => {
    expect(await exchange()).toMatchObject({ scope: everything, refresh_token: expect.any(String) });
  });

  it('by the exchange of a ticket', async () => {
    await site({ allowedScopes: ['openid', 'email'] });
    const set = await exchange();
    expect(set.scope).toBe('openid email');
    expect(set).not.toHaveProperty('refresh_token');
    expect((await exchange('phone profile')).scope).toBe('');
  });

  it('by a poll that delivers the login itself', async () => {
    await site({ allowedScopes: ['openid'] });
    await world.setStrategy({ returnFullUserInfo: true });
    const qrcodeId = await world.codeIn('AUTHORIZED');
    const { data } = (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body;
    expect(data.tokenSet.scope).toBe('openid');
  });

  it('by the exchange of the second generation, whose token can get no more', async () => {
    await site({ allowedScopes: ['openid'] });
    const { ticket } = await world.confirmed();
    const { data } = (await world.v3('POST', '/api/v2/qrcode/userinfo', { body: { ticket, ...world.siteProof } })).body;
    expect((await granted(data.token)).scope).toBe('openid');
  });

  it('by sign-in and by the password grant', async () => {
    await site({ allowedScopes: ['openid', 'offline_access'] });
    const passwordPayload = { username: 'alice', password: 'correct horse battery' };
    const options = { scope: everything };
    const body = { connection: 'PASSWORD', passwordPayload, options, ...world.siteProof };
    expect((await world.v3('POST', 'signin', { body })).body.data.scope).toBe('openid offline_access');
    const set = await token({ grant_type: 'password', ...passwordPayload, scope: everything });
    expect(set.scope).toBe('openid offline_access');
  });

  it('and no scope that it is not allowed any more', async () => {
    const set = await exchange();
    await site({ allowedScopes: ['openid', 'offline_access'] });
    const next = await refresh(set.refresh_token);
    expect(next.scope).toBe('openid offline_access');
    await site({ allowedScopes: ['openid'] });
    expect(await introspected(next.refresh_token)).toEqual({ active: false });
    expect(await refresh(next.refresh_token)).toBe('invalid_grant');
  });
});

it('a login born from a scan gets no scope for its tokens that the exchange did not grant', async () => {
  const set = await exchange('openid profile');
  expect((await granted(set.id_token)).scope).toBe('openid profile');
  const own = await world.v3('POST', 'signin', {
    body: {
      connection: 'PASSWORD',
      passwordPayload: { username: 'alice', password: 'correct horse battery' },
      ...world.siteProof,
    },
  });
  expect((await granted(own.body.data.id_token)).scope).toBe(everything);
});

describe('a refresh token of a scan ends when the setting of the application says', () => {
  it('counted from the login, however often it is exchanged', async () => {
    await site({ refreshTokenExpiresIn: 3600 });
    let { refresh_token: current } = await exchange();
    const bornAt = Math.floor(world.clock.now() / 1000);
    for (let turn = 0; turn < 3; turn++) {
      world.pass(1000);
      ({ refresh_token: current } = await refresh(current));
      expect((await introspected(current)).exp).toBe(bornAt + 3600);
    }
    world.pass(600);
    expect(await introspected(current)).toEqual({ active: false });
    expect(await refresh(current)).toBe('invalid_grant');
  });

  it('also where the setting became shorter after the login', async () => {
    const { refresh_token: held } = await exchange();
    await site({ refreshTokenExpiresIn: 60 });
    world.pass(61);
    expect(await refresh(held)).toBe('invalid_grant');
  });

  it('also where a token of the login asks for a new one', async () => {
    await site({ refreshTokenExpiresIn: 3600 });
    const { id_token: id } = await exchange();
    const second = (await world.v3('POST', '/api/v2/users/refresh-token', { token: id, body: {} })).body.data.token;
    const bornAt = Math.floor(world.clock.now() / 1000);
    world.pass(3000);
    const { refresh_token: late } = await granted(second);
    expect((await introspected(late)).exp).toBe(bornAt + 3600);
    world.pass(600);
    const set = await granted(second);
    expect(set.access_token).toEqual(expect.any(String));
    expect(set).not.toHaveProperty('refresh_token');
  });
});

it('operators set both by the management API, and read what holds', async () => {
  const changed = { appId: 'site', allowedScopes: ['openid', 'email'], refreshTokenExpiresIn: 86_400 };
  expect((await callSigned(world, 'POST', 'update-application', { body: changed })).body.data).toMatchObject({
    allowedScopes: ['openid', 'email'],
    refreshTokenExpiresIn: 86_400,
  });
  expect((await exchange()).scope).toBe('openid email');
  const back = { appId: 'site', allowedScopes: null };
  const { data } = (await callSigned(world, 'POST', 'update-application', { body: back })).body;
  expect(data.allowedScopes).toContain('offline_access');
  for (const wrong of [
    { allowedScopes: ['admin'] },
    { refreshTokenExpiresIn: 59 },
    { refreshTokenExpiresIn: 2_592_001 },
  ]) {
    const { body } = await callSigned(world, 'POST', 'update-application', { body: { appId: 'site', ...wrong } });
    expect(body.statusCode).toBe(400);
  }
});
