import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLocalJWKSet, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Application } from '../../core/directory/application.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { type AuthorizationWorld, engines, openAuthorizationWorld, publicUrl } from './world.fixture.ts';

/** A relying party's address that is told of logouts: it takes what a relying party must check (Back-Channel Logout 1.0, section 2.6). */
async function openReceiver(keys: () => Promise<Parameters<typeof createLocalJWKSet>[0]>, audience: string) {
  const received: JWTPayload[] = [];
  const faults: unknown[] = [];
  const seen = new Set<string>();
  const server: Server = createServer(async (request, response) => {
    try {
      const form = new URLSearchParams(await text(request));
      if (request.method !== 'POST' || [...form.keys()].join() !== 'logout_token') throw new Error('not a logout');
      if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') throw new Error('not a form');
      const token = form.get('logout_token') ?? '';
      const checks = { issuer: `${publicUrl}/oidc`, audience, typ: 'logout+jwt', algorithms: ['RS256'] };
      const { payload } = await jwtVerify(token, createLocalJWKSet(await keys()), { ...checks, currentDate: now() });
      const { events, jti = '', sid, sub, nonce } = payload;
      const event = (events as Record<string, unknown>)['http://schemas.openid.net/event/backchannel-logout'];
      if (JSON.stringify(event) !== '{}' || nonce !== undefined || (sid ?? sub) === undefined)
        throw new Error('claims');
      if (seen.has(jti)) throw new Error('replayed');
      seen.add(jti);
      received.push(payload);
      response.writeHead(200, { 'cache-control': 'no-store' }).end();
    } catch (error) {
      faults.push(error);
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let clock = () => 0;
  const now = () => new Date(clock());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logged-out?from=passbeam`,
    received,
    faults,
    useClock(of: () => number) {
      clock = of;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe.each(engines())('back-channel logout on $name', (engine) => {
  const test = it.skipIf(engine.isMissing);
  let world: AuthorizationWorld;
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  let party: Application;
  let clerk: Application;
  beforeAll(async () => {
    if (engine.isMissing) return;
    const keys = async () => (await world.browser().send('GET', '/oidc/.well-known/jwks.json')).json;
    receiver = await openReceiver(keys, 'told');
    world = await openAuthorizationWorld(engine, { OUTBOUND_ALLOW: '127.0.0.1' });
    receiver.useClock(() => world.clock.now());
    party = await world.addApplication({
      ...world.party,
      id: 'told',
      backchannelLogoutUri: receiver.url,
    });
    clerk = await world.addApplication({ ...world.post, id: 'clerk', backchannelLogoutUri: null });
  });
  beforeEach(() => {
    world?.pass(5);
    receiver?.received.splice(0);
  });
  afterAll(async () => {
    await receiver?.close();
    await world?.close();
    await engine.stop();
  });

  /** What the relying party heard. */
  async function heard(): Promise<JWTPayload[]> {
    await world.logoutDelivery.deliver();
    await world.logoutDelivery.settle();
    expect(receiver.faults).toEqual([]);
    return receiver.received;
  }
  const manage = async (path: string, body: object) => {
    const reply = await callSigned(world, 'POST', path, { body: body as Record<string, unknown> });
    expect(reply.body, path).toMatchObject({ statusCode: 200 });
    return reply.body.data;
  };
  type Login = Awaited<ReturnType<AuthorizationWorld['login']>>;

  const ways: [string, (login: Login) => Promise<unknown>][] = [
    [
      'the person signs out at the application',
      ({ browser, tokens }) =>
        browser.send('GET', `/oidc/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token })}`),
    ],
    [
      'the person ends it from another device',
      async () => {
        const token = await world.signIn();
        const { body } = await world.v3('GET', 'mydevices/list', { app: null, token });
        const [sso] = body.data.filter(({ appId }: { appId: string }) => appId === party.id);
        const given = { deviceId: sso.device.deviceId };
        const ended = await world.v3('POST', 'mydevices/revoke-session', { app: null, token, body: given });
        expect(ended.body.data).toMatchObject({ success: true });
      },
    ],
    [
      'the person takes the consent back',
      async () => {
        const token = await world.signIn();
        return world.v3('POST', 'withdraw-my-consent', { app: null, token, body: { appId: party.id } });
      },
    ],
    ['an operator kicks the person out', () => manage('kick-users', { userId: world.alice.id, appIds: [party.id] })],
    [
      'the account is suspended',
      async () => {
        await manage('update-user', { userId: world.alice.id, status: 'Suspended' });
        await manage('update-user', { userId: world.alice.id, status: 'Activated' });
      },
    ],
    [
      'the browser signs out at another application',
      async ({ browser }) => {
        const { tokens } = await world.login(clerk, {}, browser);
        return browser.send('GET', `/oidc/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
      },
    ],
  ];

  test.each(ways)('the relying party is told which login ended when %s', async (_, end) => {
    const login = await world.login(party, { scope: 'openid profile' });
    await end(login);
    const { sid, sub } = login.claims;
    expect((await heard()).map((token) => [token.sid, token.sub])).toEqual([[sid, sub]]);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(401);
    // Once.
    world.pass(60);
    expect(await heard()).toHaveLength(1);
  });

  test('a login that expires is told to nobody, nor one of an application without an address', async () => {
    const { tokens } = await world.login(clerk);
    const { browser } = await world.login(party);
    world.pass(15 * 86_400);
    expect(await heard()).toEqual([]);
    await browser.send('GET', `/oidc/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
    expect(await heard()).toEqual([]);
  });

  test('discovery says that it is there', async () => {
    const { json } = await world.browser().send('GET', '/oidc/.well-known/openid-configuration');
    expect(json).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true });
    expect(json.claims_supported).toContain('sid');
  });

  test('operators set the address; one that may not be called is refused or not called', async () => {
    const appId = 'client-basic';
    const uri = 'https://site.example/out?x=1';
    const given = { appId, backchannelLogoutUri: uri, backchannelLogoutSessionRequired: false };
    expect(await manage('update-application', given)).toMatchObject({
      backchannelLogoutUri: uri,
      backchannelLogoutSessionRequired: false,
    });
    for (const wrong of ['javascript:alert(1)', 'https://site.example/#out', 'https://a:b@site.example/', '/out']) {
      const body = { appId, backchannelLogoutUri: wrong };
      const refused = (await callSigned(world, 'POST', 'update-application', { body })).body;
      expect(refused).toMatchObject({ statusCode: 400, refusal: 'invalid_argument' });
      expect(refused.message).toContain('backchannelLogoutUri');
    }
    // An internal address that the server's operator did not list.
    await manage('update-application', { appId, backchannelLogoutUri: 'https://127.0.0.2:9/out' });
    const { browser, tokens } = await world.login(world.basic);
    await browser.send('GET', `/oidc/session/end?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
    for (let hour = 0; hour < 12; hour += 1) {
      await heard();
      world.pass(3600 * (hour < 6 ? 0.2 : 3));
    }
    const { list } = await manage('list-audit-events', { types: ['session.logout_undelivered'] });
    expect(list).toMatchObject([{ appId, outcome: 'alarm', detail: { attempts: 8, reason: 'not called' } }]);
    expect(await manage('update-application', { appId, backchannelLogoutUri: null })).toMatchObject({
      backchannelLogoutUri: null,
    });
  });
});
