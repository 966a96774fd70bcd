import { isEnumType, isObjectType } from 'graphql';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEvent } from '../../core/audit/event.ts';
import type { User } from '../../core/users/user.ts';
import { type CallOptions, testPassword } from '../../testing.ts';
import { schema } from '../routes/graphql/schema/schema.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { type ContractWorld, openContractWorld, tokenSetKeys, v2UserKeys } from './world.fixture.ts';

/**
 * The objects inside replies (wire 6.1–6.5): each holds exactly the fields that the contract lists, and the further ones that are named
 * here.
 */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
  const { body } = await world.v3('POST', 'update-profile', {
    token: world.bob.access,
    body: { gender: 'F', locality: 'Somewhere', customData: { level: 3 } },
  });
  expect(body.statusCode).toBe(200);
});
afterAll(() => world.close());

const v3 = async (method: 'GET' | 'POST', path: string, options: CallOptions = {}) =>
  (await world.v3(method, path, options)).body;
const keysOf = (value: object) => Object.keys(value).sort();
const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('6.1 the v3 user', () => {
  const published = (
    'userId createdAt updatedAt status workStatus gender emailVerified phoneVerified userSourceType ' +
    'externalId email phone phoneCountryCode username name nickname photo givenName familyName middleName profile ' +
    'preferredUsername identityNumber loginsCount lastLogin lastIp lastLoginApp lastMfaTime signedUp statusChangedAt ' +
    'passwordLastSetAt passwordSecurityLevel resetPasswordOnNextLogin birthdate country province city address ' +
    'streetAddress postalCode company website zoneinfo locale formatted region browser device userSourceId ' +
    'registerSource mainDepartmentId departmentIds identities postIdList metadataSource tenantId'
  ).split(' ');
  /** `locality`: sign-up takes it (wire 4.2), so it is shown. */
  const keys = [...published, 'locality'].sort();

  const sources: [call: string, make: () => Promise<{ data: object }>][] = [
    ['GET get-profile', () => v3('GET', 'get-profile', { token: world.alice1.access })],
    ['POST update-profile', () => v3('POST', 'update-profile', { token: world.alice1.access, body: {} })],
    ['POST signup', () => v3('POST', 'signup', { body: { connection: 'PASSWORD', passwordPayload: fresh('dora') } })],
    ['GET get-user', async () => (await signed('GET', 'get-user', { query: { userId: world.alice.id } })).body],
    ['POST create-user', async () => (await signed('POST', 'create-user', { body: { username: 'erin' } })).body],
    [
      'POST update-user',
      async () => (await signed('POST', 'update-user', { body: { userId: world.alice.id, company: 'x' } })).body,
    ],
    ['POST list-users', async () => ({ data: (await signed('POST', 'list-users', { body: {} })).body.data.list[0] })],
    ['GET list-users', async () => ({ data: (await signed('GET', 'list-users', {})).body.data.list[0] })],
    [
      'GET get-user-batch',
      async () => ({
        data: (await signed('GET', 'get-user-batch', { query: { userIds: [world.alice.id] } })).body.data[0],
      }),
    ],
  ];
  const signed = (...call: [method: 'GET' | 'POST', path: string, options: object]) => callSigned(world, ...call);
  const fresh = (username: string) => ({ username, password: testPassword });

  it.each(sources)('%s gives exactly the published fields', async (_call, make) => {
    const { data } = await make();
    expect(keysOf(data)).toEqual(keys);
  });

  it('of somebody who gave nothing: null for text, empty lists, and words with their defaults', async () => {
    const { data } = await v3('POST', 'signup', {
      body: { connection: 'PASSWORD', passwordPayload: fresh('quiet') },
    });
    const text = (
      'externalId email phone phoneCountryCode name nickname givenName familyName middleName profile ' +
      'preferredUsername identityNumber lastLogin lastIp lastLoginApp lastMfaTime birthdate country province city ' +
      'address streetAddress locality postalCode company website zoneinfo locale formatted region browser device ' +
      'userSourceId mainDepartmentId tenantId statusChangedAt'
    ).split(' ');
    expect(data).toEqual({
      ...Object.fromEntries(text.map((name) => [name, null])),
      userId: expect.any(String),
      username: 'quiet',
      createdAt: iso,
      updatedAt: iso,
      signedUp: iso,
      passwordLastSetAt: iso,
      status: 'Activated',
      workStatus: 'Active',
      gender: 'U',
      emailVerified: false,
      phoneVerified: false,
      userSourceType: 'register',
      photo: 'http://localhost:3000/avatars/default.png',
      loginsCount: 0,
      passwordSecurityLevel: expect.any(Number),
      resetPasswordOnNextLogin: false,
      registerSource: expect.any(Array),
      departmentIds: [],
      identities: [],
      postIdList: [],
      metadataSource: {},
    });
  });

  it('customData comes only with withCustomData', async () => {
    const ask = async (query: Record<string, string>) =>
      (await v3('GET', 'get-profile', { token: world.bob.access, query })).data;
    expect(keysOf(await ask({}))).toEqual(keys);
    expect(keysOf(await ask({ withCustomData: 'false' }))).toEqual(keys);
    const full = await ask({ withCustomData: 'true' });
    expect(keysOf(full)).toEqual([...keys, 'customData'].sort());
    expect(full.customData).toEqual({ level: 3 });
  });

  it.each(['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived'] as const)('status %s', async (status) => {
    const { body } = await signed('POST', 'create-user', { body: { username: `is-${status}`, status } });
    expect(body.data).toMatchObject({ status });
  });
  it('workStatus is Active: nothing here makes it Closed', async () => {
    const { body } = await signed('GET', 'get-user', { query: { userId: world.alice.id } });
    expect(body.data.workStatus).toBe('Active');
  });
  it.each(['M', 'F', 'U'])('gender %s', async (gender) => {
    const { data } = await v3('POST', 'update-profile', { token: world.bob.access, body: { gender } });
    expect(data.gender).toBe(gender);
  });
  it.each([
    ['register', () => v3('POST', 'signup', { body: { connection: 'PASSWORD', passwordPayload: fresh('ned') } })],
    ['adminCreated', async () => (await signed('POST', 'create-user', { body: { username: 'ann' } })).body],
  ])('userSourceType %s (excel and sync: no such source here; 9, 31)', async (userSourceType, make) => {
    expect((await make()).data.userSourceType).toBe(userSourceType);
  });
});

describe('6.2 the V2 user', () => {
  const logIn = async (account: string, more: object = {}) =>
    v3('POST', '/api/v2/login/account', {
      app: 'phone',
      body: { account, password: world.encrypt(testPassword), ...more },
    });
  const withLogin = [...v2UserKeys, 'token', 'tokenExpiredAt'].sort();
  const own = (path: string, body?: object) => async () =>
    v3(body ? 'POST' : 'GET', path, { app: 'phone', token: `Bearer ${world.alice1.login}`, body });
  const register = async (username: string, more: object = {}) =>
    v3('POST', '/api/v2/register/username', { body: { username, password: world.encrypt(testPassword), ...more } });

  const sources: [call: string, make: () => Promise<{ data: object }>, keys: readonly string[]][] = [
    ['POST login/account', () => logIn('alice'), withLogin],
    ['GET users/me', own('/api/v2/users/me'), withLogin],
    ['GET users/me/info', own('/api/v2/users/me/info'), withLogin],
    ['POST users/profile/update', own('/api/v2/users/profile/update', {}), withLogin],
    // iat and exp: the life of the token, beside it.
    ['POST users/refresh-token', own('/api/v2/users/refresh-token', {}), [...withLogin, 'iat', 'exp']],
    ['POST register/username', () => register('v2-new'), v2UserKeys],
    ['POST register/username with a login', () => register('v2-in', { forceLogin: true }), withLogin],
    ['GET users/:id', async () => (await callSigned(world, 'GET', `/api/v2/users/${world.alice.id}`)).body, v2UserKeys],
    [
      'POST users/batch',
      async () => ({
        data: (await callSigned(world, 'POST', '/api/v2/users/batch', { body: { ids: [world.alice.id] } })).body
          .data[0],
      }),
      v2UserKeys,
    ],
  ];
  it.each(sources)(
    '%s gives exactly the published fields; a token only where a login is',
    async (_call, make, keys) => {
      expect(keysOf((await make()).data)).toEqual([...keys].sort());
    },
  );

  it('GraphQL knows it by the same names, and those only it selects (wire 4.6)', () => {
    const fieldsOf = (type: string) => {
      const found = schema.getType(type);
      if (!isObjectType(found)) throw new Error(`no type ${type}`);
      return keysOf(found.getFields());
    };
    const selectable = ['token', 'tokenExpiredAt', 'customData', 'newlyCreated', 'expiredAt', 'directManagement'];
    // Beyond the published set: js asks for the main department in some of its documents.
    const beyond = ['mainDepartmentId', 'mainDepartmentCode'];
    // GraphQL spells the address one way (wire 9, row 14).
    const rest = v2UserKeys.filter((name) => name !== 'lastIp');
    expect(fieldsOf('User')).toEqual([...rest, ...selectable, ...beyond].sort());
    expect(fieldsOf('Identity')).toEqual(
      'connectionId extIdpId isSocial openid provider type userId userIdInIdp userPoolId'.split(' '),
    );
    expect(fieldsOf('UserCustomData')).toEqual(['dataType', 'key', 'label', 'value']);
    expect(fieldsOf('UserDefinedField')).toEqual(['dataType', 'key', 'label', 'options', 'targetType']);
    expect(fieldsOf('UserDefinedDataMap')).toEqual(['data', 'targetId']);
    const dataType = schema.getType('UDFDataType');
    expect(isEnumType(dataType) && dataType.getValues().map(({ name }) => name)).toEqual(
      'STRING NUMBER DATETIME BOOLEAN OBJECT SELECT'.split(' '),
    );
  });

  it('has the types the phones parse', async () => {
    const { data } = await register('quiet-v2');
    expect(data).toMatchObject({
      id: expect.any(String),
      arn: expect.stringMatching(/^arn:cn:authing:pool1:user:/),
      userPoolId: 'pool1',
      status: 'Activated',
      loginsCount: 0,
      blocked: false,
      isDeleted: false,
      emailVerified: false,
      phoneVerified: false,
      identities: [],
      oauth: '',
      password: null,
      photo: 'http://localhost:3000/avatars/default.png',
      gender: 'U',
      signedUp: iso,
      createdAt: iso,
      updatedAt: iso,
      nickname: null,
      email: null,
    });
  });

  it('says the address under both names, and its token lives 15 days (wire 9, rows 14, 37)', async () => {
    const { data } = await logIn('bob');
    expect(data.lastIp).toBe('127.0.0.1');
    expect(data.lastIP).toBe(data.lastIp);
    expect(data.tokenExpiredAt).toEqual(iso);
    expect(Date.parse(data.tokenExpiredAt) - world.clock.now()).toBe(15 * 86_400_000);
  });

  it('is blocked when it is not active', async () => {
    const { data } = await callSigned(world, 'POST', '/api/v2/users/batch', {
      body: { ids: ['sam'], type: 'username' },
    }).then(({ body }) => body);
    expect(data[0]).toMatchObject({ username: 'sam', status: 'Suspended', blocked: true, isDeleted: false });
  });

  it('carries custom data where it was asked for', async () => {
    expect((await logIn('bob', { withCustomData: true })).data.customData).toEqual({ level: 3 });
    expect((await logIn('bob', { withCustomData: false })).data).not.toHaveProperty('customData');
  });
});

describe('6.3 LoginTokenResponseDataDto', () => {
  const signIn = async (scope?: string) =>
    (
      await v3('POST', 'signin', {
        app: 'phone',
        body: {
          connection: 'PASSWORD',
          passwordPayload: { username: 'alice', password: testPassword },
          options: { scope },
        },
      })
    ).data;

  it('holds exactly the published fields and expires_in (wire 9, row 11)', async () => {
    const data = await signIn();
    expect(keysOf(data)).toEqual(tokenSetKeys);
    expect(data).toMatchObject({ scope: 'openid profile', token_type: 'Bearer', expire_in: 7200, expires_in: 7200 });
  });
  it('has a refresh_token with offline_access only', async () => {
    expect(keysOf(await signIn('openid offline_access'))).toEqual([...tokenSetKeys, 'refresh_token'].sort());
  });
  it('has an id_token with openid only', async () => {
    expect(await signIn('profile')).not.toHaveProperty('id_token');
  });
  it('OIDC replies say expires_in alone (wire 9, row 11)', async () => {
    const { statusCode, body } = await world.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: 'client_credentials', ...world.siteProof }).toString(),
    });
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ token_type: 'Bearer', expires_in: 7200 });
    expect(JSON.parse(body)).not.toHaveProperty('expire_in');
  });
});

describe('6.4 display name and photo', () => {
  type Person = Partial<Pick<User, 'username' | 'email' | 'phone'>> & { profile?: User['profile'] };
  const everything: Person = {
    username: 'user-name',
    email: 'mail@example.com',
    phone: '+8613812345678',
    profile: { nickname: 'Nick', name: 'Name', givenName: 'Given', familyName: 'Family' },
  };
  const without = (...names: string[]): Person => {
    const { profile, ...account } = everything;
    const rest = (part: object) => Object.fromEntries(Object.entries(part).filter(([name]) => !names.includes(name)));
    return { ...rest(account), profile: rest(profile ?? {}) };
  };
  const order: [says: string, person: Person, shown: string][] = [
    ['nickname', everything, 'Nick'],
    ['username', without('nickname'), 'user-name'],
    ['name', without('nickname', 'username'), 'Name'],
    ['givenName', without('nickname', 'username', 'name'), 'Given'],
    ['familyName', without('nickname', 'username', 'name', 'givenName'), 'Family'],
    ['email, masked', without('nickname', 'username', 'name', 'givenName', 'familyName'), 'm***@example.com'],
    ['phone, masked', without('nickname', 'username', 'name', 'givenName', 'familyName', 'email'), '***5678'],
    ['a neutral word for the id', { profile: {} }, 'User'],
  ];

  it.each(order)('%s', async (says, person, shown) => {
    const username = `shown-${says.replaceAll(/\W/g, '')}`;
    const user = await world.addUser({ username });
    const token = await world.signIn(username);
    const changed = { ...user, username: null, email: null, phone: null, ...person, version: user.version + 1 };
    // The person's sign-in has written the row, too, so it is read again.
    const current = await world.stores.users.find(user.id);
    await world.stores.users.update(
      { ...changed, version: (current?.version ?? user.version) + 1 },
      newEvent(world.secrets, 'user.updated', null),
    );
    const qrcodeId = await world.newCode();
    expect((await world.move(qrcodeId, 'SCAN', token)).body.statusCode).toBe(200);
    const brief = { displayName: shown, photo: 'http://localhost:3000/avatars/default.png' };
    expect((await v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).data.briefUserInfo).toEqual(brief);
    expect((await v3('GET', '/api/v2/qrcode/check', { query: { random: qrcodeId } })).data.userInfo).toEqual({
      nickname: shown,
      photo: brief.photo,
    });
    await world.stores.users.update(
      { ...changed, username, email: null, phone: null, version: (current?.version ?? user.version) + 2 },
      newEvent(world.secrets, 'user.updated', null),
    );
  });

  it('the default avatar is our own, and is there', async () => {
    expect((await world.app.inject('/avatars/default.png')).statusCode).toBe(200);
  });
});

describe('6.5 claims', () => {
  /** Our claims beyond the published ones: application, pool, login, and how the person proved themselves. */
  const ours = ['client_id', 'userpool_id', 'sid', 'amr'];
  const standard = { iss: 'http://localhost:3000/oidc', aud: 'phone' };

  it('access token', async () => {
    const token = world.alice1.access;
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'at+jwt' });
    const claims = decodeJwt(token);
    expect(keysOf(claims)).toEqual(['jti', 'sub', 'iat', 'exp', 'scope', 'iss', 'aud', ...ours].sort());
    expect(claims).toMatchObject({ ...standard, sub: world.alice.id, scope: 'openid profile' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(7200);
  });

  it('ID token: of the empty facts it says nothing', async () => {
    const token = world.alice1.id;
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'JWT' });
    const claims = decodeJwt(token);
    expect(keysOf(claims)).toEqual(
      [
        ...['sub', 'aud', 'iss', 'iat', 'exp', 'at_hash', 'nickname', 'picture', 'gender', 'updated_at'],
        ...['auth_time', 'amr', 'sid', 'preferred_username'],
      ].sort(),
    );
    expect(claims).toMatchObject({ ...standard, sub: world.alice.id, gender: 'U', nickname: 'Alice' });
    // What a person is called where they chose nothing else.
    expect(claims.preferred_username).toBe('alice');
    expect(Number(claims.exp) - Number(claims.iat)).toBe(7200);
  });

  const profile = {
    name: 'Full Name',
    nickname: 'Nick',
    photo: 'https://example.com/p.png',
    givenName: 'Given',
    familyName: 'Family',
    middleName: 'Middle',
    preferredUsername: 'preferred',
    profile: 'https://example.com/me',
    website: 'https://example.com',
    gender: 'M',
    birthdate: '2000-01-02',
    zoneinfo: 'Asia/Shanghai',
    locale: 'zh-CN',
    address: 'Street 1',
    country: 'CN',
  };
  const claimOf: Record<string, [claim: string, value: unknown][]> = {
    profile: [
      ['name', 'Full Name'],
      ['nickname', 'Nick'],
      ['picture', 'https://example.com/p.png'],
      ['given_name', 'Given'],
      ['family_name', 'Family'],
      ['middle_name', 'Middle'],
      ['preferred_username', 'preferred'],
      ['profile', 'https://example.com/me'],
      ['website', 'https://example.com'],
      ['gender', 'M'],
      ['birthdate', '2000-01-02'],
      ['zoneinfo', 'Asia/Shanghai'],
      ['locale', 'zh-CN'],
      ['updated_at', expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)],
    ],
    email: [
      ['email', 'fay@example.com'],
      ['email_verified', false],
    ],
    phone: [
      ['phone_number', expect.stringContaining('13800000077')],
      ['phone_number_verified', false],
    ],
    username: [['username', 'fay']],
  };
  let said: Promise<Record<string, Record<string, unknown>>> | undefined;
  /** Claims of an ID token per scope, and of userinfo under `me`. */
  function claims() {
    said ??= (async () => {
      await world.addUser({ username: 'fay', email: 'fay@example.com', phone: '+8613800000077' });
      await v3('POST', 'update-profile', { token: await world.signIn('fay'), body: profile });
      const ask = async (scope: string) =>
        (
          await v3('POST', 'signin', {
            app: 'phone',
            body: {
              connection: 'PASSWORD',
              passwordPayload: { username: 'fay', password: testPassword },
              options: { scope },
            },
          })
        ).data;
      const found: Record<string, Record<string, unknown>> = {};
      for (const scope of Object.keys(claimOf)) found[scope] = decodeJwt((await ask(`openid ${scope}`)).id_token);
      const { access_token: token } = await ask('openid profile email phone address');
      found.me = (await world.v3('GET', '/oidc/me', { app: null, token: `Bearer ${token}` })).body;
      return found;
    })();
    return said;
  }
  const claimRows = Object.entries(claimOf).flatMap(([scope, list]) =>
    list.map(([claim, value]): [string, string, unknown] => [scope, claim, value]),
  );
  it.each(claimRows)('ID token with scope %s says %s', async (scope, claim, value) => {
    const all = await claims();
    expect(all[scope]?.[claim]).toEqual(value);
    for (const other of Object.keys(claimOf).filter((name) => name !== scope)) {
      expect(all[other]).not.toHaveProperty(claim);
    }
  });
  it('userinfo says the same, and address as an object', async () => {
    const { me } = await claims();
    for (const [scope, claim, value] of claimRows) if (scope !== 'username') expect(me?.[claim]).toEqual(value);
    expect(me?.address).toEqual({ formatted: 'Street 1', country: 'CN' });
  });

  it('V2 login token: HS256 with the secret of the application, 15 days', async () => {
    const token = world.alice1.login;
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'HS256' });
    const claims = decodeJwt(token);
    expect(keysOf(claims)).toEqual(['sub', 'iat', 'exp', 'data', 'aud', 'sid'].sort());
    expect(Number(claims.exp) - Number(claims.iat)).toBe(15 * 86_400);
    expect(claims.data).toEqual({
      type: 'user',
      id: world.alice.id,
      email: 'alice@example.com',
      userPoolId: 'pool1',
      arn: `arn:cn:authing:pool1:user:${world.alice.id}`,
      appId: 'phone',
      username: 'alice',
      phone: world.alice.phone,
    });
    const currentDate = new Date(world.clock.now());
    const verified = await jwtVerify(token, new TextEncoder().encode(world.phoneApp.secret), { currentDate });
    expect(verified.payload.sub).toBe(world.alice.id);
  });

  it('management token: scoped_userpool_id, exp, in plain base64 (wire 9, row 39); 7200 s', async () => {
    const body = { accessKeyId: 'pool1', accessKeySecret: world.pool.secret };
    const { data } = await v3('POST', 'get-management-token', { body });
    expect(keysOf(data)).toEqual(['access_token', 'expires_in']);
    expect(data.expires_in).toBe(7200);
    expect(decodeJwt(data.access_token)).toMatchObject({ scoped_userpool_id: 'pool1', exp: expect.any(Number) });
    expect(data.access_token.split('.')[1]).not.toMatch(/[-_]/);
  });

  it('the key in use is first, and found by kid, at both addresses (wire 9, rows 26, 38)', async () => {
    for (const path of ['/oidc/.well-known/jwks.json', '/phone/oidc/.well-known/jwks.json']) {
      const { keys } = (await world.v3('GET', path, { app: null })).body;
      expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' });
      expect(keys[0].kid).toBe(decodeProtectedHeader(world.alice1.access).kid);
      expect(keys[0].kid).toBe(decodeProtectedHeader(world.alice1.id).kid);
    }
  });
});
