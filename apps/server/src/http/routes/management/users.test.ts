import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';
import { callSigned, type SignedCallOptions, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const post = async (path: string, body: Record<string, unknown>, options: Parameters<typeof callSigned>[3] = {}) =>
  (await callSigned(passbeam, 'POST', path, { body, ...options })).body;
const get = async (path: string, query: SignedCallOptions['query'], options: Parameters<typeof callSigned>[3] = {}) =>
  (await callSigned(passbeam, 'GET', path, { query, ...options })).body;
const signIn = async (username: string, password: string) =>
  (
    await passbeam.v3('POST', 'signin', {
      app: 'phone',
      body: { connection: 'PASSWORD', passwordPayload: { username, password } },
    })
  ).body;
const lastEvent = async (type: string) =>
  (await passbeam.stores.audit.list({ userPoolId: 'pool1', type, limit: 1 }))[0];
const usernames = (body: { data: { list: { username: string }[] } }) => body.data.list.map(({ username }) => username);

describe('create-user', () => {
  it('keeps what the published form names, and drops what it does not', async () => {
    const { data } = await post('create-user', {
      username: 'bea',
      email: 'Bea@Example.com',
      emailVerified: true,
      phone: '138 0000 0002',
      phoneCountryCode: '+86',
      externalId: 'hr-7',
      name: 'Bea B.',
      gender: 'F',
      company: 'Shop',
      status: 'Suspended',
      customData: { team: 'blue' },
      identities: [],
      departmentIds: ['d1'],
      evil: 'x',
      password: testPassword,
      options: { resetPasswordOnFirstLogin: true, sendNotification: { sendEmailNotification: true } },
    });
    expect(data).toMatchObject({
      username: 'bea',
      email: 'Bea@Example.com',
      emailVerified: true,
      phone: '13800000002',
      externalId: 'hr-7',
      name: 'Bea B.',
      gender: 'F',
      status: 'Suspended',
      customData: { team: 'blue' },
      resetPasswordOnNextLogin: true,
      userSourceType: 'adminCreated',
    });
    const stored = await passbeam.stores.users.find(data.userId);
    expect(stored?.profile).toEqual({ name: 'Bea B.', gender: 'F', company: 'Shop' });
    expect(await lastEvent('admin.user_created')).toMatchObject({
      userId: data.userId,
      detail: { accessKeyId: 'pool1' },
    });
  });

  it.each([
    [{ username: 'ALICE' }, 409, 2026, 'username'],
    [{ email: 'alice@EXAMPLE.com' }, 409, 2026, 'email'],
    [{ name: 'Nobody' }, 400, 2231, 'username'],
    [{ username: 'bob', password: '123456' }, 400, 2029, 'password'],
    [{ username: 'bob', gender: 'X' }, 400, 2231, 'gender'],
    [{ username: 'bob', password: 'plain text', options: { keepPassword: true } }, 400, 2231, 'password'],
    [{ username: 'bob', password: 'x', options: { passwordEncryptType: 'sm2' } }, 400, 2016, 'password'],
  ])('refuses %j', async (body, statusCode, apiCode, word) => {
    expect(await post('create-user', body)).toMatchObject({
      statusCode,
      apiCode,
      message: expect.stringContaining(word),
    });
  });

  it('keeps a bcrypt hash from elsewhere, and renews it at the first sign-in', async () => {
    const password = hashSync('old but good', 4).replace('$2b$', '$2y$');
    const { data } = await post('create-user', { username: 'bob', password, options: { keepPassword: true } });
    const hash = async () => (await passbeam.stores.users.find(data.userId))?.passwordHash;
    expect(await hash()).toBe(password);
    expect((await signIn('bob', 'old but bad')).apiCode).toBe(2333);
    expect((await signIn('bob', 'old but good')).statusCode).toBe(200);
    expect(await hash()).toMatch(/^\$argon2id\$/);
    expect((await signIn('bob', 'old but good')).statusCode).toBe(200);
  });

  it('sets a password nobody knows when asked to', async () => {
    const { data } = await post('create-user', { username: 'bob', options: { autoGeneratePassword: true } });
    expect((await passbeam.stores.users.find(data.userId))?.passwordHash).toMatch(/^\$argon2id\$/);
  });
});

describe('an id from elsewhere', () => {
  const userId = '5f9d0c1e2b3a4d5e6f708192';
  const create = (body: Record<string, unknown>, key?: SigningKey) =>
    post('create-user', { username: 'bea', ...body }, { key });

  it('is kept, in create-user and in create-users-batch', async () => {
    expect((await create({ userId })).data).toMatchObject({ userId, username: 'bea' });
    const others = ['5f9d0c1e2b3a4d5e6f708193', 'aZ3dXc1e2b3a4d5e6f7081Q4'];
    const list = others.map((id, index) => ({ userId: id, username: `user${index}` }));
    const { data } = await post('create-users-batch', { list });
    expect(data.map((user: { userId: string }) => user.userId)).toEqual(others);
    expect((await get('get-user', { userId })).data.username).toBe('bea');
  });

  it.each([
    ['short', 'must match'],
    ['5f9d0c1e-2b3a-4d5e-6f70-819200000000', 'must match'],
    ['app0123456789012345678ab', 'is the id of an application or a user pool'],
  ])('is refused when it is %s', async (id, text) => {
    const site = passbeam.directory.getApplication('site');
    await passbeam.directory.putApplication({ ...site, id: 'app0123456789012345678ab' });
    const { statusCode, message } = await create({ userId: id });
    expect(statusCode).toBe(400);
    expect(message).toContain('userId');
    expect(message).toContain(text);
  });

  it('is refused when somebody of any user pool has it, or had it before they were deleted', async () => {
    const other = await passbeam.addPool('pool2');
    const refused = {
      statusCode: 409,
      apiCode: 2026,
      message: expect.stringContaining('userId belongs to somebody of this server, or did until they were deleted'),
    };
    await create({ userId });
    expect(await create({ userId, username: 'bob' })).toMatchObject(refused);
    expect(await create({ userId, username: 'bob' }, other)).toMatchObject(refused);
    await post('delete-users-batch', { userIds: [userId] });
    expect(await create({ userId })).toMatchObject(refused);
    expect(await create({ userId }, other)).toMatchObject(refused);
    expect((await get('get-user', { userId })).statusCode).toBe(404);
    const list = [{ username: 'cy' }, { username: 'dan', userId }];
    const { message } = await post('create-users-batch', { list });
    expect(message).toContain('list.1.userId belongs to somebody of this server');
  });

  it('is for owners alone', async () => {
    const { data } = await post('create-access-key', { role: 'operator' });
    const [{ accessKeyId, accessKeySecret }] = data;
    const key = { id: accessKeyId, secret: accessKeySecret };
    const refusal = { statusCode: 403, apiCode: 1001, message: expect.stringContaining('userId') };
    expect(await create({ userId }, key)).toMatchObject(refusal);
    expect(await post('create-users-batch', { list: [{ username: 'bea', userId }] }, { key })).toMatchObject(refusal);
    expect((await create({}, key)).statusCode).toBe(200);
  });
});

describe('create-users-batch', () => {
  it('creates all, in order', async () => {
    const body = await post('create-users-batch', { list: [{ username: 'u1' }, { email: 'u2@example.com' }] });
    expect(body.data).toMatchObject([{ username: 'u1' }, { email: 'u2@example.com' }]);
  });

  it.each([
    [[{ username: 'u1' }, { username: 'Alice' }], 'list.1.username'],
    [[{ username: 'u1' }, { username: 'U1' }], 'list.1.username'],
    [[{ username: 'u1' }, { username: 'a b' }], 'list.1.username'],
  ])('creates none when one cannot be: %j', async (list, field) => {
    expect(await post('create-users-batch', { list })).toMatchObject({ message: expect.stringContaining(field) });
    expect((await post('is-user-exists', { username: 'u1' })).data).toEqual({ exists: false });
    expect(await lastEvent('admin.user_created')).toBeUndefined();
  });
});

describe('get-user and get-user-batch', () => {
  beforeEach(async () => {
    await passbeam.addUser({ username: 'bob', externalId: 'EXT-1', customData: { a: 1 } });
  });

  it.each([
    [{ userIdType: 'username', userId: 'ALICE' }, 'alice'],
    [{ userIdType: 'email', userId: 'Alice@example.com' }, 'alice'],
    [{ userIdType: 'phone', userId: '+86 138 0000 0001' }, 'alice'],
    [{ userIdType: 'external_id', userId: 'EXT-1' }, 'bob'],
  ])('find by %j', async (query, username) => {
    expect((await get('get-user', query)).data.username).toBe(username);
  });

  it('find by id, with custom data when asked', async () => {
    const found = await get('get-user', { userId: passbeam.alice.id, withCustomData: 'false' });
    expect(found.data).toMatchObject({ userId: passbeam.alice.id, username: 'alice' });
    expect(found.data.customData).toBeUndefined();
    const bob = await get('get-user', { userId: 'bob', userIdType: 'username', withCustomData: 'true' });
    expect(bob.data.customData).toEqual({ a: 1 });
  });

  it.each([
    [{ userId: 'alice' }, 404, 2004],
    [{ userId: 'idp:7', userIdType: 'identity' }, 404, 2004],
    [{ userId: 'wechat:7', userIdType: 'sync_relation' }, 404, 2004],
    [{ userId: 'k:v', userIdType: 'custom_field' }, 400, 2231],
    [{}, 400, 2231],
  ])('refuse %j', async (query, statusCode, apiCode) => {
    expect(await get('get-user', query as Record<string, string>)).toMatchObject({ statusCode, apiCode });
  });

  it('give several in the order asked, by list or with commas, and leave out who is not there', async () => {
    const asked = { userIdType: 'username' };
    const repeated = await get('get-user-batch', { ...asked, userIds: ['bob', 'nobody', 'ALICE', 'Bob'] });
    expect(repeated.data.map(({ username }: { username: string }) => username)).toEqual(['bob', 'alice']);
    expect((await get('get-user-batch', { ...asked, userIds: 'alice,bob' })).data).toHaveLength(2);
    expect((await get('get-user-batch', { ...asked, userIds: ['alice'] })).data).toHaveLength(1);
    expect(await get('get-user-batch', asked)).toMatchObject({ statusCode: 400 });
    expect(await get('get-user-batch', { userIds: Array(101).fill('x') })).toMatchObject({ statusCode: 400 });
  });
});

describe('list-users', () => {
  beforeEach(async () => {
    for (const [username, nickname, extra] of [
      ['bob', 'Bobby', { email: 'bob@shop.example', profile: { gender: 'M', city: 'Köln' } }],
      ['carol', '100%_sure', { profile: { gender: 'F' } }],
      ['dave', 'Ärger', { externalId: 'x1', customData: { a: 1 } }],
    ] as const) {
      passbeam.pass(60);
      await passbeam.addUser({ username, nickname, ...extra });
    }
  });

  it('is the newest first, in pages, with the count of all', async () => {
    const all = await post('list-users', {});
    expect(all.data.totalCount).toBe(4);
    expect(usernames(all)).toEqual(['dave', 'carol', 'bob', 'alice']);
    const second = await post('list-users', { options: { pagination: { page: 2, limit: 3 }, withCustomData: true } });
    expect(second.data).toMatchObject({ totalCount: 4, list: [{ username: 'alice', customData: {} }] });
    expect(await post('list-users', { options: { pagination: { limit: 51 } } })).toMatchObject({ statusCode: 400 });
  });

  it.each([
    [{ keywords: 'BOB' }, ['bob']],
    [{ keywords: '%_' }, ['carol']],
    [{ keywords: 'ärg' }, []],
    [{ keywords: 'Ärg' }, ['dave']],
    [{ keywords: 'alice@' }, ['alice']],
    [{ keywords: 'bob', options: { fuzzySearchOn: ['nickname'] } }, ['bob']],
    [{ keywords: 'carol', options: { fuzzySearchOn: ['nickname'] } }, []],
    [{ keywords: 'carol', options: { fuzzySearchOn: [] } }, ['carol']],
    [{ advancedFilter: [{ field: 'username', operator: 'EQUAL', value: 'BOB' }] }, ['bob']],
    [{ advancedFilter: [{ field: 'username', operator: 'NOT_EQUAL', value: 'bob' }] }, ['dave', 'carol', 'alice']],
    [{ advancedFilter: [{ field: 'email', operator: 'CONTAINS', value: 'Shop' }] }, ['bob']],
    [{ advancedFilter: [{ field: 'email', operator: 'NOT_CONTAINS', value: 'shop' }] }, ['dave', 'carol', 'alice']],
    [{ advancedFilter: [{ field: 'externalId', operator: 'NOT_NULL' }] }, ['dave']],
    [{ advancedFilter: [{ field: 'city', operator: 'IS_NULL' }] }, ['dave', 'carol', 'alice']],
    [{ advancedFilter: [{ field: 'username', operator: 'IN', value: ['Bob', 'dave', 'x'] }] }, ['dave', 'bob']],
    [{ advancedFilter: [{ field: 'gender', operator: 'EQUAL', value: 'U' }] }, ['dave', 'alice']],
    [{ advancedFilter: [{ field: 'createdAt', operator: 'GREATER', value: 1_800_000_120_000 }] }, ['dave', 'carol']],
    [
      {
        advancedFilter: [
          { field: 'createdAt', operator: 'BETWEEN', value: ['2027-01-15T08:01:00.000Z', 1_800_000_120_000] },
        ],
      },
      ['carol', 'bob'],
    ],
    [
      {
        advancedFilter: [
          { field: 'gender', operator: 'EQUAL', value: 'F' },
          { field: 'username', operator: 'EQUAL', value: 'bob' },
        ],
      },
      [],
    ],
    // Everybody was created on that day, which counts up to its last moment.
    [
      { advancedFilter: [{ field: 'signedUp', operator: 'BETWEEN', value: ['2027-01-15', '2027-01-15'] }] },
      ['dave', 'carol', 'bob', 'alice'],
    ],
    [{ advancedFilter: [{ field: 'createdAt', operator: 'LESSER', value: '2027-01-14' }] }, []],
    [
      { advancedFilter: [{ field: 'createdAt', operator: 'LESSER', value: '2027-01-15T16:01:00+08:00' }] },
      ['bob', 'alice'],
    ],
    [{ advancedFilter: [{ field: 'lastLoginTime', operator: 'IS_NULL' }] }, ['dave', 'carol', 'bob', 'alice']],
    [{ advancedFilter: [{ field: 'identity', operator: 'NOT_NULL' }] }, []],
    [{ advancedFilter: [{ field: 'identity', operator: 'IN', value: [{ provider: 'wechat' }] }] }, []],
    [{ advancedFilter: [{ field: 'identity', operator: 'IS_NULL' }] }, ['dave', 'carol', 'bob', 'alice']],
    [{ advancedFilter: [{ field: 'department', operator: 'IN', value: [{ departmentId: 'root' }] }] }, []],
    [{ searchQuery: { match_all: {} } }, ['dave', 'carol', 'bob', 'alice']],
    [{ searchQuery: { bool: { must_not: { term: { gender: 'F' } } } }, keywords: 'bob' }, ['bob']],
    [
      {
        searchQuery: { query: { bool: { should: [{ term: { username: 'bob' } }, { prefix: { nickname: 'är' } }] } } },
        advancedFilter: [{ field: 'externalId', operator: 'IS_NULL' }],
      },
      ['bob'],
    ],
    [{ advancedFilter: [{ field: 'loginsCount', operator: 'LESSER', value: 0 }] }, ['dave', 'carol', 'bob', 'alice']],
    [{ advancedFilter: [{ field: 'emailVerified', operator: 'EQUAL', value: true }] }, ['alice']],
    [{ options: { sort: [{ field: 'username', order: 'asc' }] } }, ['alice', 'bob', 'carol', 'dave']],
    [
      {
        options: {
          sort: [
            { field: 'gender', order: 'desc' },
            { field: 'username', order: 'desc' },
          ],
        },
      },
      ['dave', 'alice', 'bob', 'carol'],
    ],
  ])('%j', async (body, expected) => {
    const reply = await post('list-users', body);
    expect(usernames(reply)).toEqual(expected);
    expect(reply.data.totalCount).toBe(expected.length);
  });

  it.each([
    [{ field: 'passwordHash', operator: 'NOT_NULL' }, 'passwordHash'],
    [{ field: '__proto__', operator: 'IS_NULL' }, 'advancedFilter'],
    [{ field: 'createdAt', operator: 'CONTAINS', value: '1' }, 'operator'],
    [{ field: 'createdAt', operator: 'BETWEEN', value: [1] }, 'value'],
    [{ field: 'createdAt', operator: 'EQUAL', value: 'soon' }, 'value'],
    [{ field: 'createdAt', operator: 'GREATER', value: '2027-01-15T08:00:00' }, 'with its zone'],
    [{ field: 'identity', operator: 'IN', value: [] }, 'value'],
    [{ field: 'username', operator: 'EQUAL' }, 'value'],
    [{ field: 'username', operator: 'EQUAL', value: { a: 1 } }, 'value'],
    [{ field: 'username', operator: 'LIKE', value: 'x' }, 'operator'],
  ])('refuses %j', async (filter, word) => {
    const body = await post('list-users', { advancedFilter: [filter] });
    expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining(word) });
  });

  describe('with custom fields', () => {
    beforeEach(async () => {
      const fields = [
        { key: 'team' },
        { key: 'seat', dataType: 'NUMBER' },
        { key: 'fast', dataType: 'BOOLEAN' },
        { key: 'since', dataType: 'DATETIME' },
        { key: 'more', dataType: 'OBJECT' },
      ];
      await post('set-custom-fields', { list: fields.map((field) => ({ targetType: 'USER', ...field })) });
      const bob = { userId: 'bob', options: { userIdType: 'username' } };
      await post('update-user', { ...bob, customData: { team: 'blue', seat: 7, fast: true, since: '2026-01-01' } });
      await post('update-user', { ...bob, userId: 'carol', customData: { team: 'Bluer', seat: 8, more: {} } });
    });

    it.each([
      [{ field: 'team', operator: 'EQUAL', value: 'blue' }, ['bob']],
      [{ field: 'team', operator: 'CONTAINS', value: 'BLUE' }, ['carol', 'bob']],
      [{ field: 'seat', operator: 'BETWEEN', value: [7.5, '9'] }, ['carol']],
      [{ field: 'fast', operator: 'EQUAL', value: true }, ['bob']],
      [{ field: 'since', operator: 'EQUAL', value: '2026-01-01' }, ['bob']],
      [{ field: 'since', operator: 'BETWEEN', value: ['2025-12-31T23:00:00-01:00', '2026-01-01'] }, ['bob']],
      [{ field: 'since', operator: 'GREATER', value: '2026-01-02' }, []],
      [{ field: 'more', operator: 'NOT_NULL' }, ['carol']],
    ])('%j', async (filter, expected) => {
      const reply = await post('list-users', { advancedFilter: [filter] });
      expect(usernames(reply)).toEqual(expected);
      expect(reply.data.totalCount).toBe(expected.length);
    });

    it.each([
      // Dave has a value for it, but nobody declared the field.
      [{ field: 'a', operator: 'EQUAL', value: 1 }, 'advancedFilter.0.field a '],
      [{ field: 'seat', operator: 'CONTAINS', value: '7' }, 'advancedFilter.0.operator seat '],
      [{ field: 'seat', operator: 'EQUAL', value: 'seven' }, 'advancedFilter.0.value must be a number'],
      [{ field: 'since', operator: 'CONTAINS', value: '2026' }, 'advancedFilter.0.operator since '],
      [{ field: 'more', operator: 'EQUAL', value: '{}' }, 'advancedFilter.0.operator more '],
    ])('refuses %j', async (filter, words) => {
      const body = await post('list-users', { advancedFilter: [filter] });
      expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining(words) });
    });

    it('one that is named as what is otherwise kept of nobody is meant itself', async () => {
      await post('set-custom-fields', { list: [{ targetType: 'USER', key: 'department' }] });
      const dave = { userId: 'dave', options: { userIdType: 'username' } };
      await post('update-user', { ...dave, customData: { department: 'Sales' } });
      const filter = { field: 'department', operator: 'EQUAL', value: 'Sales' };
      expect(usernames(await post('list-users', { advancedFilter: [filter] }))).toEqual(['dave']);
      expect(usernames(await post('list-users', { searchQuery: { prefix: { department: 'sal' } } }))).toEqual(['dave']);
    });

    it('searchQuery knows them too, and names what it does not know', async () => {
      const query = (searchQuery: unknown) => post('list-users', { searchQuery });
      expect(usernames(await query({ range: { seat: { gt: 7 } } }))).toEqual(['carol']);
      expect(usernames(await query({ term: { 'customData.team.keyword': 'blue' } }))).toEqual(['bob']);
      expect(await query({ bool: { must: [{ term: { a: 1 } }] } })).toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('searchQuery.bool.must.0.term.a '),
      });
    });
  });

  it('has an older form', async () => {
    const body = await get('list-users', {
      page: '1',
      limit: '2',
      status: 'Activated',
      updatedAtStart: '1800000060000',
      withCustomData: 'true',
    });
    expect(body.data).toMatchObject({ totalCount: 3, list: [{ username: 'dave', customData: { a: 1 } }, {}] });
  });
});

describe('update-user', () => {
  it('changes what is given, clears what is null, keeps the rest', async () => {
    await passbeam.stores.users.update({ ...passbeam.alice, emailVerified: true, version: 2 }, null);
    const { data } = await post('update-user', {
      userId: 'alice',
      nickname: null,
      company: 'Shop',
      email: 'new@example.com',
      customData: { a: 1 },
      options: { userIdType: 'username' },
    });
    expect(data).toMatchObject({
      username: 'alice',
      nickname: null,
      company: 'Shop',
      email: 'new@example.com',
      emailVerified: false,
      phone: '13800000001',
      phoneCountryCode: '+86',
      customData: { a: 1 },
    });
    expect((await lastEvent('admin.user_updated'))?.detail).toEqual({
      accessKeyId: 'pool1',
      fields: 'email customData nickname company',
    });
  });

  it('ends the logins of who gets a new password or is suspended, and of nobody else', async () => {
    const token = await passbeam.signIn();
    const isSignedIn = async () => (await passbeam.v3('GET', 'get-profile', { token })).body.statusCode;
    await post('update-user', { userId: passbeam.alice.id, name: 'A' });
    expect(await isSignedIn()).toBe(200);
    await post('update-user', { userId: passbeam.alice.id, password: 'another good one' });
    expect(await isSignedIn()).toBe(401);
    expect((await signIn('alice', testPassword)).apiCode).toBe(2333);
    expect((await signIn('alice', 'another good one')).statusCode).toBe(200);
    await post('update-user', { userId: passbeam.alice.id, status: 'Suspended' });
    expect((await signIn('alice', 'another good one')).statusCode).toBe(403);
    const { data } = await post('update-user', { userId: passbeam.alice.id, status: 'Activated' });
    expect(data.statusChangedAt).toBe(new Date(passbeam.clock.now()).toISOString());
  });

  it.each([
    [{ userId: 'nobody' }, 404, 2004],
    [{ username: 'bob' }, 409, 2026],
    [{ username: null, email: null, phone: null }, 400, 2231],
    [{ password: 'alice' }, 400, 2029],
    [{ options: { userIdType: 'custom_field' } }, 400, 2231],
  ])('refuses %j', async (change, statusCode, apiCode) => {
    await passbeam.addUser({ username: 'bob' });
    expect(await post('update-user', { userId: passbeam.alice.id, ...change })).toMatchObject({ statusCode, apiCode });
  });
});

describe('delete-users-batch', () => {
  it('forgets them, ends their logins and frees their names', async () => {
    const token = await passbeam.signIn();
    const body = { userIds: ['ALICE', 'nobody'], options: { userIdType: 'username' } };
    expect((await post('delete-users-batch', body)).data).toEqual({ success: true });
    expect((await passbeam.v3('GET', 'get-profile', { token })).body.statusCode).toBe(401);
    expect((await signIn('alice', testPassword)).apiCode).toBe(2333);
    expect(await lastEvent('admin.user_deleted')).toMatchObject({ userId: passbeam.alice.id });
    expect((await post('create-user', { username: 'alice' })).statusCode).toBe(200);
  });
});

describe('is-user-exists', () => {
  it.each([
    [{ username: 'ALICE' }, true],
    [{ email: 'alice@EXAMPLE.com' }, true],
    [{ phone: '+8613800000001' }, true],
    [{ username: 'x', email: 'alice@example.com' }, true],
    [{ externalId: 'alice' }, false],
    [{ username: 'bob', email: null }, false],
  ])('%j: %s', async (body, exists) => {
    expect((await post('is-user-exists', body)).data).toEqual({ exists });
  });

  it('needs something to look for', async () => {
    expect(await post('is-user-exists', {})).toMatchObject({ statusCode: 400 });
  });
});

describe('kick-users', () => {
  it('ends the logins with the applications named, and what they approved', async () => {
    const [phone, site] = [await passbeam.signIn('alice'), await passbeam.signIn('alice', passbeam.site)];
    const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body: { qrcodeId, action } });
    }
    const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
    const scanned = (await post('exchange-tokenset-with-qrcode-ticket', { ticket })).data.access_token;
    const statuses = () =>
      Promise.all(
        [phone, site, scanned].map(
          async (token) => (await passbeam.v3('GET', 'get-profile', { token })).body.statusCode,
        ),
      );
    expect(await statuses()).toEqual([200, 200, 200]);
    const kick = (appIds: string[]) => post('kick-users', { userId: passbeam.alice.id, appIds });
    expect((await kick(['elsewhere'])).data).toEqual({ success: true });
    expect(await statuses()).toEqual([200, 200, 200]);
    await kick(['phone']);
    expect(await statuses()).toEqual([401, 200, 401]);
    await kick(['site']);
    expect(await statuses()).toEqual([401, 401, 401]);
    expect(await lastEvent('admin.users_kicked')).toMatchObject({ detail: { applicationIds: 'site' } });
    expect(await post('kick-users', { userId: 'nobody', appIds: ['site'] })).toMatchObject({ apiCode: 2004 });
  });

  it('ends all logins of the person when no application is named', async () => {
    const tokens = [await passbeam.signIn('alice'), await passbeam.signIn('alice', passbeam.site)];
    expect((await post('kick-users', { userId: passbeam.alice.id })).data).toEqual({ success: true });
    for (const token of tokens) {
      expect((await passbeam.v3('GET', 'get-profile', { token })).body.statusCode).toBe(401);
    }
  });
});

it('keeps pools apart: the other pool sees, changes and names nobody of ours', async () => {
  const key = await passbeam.addPool('pool2');
  const { alice } = passbeam;
  await passbeam.stores.users.update({ ...alice, externalId: 'EXT', version: 2 }, null);
  const before = await passbeam.stores.users.find(alice.id);
  const names = [
    ['user_id', alice.id],
    ['username', 'alice'],
    ['email', 'alice@example.com'],
    ['phone', '+8613800000001'],
    ['external_id', 'EXT'],
  ] as const;
  for (const [userIdType, userId] of names) {
    const options = { userIdType };
    expect((await get('get-user', { userId, userIdType }, { key })).apiCode).toBe(2004);
    expect((await get('get-user-batch', { userIds: [userId], userIdType }, { key })).data).toEqual([]);
    expect((await post('update-user', { userId, nickname: 'x', options }, { key })).apiCode).toBe(2004);
    expect((await post('kick-users', { userId, appIds: ['site'], options }, { key })).apiCode).toBe(2004);
    expect((await post('delete-users-batch', { userIds: [userId], options }, { key })).statusCode).toBe(200);
  }
  expect((await post('list-users', {}, { key })).data).toEqual({ totalCount: 0, list: [] });
  expect((await post('list-users', { keywords: 'alice' }, { key })).data.totalCount).toBe(0);
  const asked = { username: 'alice', email: 'alice@example.com', phone: '+8613800000001', externalId: 'EXT' };
  expect((await post('is-user-exists', asked, { key })).data).toEqual({ exists: false });
  expect((await post('create-user', asked, { key })).statusCode).toBe(200);
  expect(await passbeam.stores.users.find(alice.id)).toEqual(before);
});
