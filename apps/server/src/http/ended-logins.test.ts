import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPassword } from '../testing.ts';
import { type ContractWorld, openContractWorld } from './contract/world.fixture.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

/** Every token of one login: those it was given, and those made of them later. */
interface Login {
  userId: string;
  sid: string;
  access: string;
  id: string;
  refresh: string;
  /** The refresh token that was exchanged for `refresh` and is void since. */
  rotated: string;
  /** The access token from before the refresh: good until it expires. */
  elder: string;
  v2: string;
}

let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const oidc = (path: string, fields: Record<string, string>) =>
  world.v3('POST', path, { body: new URLSearchParams({ ...fields, ...world.siteProof }).toString(), headers: form });
let people = 0;

async function logIn(): Promise<Login> {
  const { id: userId, username } = await world.addUser({ username: `person${++people}` });
  const connection = { connection: 'PASSWORD', passwordPayload: { username, password: testPassword } };
  const options = { scope: 'openid profile offline_access' };
  const first = (await world.v3('POST', 'signin', { body: { ...connection, options, ...world.siteProof } })).body.data;
  const renewed = (await oidc('/oidc/token', { grant_type: 'refresh_token', refresh_token: first.refresh_token })).body;
  const v2 = await world.v3('POST', '/api/v2/users/refresh-token', { token: renewed.id_token, body: {} });
  const { sid } = JSON.parse(Buffer.from(first.access_token.split('.')[1], 'base64url').toString());
  return {
    userId,
    sid,
    access: renewed.access_token,
    id: renewed.id_token,
    refresh: renewed.refresh_token,
    rotated: first.refresh_token,
    elder: first.access_token,
    v2: v2.body.data.token,
  };
}

/** The calls that still accept a token of the login. */
async function openDoors({ access, elder, id, v2, refresh }: Login): Promise<string[]> {
  const doors: Record<string, () => Promise<boolean>> = {};
  for (const [name, token] of Object.entries({ access, elder })) {
    doors[`v3 ${name}`] = async () => (await world.v3('GET', 'get-profile', { token })).body.statusCode === 200;
    doors[`userinfo ${name}`] = async () =>
      (await world.v3('GET', '/oidc/me', { query: { access_token: token } })).http === 200;
    doors[`validate ${name}`] = async () =>
      (await world.v3('GET', '/api/v2/oidc/validate_token', { query: { access_token: token } })).body.sub !== undefined;
  }
  for (const [name, token] of Object.entries({ access, id, v2 })) {
    doors[`v2 ${name}`] = async () => (await world.v3('GET', '/api/v2/users/me', { token })).body.code === 200;
    const body = { query: 'query { user { id } }' };
    const headers = { authorization: token };
    doors[`graphql ${name}`] = async () =>
      (await world.v3('POST', '/graphql/v2', { body, headers })).body.errors === undefined;
    const grant = { grant_type: 'http://authing.cn/oidc/grant_type/authing_token', token };
    if (name !== 'access') doors[`grant ${name}`] = async () => (await oidc('/oidc/token', grant)).http === 200;
  }
  for (const [name, token] of Object.entries({ access, refresh })) {
    doors[`introspection ${name}`] = async () => (await oidc('/oidc/token/introspection', { token })).body.active;
  }
  // Tried last, because it makes a new refresh token.
  doors.refresh = async () =>
    (await oidc('/oidc/token', { grant_type: 'refresh_token', refresh_token: refresh })).http === 200;
  const open: string[] = [];
  for (const [name, isOpen] of Object.entries(doors)) if (await isOpen()) open.push(name);
  return open;
}

it('a login that stands is let in everywhere', async () => {
  expect(await openDoors(await logIn())).toHaveLength(17);
});

it.each(['access', 'id', 'v2'] as const)(
  'signing out with an expired %s token ends the login that stands',
  async (kind) => {
    const login = await logIn();
    world.pass(7200 + 31);
    expect((await world.v3('GET', '/api/v2/logout', { token: login[kind] })).body.code).toBe(200);
    expect((await world.stores.loginSessions.find(login.sid))?.revokedAt).not.toBeNull();
  },
);

describe('no token of a login works any more after', () => {
  it.each(['access', 'elder', 'id', 'refresh', 'rotated', 'v2'] as const)('its %s token was revoked', async (kind) => {
    const login = await logIn();
    expect((await oidc('/oidc/token/revocation', { token: login[kind] })).http).toBe(200);
    expect(await openDoors(login)).toEqual([]);
  });

  const signed = (path: string, body: (login: Login) => Record<string, unknown>) => async (login: Login) =>
    (await callSigned(world, 'POST', path, { body: body(login) })).body.statusCode;
  it.each<[string, (login: Login) => Promise<unknown>]>([
    [
      'it signed out of the second generation',
      async ({ v2 }) => (await world.v3('GET', '/api/v2/logout', { token: v2 })).body.code,
    ],
    [
      'the application sent it to the logout',
      async ({ id }) => (await world.v3('GET', '/oidc/session/end', { query: { id_token_hint: id } })).http,
    ],
    [
      'the person ended it',
      async ({ access, sid }) =>
        (await world.v3('POST', 'mydevices/revoke-session', { token: access, body: { deviceId: sid } })).body
          .statusCode,
    ],
    ['an operator kicked the person', signed('kick-users', ({ userId }) => ({ userId, appIds: ['site'] }))],
    ['an operator suspended the person', signed('update-user', ({ userId }) => ({ userId, status: 'Suspended' }))],
    [
      'an operator suspended the person and let them in again',
      async (login) => {
        await signed('update-user', ({ userId }) => ({ userId, status: 'Suspended' }))(login);
        return signed('update-user', ({ userId }) => ({ userId, status: 'Activated' }))(login);
      },
    ],
    [
      'an operator set a password',
      signed('update-user', ({ userId }) => ({ userId, password: 'another long passphrase' })),
    ],
    ['an operator deleted the person', signed('delete-users-batch', ({ userId }) => ({ userIds: [userId] }))],
    [
      'the person deleted the account',
      async ({ access }) => (await world.v3('DELETE', '/api/v2/users/delete', { token: access })).body.code,
    ],
    [
      'the person changed the password elsewhere',
      async ({ userId }) => {
        const user = await world.stores.users.find(userId);
        const passwordPayload = { username: user?.username, password: testPassword };
        const body = { connection: 'PASSWORD', passwordPayload };
        const { data } = (await world.v3('POST', 'signin', { app: 'phone', body })).body;
        const change = { newPassword: 'another long passphrase', oldPassword: testPassword };
        const token = data.access_token;
        return (await world.v3('POST', 'update-password', { app: 'phone', token, body: change })).body.statusCode;
      },
    ],
  ])('%s', async (_name, end) => {
    const login = await logIn();
    expect(await end(login)).toBe(200);
    expect(await openDoors(login)).toEqual([]);
  });
});
