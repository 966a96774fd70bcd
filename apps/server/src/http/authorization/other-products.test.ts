import { expect, it } from 'vitest';
import { testPassword } from '../../testing.ts';
import { type AuthorizationWorld, sqlite, withWorld } from './world.fixture.ts';

/** What an application of kind relyingParty gets in the ways that are not a redirect: no password of anybody, and no whole person. */
let world: AuthorizationWorld;
withWorld(sqlite, async (opened) => {
  world = opened;
  await world.setStrategy({ allowExchangeUserInfoFromBrowser: true });
});

const secretOf = () => ({ client_id: world.party.id, client_secret: world.party.secret });

it.each([testPassword, 'not the password'])(
  'signs nobody in by a password, whether or not it is right: %s',
  async (password) => {
    const v3 = await world.v3('POST', 'signin', {
      app: world.party.id,
      body: { connection: 'PASSWORD', passwordPayload: { username: 'alice', password }, ...secretOf() },
    });
    expect(v3.body).toMatchObject({ statusCode: 403, message: expect.stringContaining('/oidc/auth') });
    const v2 = await world.v3('POST', '/api/v2/login/account', {
      app: world.party.id,
      body: { account: 'alice', password },
    });
    expect(v2.body.code).not.toBe(200);
    const grant = await world.token({ grant_type: 'password', username: 'alice', password, ...secretOf() });
    expect([grant.status, grant.json.error]).toEqual([400, 'unauthorized_client']);
  },
);

it('signs nobody in by a one-time code, and uses none up', async () => {
  await world.v3('POST', 'send-email', { body: { email: 'alice@example.com', channel: 'CHANNEL_LOGIN' } });
  const passCode = world.outbox.at(-1)?.passcode;
  const by = (app: string, credentials: object) =>
    world.v3('POST', 'signin', {
      app,
      body: { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode }, ...credentials },
    });
  expect((await by(world.party.id, secretOf())).body.statusCode).toBe(403);
  const { id, secret } = world.post;
  expect((await by(id, { client_id: id, client_secret: secret })).body.statusCode).toBe(200);
});

/** A code on the product's own page, confirmed by alice. */
async function ticket(): Promise<string> {
  const made = await world.v3('POST', 'gene-qrcode', { app: world.party.id, body: { type: 'MOBILE_APP' } });
  const { qrcodeId } = made.body.data;
  await world.scan(qrcodeId);
  const { body } = await world.v3('GET', 'get-qrcode-status', { app: world.party.id, query: { qrcodeId } });
  return body.data.ticket;
}

it('gets name and picture for a scan, and more once the person agreed to that on our page', async () => {
  const exchange = async () =>
    (
      await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
        app: world.party.id,
        body: { ticket: await ticket(), scope: 'openid profile email phone offline_access', ...secretOf() },
      })
    ).body.data;
  const first = await exchange();
  expect(first).toMatchObject({ scope: 'openid profile' });
  expect(first.refresh_token).toBeUndefined();
  expect((await world.userInfo(first.access_token)).json).not.toHaveProperty('email');
  await world.login(world.party, { scope: 'openid email' });
  const second = await exchange();
  expect(second.scope).toBe('openid profile email');
  expect((await world.userInfo(second.access_token)).json).toMatchObject({ email: 'alice@example.com' });
});

it('gets no whole person in the ways of the second generation, nor with a poll', async () => {
  await world.login(world.party, { scope: 'openid email' });
  const told = await world.v3('POST', '/api/v2/qrcode/userinfo', {
    app: world.party.id,
    body: { ticket: await ticket() },
  });
  expect(told.body.data).toMatchObject({
    nickname: 'Alice',
    username: 'alice',
    email: null,
    phone: null,
    lastIP: null,
  });

  await world.setStrategy({ returnFullUserInfo: true });
  const made = await world.v3('POST', 'gene-qrcode', { app: world.party.id, body: { type: 'MOBILE_APP' } });
  const { qrcodeId } = made.body.data;
  await world.scan(qrcodeId);
  const poll = await world.v3('GET', 'get-qrcode-status', { app: world.party.id, query: { qrcodeId } });
  expect(poll.body.data).toMatchObject({ status: 'AUTHORIZED' });
  expect(poll.text).toContain('Alice');
  expect(poll.text).not.toMatch(/alice@example|13800000001/);
  await world.setStrategy({ returnFullUserInfo: false });
});
