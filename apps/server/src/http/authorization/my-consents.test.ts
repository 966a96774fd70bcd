import { expect, it } from 'vitest';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { type AuthorizationWorld, sqlite, withWorld } from './world.fixture.ts';

let world: AuthorizationWorld;
withWorld(sqlite, (opened) => {
  world = opened;
});

const consentsOf = async (token: string) => (await world.v3('GET', 'get-my-consents', { app: null, token })).body.data;
const withdraw = (token: string, appId = world.party.id) =>
  world.v3('POST', 'withdraw-my-consent', { app: null, token, body: { appId } });

it('a consent is seen, and taken back with the logins, the codes and the silent answers that stood on it', async () => {
  const token = await world.signIn();
  expect(await consentsOf(token)).toEqual([]);
  const { browser, tokens } = await world.login(world.party, { scope: 'openid email' });
  const own = await world.login(world.post, {}, browser);
  expect(await consentsOf(token)).toEqual([
    expect.objectContaining({ appId: world.party.id, appName: world.party.name, scopes: ['openid', 'email'] }),
  ]);
  const silently = () => browser.go(world.request(world.party, { scope: 'openid email', prompt: 'none' }));
  const code = (await silently()).location?.searchParams.get('code') ?? '';

  expect((await withdraw(token)).body.data).toEqual({ success: true, ended: 1 });
  expect((await world.userInfo(tokens.access_token)).status).toBe(401);
  expect((await world.redeem(world.party, code)).json.error).toBe('invalid_grant');
  expect((await silently()).location?.searchParams.get('error')).toBe('consent_required');
  expect(await consentsOf(token)).toEqual([]);
  // The browser stays signed in to the rest.
  expect((await world.userInfo(own.tokens.access_token)).status).toBe(200);
  expect((await withdraw(token)).body.data).toEqual({ success: true, ended: 0 });

  // The record says who agreed to what, for which application, from which browser; once each.
  const { body } = await callSigned(world, 'POST', 'list-audit-events', {
    body: { types: ['consent.*'], order: 'oldest' },
  });
  const facts = { appId: world.party.id, userName: 'Alice', detail: { scopes: 'openid email' } };
  expect(body.data.list).toMatchObject([
    { type: 'consent.given', userAgent: 'Browser/1', ...facts },
    { type: 'consent.withdrawn', ...facts },
  ]);
});

it("a consent is nobody else's to see or take back, and no scan's", async () => {
  await world.login(world.party, { scope: 'openid' });
  const bob = await world.signIn('bob');
  expect(await consentsOf(bob)).toEqual([]);
  expect((await withdraw(bob)).body.data).toEqual({ success: true, ended: 0 });
  const by = world.browser();
  const page = by.page(await by.go(world.request(world.post)));
  const phone = await world.scan((await page.post('qrcode')).json.data.qrcodeId);
  await page.post('continue');
  const answer = await page.leave();
  const { json } = await world.redeem(world.post, answer.location?.searchParams.get('code') ?? '');
  expect((await withdraw(json.access_token)).body).toMatchObject({ statusCode: 403, refusal: 'qr_born_login' });
  expect(await consentsOf(phone)).toHaveLength(1);
  await withdraw(phone);
});
