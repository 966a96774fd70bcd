import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const signup = (passwordPayload: unknown, rest: Record<string, unknown> = {}) =>
  passbeam.v3('POST', 'signup', { app: 'phone', body: { connection: 'PASSWORD', passwordPayload, ...rest } });
const mara = { username: 'mara', password: testPassword };

describe('POST /api/v3/signup', () => {
  it('gives the new user, who can sign in', async () => {
    const { body } = await signup(mara, { profile: { nickname: 'Mara', gender: 'F', customData: { team: 'blue' } } });
    expect(body).toMatchObject({
      statusCode: 200,
      data: {
        userId: expect.any(String),
        username: 'mara',
        nickname: 'Mara',
        gender: 'F',
        status: 'Activated',
        userSourceType: 'register',
        emailVerified: false,
        photo: 'http://localhost:3000/avatars/default.png',
      },
    });
    expect(body.data).not.toHaveProperty('customData');
    expect(body.data).not.toHaveProperty('passwordHash');
    const token = await passbeam.signIn('mara');
    const profile = await passbeam.v3('GET', 'get-profile', { token, query: { withCustomData: 'true' } });
    expect(profile.body.data.customData).toEqual({ team: 'blue' });
  });

  it('takes an e-mail address instead of a username', async () => {
    const { body } = await signup({ email: 'mara@example.com', password: testPassword });
    expect(body.data).toMatchObject({ email: 'mara@example.com', username: null });
  });

  it.each([
    ['username', { ...mara, username: 'ALICE' }, {}, 'passwordPayload.username'],
    ['e-mail', { email: 'ALICE@example.com', password: testPassword }, {}, 'passwordPayload.email'],
    ['e-mail in the profile', mara, { profile: { email: 'alice@example.com' } }, 'profile.email'],
    ['phone in the profile', mara, { profile: { phone: '+8613800000001' } }, 'profile.phone'],
  ])('names a taken %s as the caller spelt it', async (_, payload, rest, field) => {
    const { body } = await signup(payload, rest);
    expect(body).toMatchObject({ statusCode: 409, apiCode: 2026, message: expect.stringContaining(field) });
  });

  it('is closed when the pool says so', async () => {
    const { securitySettings } = passbeam.pool;
    await passbeam.directory.putPool({
      ...passbeam.pool,
      securitySettings: { ...securitySettings, registerDisabled: true },
    });
    expect((await signup(mara)).body).toMatchObject({ statusCode: 403, apiCode: 2031 });
  });

  it('slows an address that makes many', async () => {
    const https = [];
    for (let index = 0; index < 61; index++) https.push((await signup({ ...mara, password: 'abc' })).http);
    expect(https.at(0)).toBe(200);
    expect(https.at(-1)).toBe(429);
  });
});

describe('bad input', () => {
  const deep = { a: { b: { c: { d: { e: { f: 1 } } } } } };

  it.each([
    ['no name', { password: testPassword }, {}, 'passwordPayload.username'],
    ['two names', { ...mara, email: 'm@example.com' }, {}, 'exactly one'],
    [
      'two e-mail addresses',
      { email: 'a@b.co', password: testPassword },
      { profile: { email: 'c@d.co' } },
      'profile.email',
    ],
    ['a short password', { ...mara, password: '12345' }, {}, 'passwordPayload.password'],
    ['a common password', { ...mara, password: 'Password1' }, {}, 'passwordPayload.password'],
    ['a username like an e-mail address', { ...mara, username: 'a@b.co' }, {}, 'passwordPayload.username'],
    ['a username with a space', { ...mara, username: 'a b' }, {}, 'passwordPayload.username'],
    ['an e-mail address that is none', { email: 'nobody', password: testPassword }, {}, 'passwordPayload.email'],
    ['a phone that is none', mara, { profile: { phone: 'call me' } }, 'profile.phone'],
    ['deep custom data', mara, { profile: { customData: deep } }, 'profile.customData'],
    ['large custom data', mara, { profile: { customData: { a: 'x'.repeat(5000) } } }, 'profile.customData'],
    ['an unknown gender', mara, { profile: { gender: 'X' } }, 'profile.gender'],
    ['an endless nickname', mara, { profile: { nickname: 'x'.repeat(10_000) } }, 'profile.nickname'],
  ])('%s is a 400 that names the field, and makes nobody', async (_, payload, rest, text) => {
    const { body, http } = await signup(payload, rest);
    expect(http).toBe(200);
    expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining(text) });
    expect(body).not.toHaveProperty('data');
    expect(await passbeam.stores.users.findByLogin('pool1', 'username', 'mara')).toBeNull();
  });

  it('prototypes are out of reach', async () => {
    const body = `{"connection":"PASSWORD","passwordPayload":{"username":"mara","password":"${testPassword}"},"profile":{"customData":{"__proto__":{"isAdmin":true}}}}`;
    const reply = await passbeam.v3('POST', 'signup', { app: 'phone', body });
    expect(reply.body.statusCode).toBe(400);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('PASSCODE without its payload is a 400 that names it', async () => {
    const reply = await passbeam.v3('POST', 'signup', { app: 'phone', body: { connection: 'PASSCODE' } });
    expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining('passCodePayload') });
  });
});
