import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { looksLikeQrcodeId, mayBeOurQrcodeId, newQrcodeId } from '../../core/qr/id.ts';
import { createSecrets } from '../../crypto/secrets.ts';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const newCode = async (): Promise<string> =>
  (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId;
const poll = async (qrcodeId: string) =>
  (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.statusCode;
const madeUp = () => passbeam.secrets.randomId(32);
async function askTooOften(): Promise<void> {
  for (let index = 0; index < 60; index++) expect(await poll(madeUp())).toBe(404);
  expect(await poll(madeUp())).toBe(429);
}

describe('a network that asks for too many unknown ids', () => {
  it('is refused without a look at the store, whether it polls or moves', async () => {
    const token = await passbeam.signIn('alice', passbeam.phoneApp);
    await askTooOften();
    const body = { qrcodeId: madeUp(), action: 'SCAN' };
    const move = await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body });
    expect(move).toMatchObject({ http: 429, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    const live = await newCode();
    await passbeam.stores.close();
    expect(await poll(madeUp())).toBe(429);
    // The id of a live code may be ours, so it is looked up, and that fails: the store is gone.
    expect(await poll(live)).not.toBe(429);
  });

  it('sees every live code all the same', async () => {
    const live = await newCode();
    await askTooOften();
    expect(await poll(live)).toBe(200);
    expect(await poll(await newCode())).toBe(200);
  });
});

it('an id of a code is told from a made-up one by every key of the server', () => {
  const [older, newer] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
  const before = newQrcodeId(createSecrets([older]));
  const rotated = createSecrets([newer, older]);
  expect([before, newQrcodeId(rotated)].map((id) => mayBeOurQrcodeId(rotated, id))).toEqual([true, true]);
  expect(mayBeOurQrcodeId(createSecrets([newer]), before)).toBe(false);
  expect(looksLikeQrcodeId(before)).toBe(true);
  const guesses = Array.from({ length: 1_000 }, () => mayBeOurQrcodeId(rotated, rotated.randomId(32)));
  expect(guesses.filter(Boolean)).toEqual([]);
});
