import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const check = (appId: string, appSecret?: string) =>
  passbeam.v3('POST', 'check-app-id-secret', { app: null, body: { appId, appSecret } });
const validOf = async (appId: string, appSecret?: string) => (await check(appId, appSecret)).body.data.valid;

describe('POST /api/v3/check-app-id-secret', () => {
  it('tells ten wrong secrets of an application a minute apart from the right one, and nothing after them', async () => {
    const { secret } = passbeam.site;
    for (let guess = 0; guess < 10; guess++) expect(await validOf('site', `wrong ${guess}`)).toBe(false);
    for (const guess of ['wrong again', secret]) {
      const { http, headers, body } = await check('site', guess);
      expect(http).toBe(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body.data).toBeUndefined();
    }
    // Nobody has guessed at the secret of the other application.
    expect(await validOf('phone')).toBe(true);
    passbeam.pass(60);
    expect(await validOf('site', secret)).toBe(true);
  });

  it('counts names that nobody has together, and right secrets not at all', async () => {
    for (let call = 0; call < 20; call++) expect(await validOf('site', passbeam.site.secret)).toBe(true);
    for (let guess = 0; guess < 10; guess++) expect(await validOf(`app${guess}`, 'wrong')).toBe(false);
    expect((await check('app10', 'wrong')).http).toBe(429);
  });

  it('shares its count with every other call that takes the secret', async () => {
    for (let guess = 0; guess < 10; guess++) await validOf('site', `wrong ${guess}`);
    const { http } = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket: 'tk_x_y', client_id: 'site', client_secret: passbeam.site.secret },
    });
    expect(http).toBe(429);
  });
});
