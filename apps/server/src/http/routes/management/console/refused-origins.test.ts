import { afterEach, beforeEach, expect, it } from 'vitest';
import type { TestPassbeam } from '../../../../testing.ts';
import { callSigned, type SigningKey } from '../signed-call.fixture.ts';
import { onBothEngines } from './both-engines.fixture.ts';

onBothEngines('pages that asked in vain', (open) => {
  let passbeam: TestPassbeam;
  beforeEach(async () => {
    passbeam = await open();
  });
  afterEach(() => passbeam.close());

  const listed = async (key?: SigningKey) =>
    (await callSigned(passbeam, 'POST', 'list-refused-origins', { body: {}, key })).body.data.list;
  const origins = async (key?: SigningKey) => (await listed(key)).map(({ origin }: { origin: string }) => origin);
  const knock = (origin: string, app: string | null = 'site') =>
    passbeam.v3('GET', 'get-qrcode-status', { app, query: { qrcodeId: 'none' }, headers: { origin } });
  const preflight = (origin: string) =>
    passbeam.app.inject({
      method: 'OPTIONS',
      url: '/api/v3/gene-qrcode',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('are listed with how often and when, latest first, before and after they are written', async () => {
    await preflight('https://shop.example.net');
    await knock('https://Shop.example.net');
    passbeam.pass(10);
    await knock('tauri://localhost');
    const at = (seconds: number) => new Date(passbeam.clock.now() - seconds * 1000).toISOString();
    const expected = [
      { origin: 'tauri://localhost', n: 1, lastAt: at(0) },
      { origin: 'https://shop.example.net', n: 2, lastAt: at(10) },
    ];
    expect(await listed()).toEqual(expected);
    await passbeam.refusedOrigins.write();
    expect(await listed()).toEqual(expected);
    passbeam.pass(1);
    await knock('https://shop.example.net');
    expect(await listed()).toMatchObject([{ n: 3, lastAt: at(0) }, { n: 1 }]);
    await passbeam.refusedOrigins.write();
    expect(await listed()).toMatchObject([{ n: 3 }, { n: 1 }]);
  });

  it('are of the pool that they asked, and go once they are allowed, or after a week', async () => {
    const other = await passbeam.addPool('pool2');
    await knock('https://a.example.net');
    await preflight('https://b.example.net');
    await passbeam.refusedOrigins.write();
    expect(await origins()).toEqual(['https://a.example.net']);
    expect(await origins(other)).toEqual([]);
    await callSigned(passbeam, 'POST', 'update-security-settings', {
      body: { allowedOrigins: ['https://a.example.net'] },
    });
    expect(await origins()).toEqual([]);
    expect(await passbeam.stores.refusedOriginStore.purge(passbeam.clock.now() + 1, 10)).toBe(2);
    expect(await passbeam.stores.refusedOriginStore.list('', 10)).toEqual([]);
  });

  it('are fifty at most, among them those that ask again and again, however many strangers make up', async () => {
    for (let time = 0; time < 5; time++) await knock('https://ours.example.net');
    await passbeam.refusedOrigins.write();
    for (let minute = 0; minute < 3; minute++) {
      passbeam.pass(60);
      for (let n = 0; n < 60; n++) await knock(`https://a${minute}-${n}.example.net`);
      expect((await listed()).length).toBeLessThanOrEqual(50);
      await passbeam.refusedOrigins.write();
    }
    expect(await passbeam.stores.refusedOriginStore.list('pool1', 100)).toHaveLength(50);
    expect(await origins()).toContain('https://ours.example.net');
  });

  it('are not noted as what no browser sends', async () => {
    for (const origin of ['null', 'x', `https://${'a'.repeat(300)}.example`, 'javascript://x']) await knock(origin);
    expect(await listed()).toEqual([]);
  });
});
