import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;
let accessKey: SigningKey;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
  const { accessKeyId: id, accessKeySecret: secret } = await accessKeyOf(passbeam);
  accessKey = { id, secret };
});
afterAll(() => passbeam.close());
// An hour passes before each test, so that it may rotate whatever the test before did.
beforeEach(() => passbeam.pass(3_600));

const rotate = async (key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', 'rotate-signing-key', { body: {}, key })).body;
const list = async (key?: SigningKey) => (await callSigned(passbeam, 'GET', 'list-signing-keys', { key })).body;
const keySet = async () => (await passbeam.app.inject('/oidc/.well-known/jwks.json')).json().keys as { kid: string }[];

describe('rotating the key that signs tokens', () => {
  it('lets a new one sign, while tokens of the old one stay good', async () => {
    const [old] = await keySet();
    const before = await passbeam.signIn();
    const { statusCode, data } = await rotate();
    expect(statusCode).toBe(200);
    expect((await keySet()).map(({ kid }) => kid)).toEqual([data.kid, old?.kid]);
    expect(decodeProtectedHeader(await passbeam.signIn()).kid).toBe(data.kid);
    expect((await passbeam.v3('GET', 'get-profile', { token: before })).body.statusCode).toBe(200);
    expect((await list()).data).toEqual([
      { kid: data.kid, createdAt: expect.any(String), retiredAt: null, verifiesUntil: null },
      expect.objectContaining({ kid: old?.kid, retiredAt: expect.any(String), verifiesUntil: expect.any(String) }),
    ]);
  });

  it('is refused for an hour afterwards, so that the key set stays short', async () => {
    const { data } = await rotate();
    passbeam.pass(3_000);
    const again = await callSigned(passbeam, 'POST', 'rotate-signing-key', { body: {} });
    expect(again).toMatchObject({ http: 429, body: { statusCode: 429 } });
    expect(again.headers['retry-after']).toBe('600');
    expect((await keySet())[0]?.kid).toBe(data.kid);
  });

  it('is for the secret of the pool, not for access keys, for it concerns every pool', async () => {
    const before = await keySet();
    expect(await rotate(accessKey)).toMatchObject({ statusCode: 403 });
    expect(await list(accessKey)).toMatchObject({ statusCode: 403 });
    expect(await keySet()).toEqual(before);
  });

  it('is in the log of what administrators did', async () => {
    const { data } = await rotate();
    const [event] = await passbeam.stores.audit.list({ type: 'admin.signing_key_rotated', limit: 1 });
    expect(event).toMatchObject({
      userPoolId: passbeam.pool.id,
      detail: { kid: data.kid, accessKeyId: passbeam.pool.id },
    });
  });
});

async function accessKeyOf(world: TestPassbeam): Promise<{ accessKeyId: string; accessKeySecret: string }> {
  const [data] = (await callSigned(world, 'POST', 'create-access-key', { body: {} })).body.data;
  return Array.isArray(data) ? data[0] : data;
}
