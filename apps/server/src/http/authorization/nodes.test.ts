import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceGrantType } from '@passbeam/protocol';
import { isPostgresMissing } from '@passbeam/workshop/postgres';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../compose.ts';
import { loadConfig } from '../../config/config.ts';
import { handedInNow } from '../../stores/sql/handed-in-now.fixture.ts';
import {
  type AuthorizationWorld,
  callback,
  createBrowser,
  engines,
  openAuthorizationWorld,
  publicUrl,
} from './world.fixture.ts';

const [, postgres] = engines();
const address = { PUBLIC_URL: publicUrl, RATE_LIMITS: 'off' };
const folder = mkdtempSync(join(tmpdir(), 'passbeam-nodes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(isPostgresMissing())('two nodes on one database', () => {
  let world: AuthorizationWorld;
  let other: AuthorizationWorld['app'];
  let closeOther: () => Promise<void>;
  beforeAll(async () => {
    if (postgres === undefined) return;
    const environment = await postgres.environment();
    world = await openAuthorizationWorld({ environment: async () => environment });
    await world.addApplication({ id: 'tv', tokenEndpointAuthMethod: 'none', signsInDevices: true });
    const { clock } = world;
    const node = await compose(loadConfig({ ...environment, ...address, DATA_DIR: folder, DEMO: 'off' }), {
      log: pino({ level: 'silent' }),
      version: '0.0.0',
      links: [],
      clock,
      database: { now: handedInNow(clock), isPatient: true },
    });
    other = node.app;
    closeOther = () => node.close();
  });
  afterAll(async () => {
    await closeOther?.();
    await world?.close();
    await postgres?.stop();
  });

  it('give one login for a code that is redeemed a hundred times at once', async () => {
    const { browser } = await world.login(world.post);
    world.pass(5);
    const { location } = await browser.go(world.request(world.post, { prompt: 'none' }));
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: location?.searchParams.get('code') ?? '',
      redirect_uri: callback,
      client_id: world.post.id,
      client_secret: world.post.secret,
    }).toString();
    const nodes = [createBrowser(world.app), createBrowser(other)];
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => nodes[index % 2]?.send('POST', '/oidc/token', { body })),
    );
    const statuses = replies.map((reply) => reply?.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    for (const reply of replies) if (reply?.status !== 200) expect(reply?.json.error).toBe('invalid_grant');
    expect(statuses.filter((status) => status === 400)).toHaveLength(99);
  });

  it('give one login for a device that asks both at once', async () => {
    const device = await createBrowser(world.app).send('POST', '/oidc/device/auth', { body: 'client_id=tv' });
    const { device_code, user_code } = device.json;
    const token = await world.signIn();
    for (const action of ['SCAN', 'CONFIRM']) {
      await world.v3('POST', 'set-device-status', { app: null, token, body: { userCode: user_code, action } });
    }
    const body = new URLSearchParams({ grant_type: deviceGrantType, device_code, client_id: 'tv' }).toString();
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        createBrowser(index % 2 ? other : world.app, `tv/${index}`).send('POST', '/oidc/token', { body }),
      ),
    );
    const errors = replies.map(({ status, json }) => (status === 200 ? 'given' : json.error)).sort();
    expect(errors).toEqual(['given', ...Array(39).fill('invalid_grant')]);
  });

  it('take one step each of a page, whichever of them is asked', async () => {
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post)));
    const elsewhere = createBrowser(other);
    for (const [name, value] of browser.jar) elsewhere.jar.set(name, value);
    await page.post('cancel');
    expect((await elsewhere.pageOf(page.id).view()).step).toBe('leave');
  });
});

describe.skipIf(isRedisMissing())('codes in Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());

  it('sign in on the page once, and are used then', async () => {
    const world = await openAuthorizationWorld({ environment: async () => ({}) }, {}, redis.url);
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post)));
    const { qrcodeId } = (await page.post('qrcode')).json.data;
    await world.scan(qrcodeId);
    expect((await page.post('continue')).json.data.step).toBe('leave');
    const seen = await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
    expect(seen.body.data.status).toBe('EXPIRED');
    expect((await page.leave()).location?.searchParams.has('code')).toBe(true);
    await world.close();
  });
});
