import { UserDto } from '@passbeam/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
let token: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  await passbeam.addUser({ username: 'mara', nickname: 'Mara', customData: { team: 'blue' }, externalId: 'hr-1' });
  token = await passbeam.signIn('mara');
});
afterEach(() => passbeam.close());

const read = (query: Record<string, string> = {}) => passbeam.v3('GET', 'get-profile', { token, query });
const update = (body: unknown) => passbeam.v3('POST', 'update-profile', { token, body });

describe('GET /api/v3/get-profile', () => {
  it('gives every field of the contract but customData', async () => {
    const { body } = await read();
    const expected = Object.keys(UserDto.properties).filter((field) => field !== 'customData');
    expect(Object.keys(body.data).sort()).toEqual(expected.sort());
    expect(body.data).toMatchObject({ username: 'mara', nickname: 'Mara', loginsCount: 1, lastIp: '127.0.0.1' });
  });

  it.each([
    ['true', { team: 'blue' }],
    ['false', undefined],
  ])('withCustomData=%s', async (withCustomData, customData) => {
    const { body } = await read({ withCustomData, withIdentities: 'true', withDepartmentIds: 'false' });
    expect(body.data.customData).toEqual(customData);
  });

  it('takes the token raw and as Bearer', async () => {
    for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`]) {
      const { body } = await passbeam.v3('GET', 'get-profile', { headers: { authorization } });
      expect(body.data.username).toBe('mara');
    }
  });

  it.each([
    ['no token', {}],
    ['nonsense', { authorization: 'Bearer nonsense' }],
    ['client credentials', { authorization: `Basic ${btoa('site:secret')}` }],
  ])('refuses %s', async (_, headers) => {
    const { body } = await passbeam.v3('GET', 'get-profile', { headers });
    expect(body).toMatchObject({ statusCode: 401, apiCode: 2020 });
  });

  it('refuses a flag that is not a word for yes or no', async () => {
    const { body } = await read({ withCustomData: 'yes' });
    expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining('withCustomData') });
  });
});

describe('POST /api/v3/update-profile', () => {
  it('changes, clears and leaves', async () => {
    const { body } = await update({ name: 'Mara M', nickname: null, gender: 'F', birthdate: '1990-01-01' });
    expect(body.data).toMatchObject({ name: 'Mara M', nickname: null, gender: 'F', username: 'mara' });
    expect((await read()).body.data).toMatchObject({ name: 'Mara M', nickname: null, birthdate: '1990-01-01' });
  });

  it('merges custom data', async () => {
    const { body } = await update({ customData: { level: 3 } });
    expect(body.data.customData).toEqual({ team: 'blue', level: 3 });
  });

  it('shows the default avatar for a photo that is not a plain https address', async () => {
    const { body } = await update({ photo: 'javascript:alert(1)' });
    expect(body.data.photo).toBe('http://localhost:3000/avatars/default.png');
    const good = await update({ photo: 'https://example.com/m.png' });
    expect(good.body.data.photo).toBe('https://example.com/m.png');
  });

  it('ignores what is not theirs to set', async () => {
    await update({ status: 'Archived', emailVerified: true, email: 'x@example.com', userId: 'x', roles: ['admin'] });
    expect((await read()).body.data).toMatchObject({ status: 'Activated', emailVerified: false, email: null });
  });

  it('names a username that is taken', async () => {
    const { body } = await update({ username: 'ALICE' });
    expect(body).toMatchObject({ statusCode: 409, apiCode: 2026, message: expect.stringContaining('username') });
  });

  it.each([
    ['a number for a name', { name: 1 }, 'name'],
    ['an unknown gender', { gender: 'X' }, 'gender'],
    ['an endless nickname', { nickname: 'x'.repeat(10_000) }, 'nickname'],
    ['a username like a phone', { username: '13800000009' }, 'username'],
    ['the last name to sign in with cleared', { username: null }, 'username'],
    ['text for custom data', { customData: 'text' }, 'customData'],
    ['too much custom data', { customData: { a: 'x'.repeat(5000) } }, 'customData'],
    ['a list for a body', [], 'body'],
  ])('%s is a 400 that names the field, and changes nothing', async (_, body, text) => {
    const before = (await read({ withCustomData: 'true' })).body.data;
    const reply = await update(body);
    expect(reply.http).toBe(200);
    expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining(text) });
    expect((await read({ withCustomData: 'true' })).body.data).toEqual(before);
  });

  it('needs a login', async () => {
    const { body } = await passbeam.v3('POST', 'update-profile', { body: { name: 'X' } });
    expect(body).toMatchObject({ statusCode: 401, apiCode: 2020 });
  });
});
