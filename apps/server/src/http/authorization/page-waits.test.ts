import { describe, expect } from 'vitest';
import { type AuthorizationWorld, engines, withWorld } from './world.fixture.ts';

/** The hosted page asks once, and is answered when its code changes. */
describe.each(engines())('the code of the page, waited for on $name', (engine) => {
  let world: AuthorizationWorld;
  const test = withWorld(engine, (opened) => {
    world = opened;
  });

  async function aPage() {
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post)));
    const address = `/login/interactions/${page.id}/qrcode`;
    const { qrcodeId } = (await page.post('qrcode')).json.data;
    const wait = async (since: string, seconds: number, id = qrcodeId) =>
      (await browser.send('GET', `${address}?qrcodeId=${id}&since=${since}&waitSeconds=${seconds}`)).json.data;
    return { page, browser, qrcodeId, wait };
  }

  test('each change answers the request that waits for it, and leaves nobody waiting', async () => {
    const { qrcodeId, wait } = await aPage();
    const scanned = wait('PENDING', 30);
    await expect.poll(() => world.watches.count()).toBe(1);
    const phone = await world.scan(qrcodeId, undefined, ['SCAN']);
    expect(await scanned).toMatchObject({ status: 'SCANNED', qrcodeId, briefUserInfo: { displayName: 'Alice' } });
    const confirmed = wait('SCANNED', 30);
    await world.scan(qrcodeId, phone, ['CONFIRM']);
    const reply = await confirmed;
    expect(reply).toMatchObject({ status: 'AUTHORIZED' });
    expect(JSON.stringify(reply)).not.toContain('tk_');
    expect(world.watches.count()).toBe(0);
  });

  test('a code that stands elsewhere already is answered at once, and one that stays after the seconds', async () => {
    const { qrcodeId, wait } = await aPage();
    await world.scan(qrcodeId, undefined, ['SCAN']);
    expect(await wait('PENDING', 30)).toMatchObject({ status: 'SCANNED' });
    const before = performance.now();
    expect(await wait('SCANNED', 1)).toMatchObject({ status: 'SCANNED' });
    expect(performance.now() - before).toBeGreaterThan(900);
  });

  test('another code in another tab is told at the next look, and at once to whoever asks after it', async () => {
    const { page, qrcodeId, wait } = await aPage();
    const waiting = wait('PENDING', 1);
    await expect.poll(() => world.watches.count()).toBe(1);
    const other = (await page.post('qrcode')).json.data.qrcodeId;
    expect(other).not.toBe(qrcodeId);
    expect(await waiting).toMatchObject({ status: 'PENDING', qrcodeId: other });
    expect(await wait('PENDING', 30)).toMatchObject({ status: 'PENDING', qrcodeId: other });
  });

  test('nobody waits for the code of another browser, or with words that are none', async () => {
    const { page, browser } = await aPage();
    const address = `/login/interactions/${page.id}/qrcode`;
    const stranger = await world.browser().send('GET', `${address}?since=PENDING&waitSeconds=30`);
    expect(stranger.json.refusal).toBe('interaction_foreign');
    for (const query of ['since=PENDING&waitSeconds=31', 'since=AUTHORIZED&waitSeconds=5', 'waitSeconds=x']) {
      expect((await browser.send('GET', `${address}?${query}`)).json.refusal).toBe('invalid_argument');
    }
    expect(world.watches.count()).toBe(0);
  });
});
