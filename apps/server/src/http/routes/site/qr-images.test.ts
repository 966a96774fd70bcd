import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam({ TRUSTED_PROXIES: '127.0.0.1' });
});
afterEach(() => passbeam.close());

const from = (address: string) => ({ 'x-forwarded-for': address });

/** Makes QR codes from as many addresses as it takes, for one may make 60 at a time. */
async function makeCodes(count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', {
      headers: from(`198.51.100.${Math.floor(index / 50)}`),
      body: { type: 'MOBILE_APP' },
    });
    paths.push(new URL(body.data.url).pathname);
  }
  return paths;
}

async function ask(path: string, address = '203.0.113.7', method: 'GET' | 'HEAD' = 'GET') {
  return passbeam.app.inject({ method, url: path, headers: from(address) });
}

describe('images of codes', () => {
  it('are drawn once: whoever asks again, as often as they like, gets the same bytes', async () => {
    const [path = ''] = await makeCodes(1);
    const replies = await Promise.all(Array.from({ length: 300 }, () => ask(path)));
    expect(new Set(replies.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(new Set(replies.map(({ rawPayload }) => rawPayload.toString('hex'))).size).toBe(1);
    expect((await ask(path, undefined, 'HEAD')).headers['content-length']).toBe(String(replies[0]?.rawPayload.length));
  });

  it('are drawn for one address 120 times in ten seconds, in whatever form, and what is drawn is still given', async () => {
    const paths = await makeCodes(63);
    for (const path of paths.slice(0, 30)) expect((await ask(path, undefined, 'HEAD')).statusCode).toBe(200);
    for (const path of paths.slice(0, 60)) {
      expect((await ask(path)).statusCode).toBe(200);
      expect((await ask(path.replace('.png', '.svg'))).statusCode).toBe(200);
    }
    const refused = await ask(paths[60] ?? '');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(paths[0] ?? '')).statusCode).toBe(200);
    expect((await ask(paths[60] ?? '', '203.0.113.8')).statusCode).toBe(200);
    expect((await ask(paths[60] ?? '')).statusCode, 'drawn for the other address').toBe(200);
  });

  it('leave a line in the log when they are drawn, and none when they are asked for again', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
    const logging = await openTestPassbeam({}, { log });
    const { body } = await logging.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const path = new URL(body.data.url).pathname;
    for (let times = 0; times < 20; times++) expect((await logging.app.inject(path)).statusCode).toBe(200);
    await logging.close();
    expect(lines.filter((line) => line.includes('/qr/:file'))).toHaveLength(1);
  });

  it('are not kept beyond the scan', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const path = new URL(body.data.url).pathname;
    expect((await ask(path)).statusCode).toBe(200);
    const token = await passbeam.signIn();
    await passbeam.v3('POST', 'set-qrcode-status', {
      app: 'phone',
      token,
      body: { qrcodeId: body.data.qrcodeId, action: 'SCAN' },
    });
    expect((await ask(path)).statusCode).toBe(404);
  });
});
