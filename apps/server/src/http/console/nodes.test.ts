import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose, type Passbeam } from '../../compose.ts';
import { loadConfig } from '../../config/config.ts';
import { handedInNow } from '../../stores/sql/handed-in-now.fixture.ts';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { type ConsoleBrowser, createConsoleBrowser, join as invited } from './browser.fixture.ts';

describe.skipIf(isPostgresMissing())('two nodes on one PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'passbeam-console-nodes-'));
  let postgres: PostgresServer;
  let one: TestPassbeam;
  let other: Passbeam;
  let owner: ConsoleBrowser;

  beforeAll(async () => {
    postgres = await startPostgres();
    const environment = {
      DATABASE_URL: postgres.url,
      SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9',
      RATE_LIMITS: 'off',
    };
    one = await openTestPassbeam(environment);
    const { clock } = one;
    other = await compose(loadConfig({ ...environment, DATA_DIR: folder, DEMO: 'off' }), {
      log: pino({ level: 'silent' }),
      version: '0.0.0',
      links: [],
      clock,
      database: { now: handedInNow(clock), isPatient: true },
    });
  });
  afterAll(async () => {
    await other?.close();
    await one?.close();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('make one owner of visitors at both, by a link of either, and then no link is left', async () => {
    const [first, second] = [await one.consoleLinks.setUpLink(), await other.consoleLinks.setUpLink()];
    const given = { name: 'Ada', password: 'a lighthouse in the fog' };
    const visits = [first, second, second].map(async (link, n) => {
      const browser = createConsoleBrowser(n === 1 ? { app: other.app, clock: one.clock } : one);
      const token = link?.url.split('#')[1];
      return { browser, reply: await browser.call('set-up', { ...given, token, signInName: `visitor${n}` }) };
    });
    const all = await Promise.all(visits);
    const winners = all.filter(({ reply }) => reply.statusCode === 200);
    expect(winners).toHaveLength(1);
    expect(await one.consoleLinks.setUpLink()).toBeNull();
    const late = createConsoleBrowser(one);
    for (const link of [first, second]) {
      expect((await late.call('read-link', { token: link?.url.split('#')[1] })).statusCode).toBe(404);
    }
    owner = winners[0]?.browser as ConsoleBrowser;
    await owner.enrol();
  });

  it('know each other’s logins, and end them with another role at once', async () => {
    const guest = await invited(one, owner, 'guest', [{ userPoolId: 'pool1', role: 'operator' }]);
    const there = createConsoleBrowser({ app: other.app, clock: one.clock });
    there.setCookie(guest.browser.cookie());
    expect((await there.manage('list-applications')).statusCode).toBe(200);
    const grants = [{ userPoolId: 'pool1', role: 'viewer' }];
    expect((await owner.manage('update-administrator', { administratorId: guest.id, grants })).statusCode).toBe(200);
    expect((await there.manage('list-applications')).statusCode).toBe(401);
  });

  it('end a login that was signed out at the other', async () => {
    const guest = await invited(one, owner, 'second', [{ userPoolId: 'pool1', role: 'viewer' }]);
    const there = createConsoleBrowser({ app: other.app, clock: one.clock });
    there.setCookie(guest.browser.cookie());
    expect((await there.call('me')).statusCode).toBe(200);
    await guest.browser.call('sign-out');
    expect((await there.call('me')).statusCode).toBe(401);
  });

  it('show at once what was saved at the other, and take the next change on top of it', async () => {
    const there = createConsoleBrowser({ app: other.app, clock: one.clock });
    there.setCookie(owner.cookie());
    const saved = await owner.manage('update-security-settings', { qrcodeLoginStrategy: { ticketExpiresIn: 240 } });
    const seen = await there.manage('get-security-settings');
    expect(seen.data).toEqual(saved.data);
    const { version: ifVersion } = seen.data;
    const next = await there.manage('update-security-settings', { registerDisabled: true, ifVersion });
    expect(next).toMatchObject({ statusCode: 200, data: { registerDisabled: true } });
    expect((await owner.manage('get-security-settings')).data).toEqual(next.data);
  });

  it('know at once a pool and an application that were made at the other', async () => {
    const there = createConsoleBrowser({ app: other.app, clock: one.clock });
    there.setCookie(owner.cookie());
    const { userPoolId, secret } = (await owner.manage('create-userpool', { userPoolName: 'Second' })).data;
    expect((await there.call('me')).data.pools).toContainEqual(expect.objectContaining({ userPoolId }));
    const { appId } = (await there.manage('create-application', { appName: 'Shop' }, userPoolId)).data;
    expect((await owner.manage(`get-application?appId=${appId}`, undefined, userPoolId)).data).toMatchObject({ appId });

    const third = (await owner.manage('create-userpool', { userPoolName: 'Third' })).data;
    for (const [pool, right] of [
      [third.userPoolId, third.secret],
      [userPoolId, secret],
    ]) {
      const credentials = { accessKeyId: pool, accessKeySecret: right };
      const reply = await there.send('POST', '/api/v3/get-management-token', credentials);
      expect(reply.body).toMatchObject({ statusCode: 200 });
    }
  });
});
