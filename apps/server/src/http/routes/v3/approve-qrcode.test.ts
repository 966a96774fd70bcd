import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey, send, signedRequest } from '../management/signed-call.fixture.ts';

const unknownCode = 'x'.repeat(32);
const path = '/api/v3/approve-qrcode';

describe('approve-qrcode', () => {
  let passbeam: TestPassbeam;
  let key: SigningKey;
  beforeEach(async () => {
    passbeam = await openTestPassbeam();
    key = await newKey();
  });
  afterEach(() => passbeam.close());

  async function newKey(part: object = {}): Promise<SigningKey> {
    const body = { scopes: ['approve'], applicationId: 'phone', ...part };
    const { data } = (await callSigned(passbeam, 'POST', 'create-access-key', { body })).body;
    return { id: data[0].accessKeyId, secret: data[0].accessKeySecret };
  }
  const newCode = async () =>
    (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId;
  const approve = (body: object, signedBy = key) =>
    callSigned(passbeam, 'POST', path, { key: signedBy, body: { ...body } });
  const move = (qrcodeId: string, action: string, part: object = {}, signedBy = key) =>
    approve({ qrcodeId, action, person: { subject: 'emp-7' }, session: 's1', ...part }, signedBy);
  const status = async (qrcodeId: string) =>
    (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  const exchange = (ticket: string) =>
    passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, client_id: 'site', client_secret: passbeam.site.secret, scope: 'openid profile external_id' },
    });
  const events = async (type: string) => passbeam.stores.audit.list({ type, limit: 50 });
  const people = async () => (await events('user.created')).length;
  const ok = { statusCode: 200, data: { success: true } };

  it('logs a person in whom nobody imported, and the site learns the company id of them', async () => {
    const qrcodeId = await newCode();
    const person = { subject: 'emp-7', displayName: 'Ann  Example', photo: 'https://example.com/ann.png' };
    const scanned = await move(qrcodeId, 'SCAN', { person, door: 'camera' });
    expect(scanned.body).toMatchObject({
      ...ok,
      data: { consent: { applicationName: 'Application site', door: 'camera' } },
    });
    expect(await status(qrcodeId)).toMatchObject({
      status: 'SCANNED',
      briefUserInfo: { displayName: 'Ann Example', photo: 'https://example.com/ann.png' },
    });
    expect((await move(qrcodeId, 'CONFIRM', { person })).body).toEqual({
      ...ok,
      message: expect.any(String),
      requestId: expect.any(String),
    });
    const { body } = await exchange((await status(qrcodeId)).ticket);
    const claims = JSON.parse(Buffer.from(body.data.id_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ nickname: 'Ann Example', external_id: 'emp-7' });
    expect(JSON.parse(Buffer.from(body.data.access_token.split('.')[1], 'base64url').toString()).amr).toEqual(['qr']);
    const [confirmed] = await events('qr.confirmed');
    expect(confirmed).toMatchObject({ userId: claims.sub, detail: { accessKeyId: key.id } });
    const [made] = await events('user.created').then((all) => all.filter(({ userId }) => userId === claims.sub));
    expect(made?.detail).toMatchObject({ source: 'own_token', entry: key.id });
  });

  it('knows the same person again, by the same key or another of the application', async () => {
    const before = await people();
    const other = await newKey();
    for (const signedBy of [key, key, other]) {
      const qrcodeId = await newCode();
      for (const action of ['SCAN', 'CONFIRM'])
        expect((await move(qrcodeId, action, {}, signedBy)).body).toMatchObject(ok);
    }
    expect((await people()) - before).toBe(1);
    const shared = await newKey({ issuer: 'https://auth.example.com' });
    expect((await move(await newCode(), 'SCAN', {}, shared)).body).toMatchObject(ok);
    expect((await people()) - before).toBe(2);
  });

  it('keeps the person as the backend describes them now, whatever it leaves out', async () => {
    await passbeam.stores.customFields.put(
      [
        {
          userPoolId: 'pool1',
          key: 'level',
          label: 'Level',
          dataType: 'STRING',
          options: [],
          createdAt: 1,
          updatedAt: 1,
        },
      ],
      { ...(await events('user.created'))[0], id: 'e1', type: 'custom_fields.changed' } as never,
    );
    const described = async (words: object) => {
      passbeam.pass(1);
      const person = { subject: 'emp-7', ...words };
      expect((await move(await newCode(), 'SCAN', { person })).body).toMatchObject(ok);
      return (await passbeam.stores.users.findMany('pool1', 'externalId', ['emp-7']))[0];
    };
    await described({ displayName: 'Ann', email: 'ann@example.com' });
    expect(await described({ displayName: 'Ann B', email: 'Ann@Example.com', emailVerified: true })).toMatchObject({
      profile: { nickname: 'Ann B' },
      email: 'Ann@Example.com',
      emailVerified: true,
    });
    const customFields = { level: 'gold', isAdmin: true };
    expect(await described({ customFields, phone: '+4915112345678', phoneVerified: true })).toMatchObject({
      ...{ profile: { nickname: 'Ann B' }, email: 'Ann@Example.com', customData: { level: 'gold' } },
      ...{ phone: '+4915112345678', phoneVerified: true },
    });
  });

  it('takes a description beside a subject alone', async () => {
    const person = { userId: passbeam.alice.id, email: 'x@example.com', emailVerified: true };
    const { body } = await move(await newCode(), 'SCAN', { person });
    expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining('person.email') });
  });

  it('makes one user of first meetings at the same time', async () => {
    const before = await people();
    const codes = await Promise.all(Array.from({ length: 5 }, newCode));
    const scans = await Promise.all(codes.map((qrcodeId) => move(qrcodeId, 'SCAN')));
    expect(scans.map(({ body }) => body.statusCode)).toEqual(codes.map(() => 200));
    expect((await people()) - before).toBe(1);
  });

  it('knows nobody by an externalId that they wrote themselves', async () => {
    const token = await passbeam.signIn();
    const written = await passbeam.v3('POST', 'update-profile', { app: 'phone', token, body: { externalId: 'emp-9' } });
    expect(written.body.statusCode).toBe(200);
    const { body } = await move(await newCode(), 'SCAN', { person: { externalId: 'emp-9' } });
    expect(body).toMatchObject({ refusal: 'user_not_found' });
  });

  it('takes people by userId and by externalId too', async () => {
    const { users } = passbeam.stores;
    const bob = await passbeam.addUser({ username: 'bob', externalId: 'emp-8' });
    for (const person of [{ userId: passbeam.alice.id }, { externalId: 'emp-8' }]) {
      const qrcodeId = await newCode();
      for (const action of ['SCAN', 'CONFIRM'])
        expect((await move(qrcodeId, action, { person })).body).toMatchObject(ok);
      const wanted = 'userId' in person ? passbeam.alice.id : bob.id;
      const { body } = await exchange((await status(qrcodeId)).ticket);
      expect((await users.find(wanted))?.id).toBe(
        JSON.parse(Buffer.from(body.data.access_token.split('.')[1], 'base64url').toString()).sub,
      );
    }
  });

  it('hears the same again when it repeats a move (idempotent), and nobody else moves the code', async () => {
    const qrcodeId = await newCode();
    for (const action of ['SCAN', 'SCAN']) expect((await move(qrcodeId, action)).body.data.consent).toBeDefined();
    for (const part of [{ session: 's2' }, { session: undefined }, { person: { userId: passbeam.alice.id } }]) {
      expect((await move(qrcodeId, 'CONFIRM', part)).body).toMatchObject({ statusCode: 403 });
    }
    for (const action of ['CONFIRM', 'CONFIRM']) expect((await move(qrcodeId, action)).body).toMatchObject(ok);
    await exchange((await status(qrcodeId)).ticket);
    expect((await move(qrcodeId, 'CONFIRM')).body).toMatchObject(ok);
    const cancelled = await newCode();
    for (const action of ['SCAN', 'CANCEL', 'CANCEL']) expect((await move(cancelled, action)).body).toMatchObject(ok);
    expect(
      await events('session.created').then((all) => all.filter(({ detail }) => detail.source === 'own_token')),
    ).toHaveLength(1);
  });

  it('refuses CONFIRM without SCAN, and makes nobody for it (threats T15)', async () => {
    const before = await people();
    const qrcodeId = await newCode();
    expect((await move(qrcodeId, 'CONFIRM')).body.statusCode).toBe(422);
    const alice = { person: { userId: passbeam.alice.id } };
    expect((await move(qrcodeId, 'CONFIRM', alice)).body.statusCode).toBe(422);
    expect(await people()).toBe(before);
  });

  it('says nothing about the network of a phone that it was not told of', async () => {
    const consentOf = async (phone?: object) =>
      (await move(await newCode(), 'SCAN', phone && { phone })).body.data.consent.ipMismatch;
    expect(await consentOf()).toBeNull();
    expect(await consentOf({ userAgent: 'App/1' })).toBeNull();
    expect(await consentOf({ ip: '127.0.0.1' })).toBe(false);
    expect(await consentOf({ ip: '198.51.100.7', userAgent: 'App/1' })).toBe(true);
    expect(await events('qr.scanned')).toEqual(
      expect.arrayContaining([expect.objectContaining({ ip: '198.51.100.7', userAgent: 'App/1' })]),
    );
  });

  it.each<[string, object, string]>([
    ['no person', { person: undefined }, 'person'],
    ['nobody named', { person: {} }, 'person'],
    ['two names', { person: { subject: 'a', userId: 'b' } }, 'person'],
    ['an empty subject', { person: { subject: '' } }, 'person'],
    ['a subject that is a number', { person: { subject: 42 } }, 'person.subject'],
    ['a subject with a line break', { person: { subject: 'a\nb' } }, 'person.subject'],
    ['a long subject', { person: { subject: 'x'.repeat(256) } }, 'person.subject'],
    ['a name beside userId', { person: { userId: 'a', displayName: 'B' } }, 'person.displayName'],
    ['a session with a line break', { session: 'a\n' }, 'session'],
    ['an address that is none', { phone: { ip: 'here' } }, 'phone.ip'],
    ['another action', { action: 'LOGIN' }, 'action'],
    ['another door', { door: 'window' }, 'door'],
  ])('refuses %s, names the field and changes nothing', async (_, part, field) => {
    const before = await people();
    const qrcodeId = await newCode();
    const { body } = await move(qrcodeId, 'SCAN', part);
    expect(body).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(field) });
    expect(await status(qrcodeId)).toMatchObject({ status: 'PENDING' });
    expect(await people()).toBe(before);
  });

  it('refuses codes that are unknown or of another pool, and meets nobody for them', async () => {
    const before = await people();
    await passbeam.addPool('pool2');
    await passbeam.addApplication({ id: 'site2', userPoolId: 'pool2' });
    const { data } = (await passbeam.v3('POST', 'gene-qrcode', { app: 'site2', body: { type: 'MOBILE_APP' } })).body;
    expect((await move(unknownCode, 'SCAN')).body).toMatchObject({ statusCode: 404, apiCode: 2241 });
    expect((await move('not-a-code', 'SCAN')).body).toMatchObject({ statusCode: 404, apiCode: 2241 });
    expect((await move(data.qrcodeId, 'SCAN')).body).toMatchObject({ statusCode: 403, apiCode: 2036 });
    expect(await people()).toBe(before);
  });

  it('refuses people who are unknown, of another pool or suspended', async () => {
    await passbeam.addPool('pool2');
    const carol = await passbeam.addUser({ username: 'carol', userPoolId: 'pool2', externalId: 'c' });
    for (const person of [{ userId: 'nobody' }, { userId: carol.id }, { externalId: 'c' }]) {
      expect((await move(await newCode(), 'SCAN', { person })).body).toMatchObject({ statusCode: 404, apiCode: 2004 });
    }
    const { alice } = passbeam;
    const [suspended] = [{ ...alice, status: 'Suspended' as const, version: alice.version + 1 }];
    const body = { userId: alice.id, status: suspended.status };
    await callSigned(passbeam, 'POST', 'update-user', { body });
    const refused = await move(await newCode(), 'SCAN', { person: { userId: alice.id } });
    expect(refused.body).toMatchObject({ statusCode: 403, apiCode: 2120008 });
  });

  it('approves for an application that may, and is there', async () => {
    await passbeam.addApplication({ id: 'kiosk', approvesScans: false });
    await passbeam.addApplication({ id: 'old' });
    const [kiosk, old] = [await newKey({ applicationId: 'kiosk' }), await newKey({ applicationId: 'old' })];
    await passbeam.addApplication({ id: 'old', enabled: false });
    expect((await move(await newCode(), 'SCAN', {}, kiosk)).body.statusCode).toBe(403);
    expect((await move(await newCode(), 'SCAN', {}, old)).body).toMatchObject({ statusCode: 404, apiCode: 2011 });
  });

  it('ends with the login of the phone: whoever is kicked confirms nothing more (threats T18)', async () => {
    const qrcodeId = await newCode();
    await move(qrcodeId, 'SCAN');
    await move(qrcodeId, 'CONFIRM');
    const { ticket } = await status(qrcodeId);
    const userId = (await events('qr.scanned'))[0]?.userId ?? '';
    const [phone] = (await passbeam.stores.loginSessions.live(userId, passbeam.clock.now(), { offset: 0, limit: 5 }))
      .logins;
    expect(phone).toMatchObject({ applicationId: 'phone', amr: [] });
    await callSigned(passbeam, 'POST', 'kick-users', { body: { userId, appIds: ['phone'] } });
    expect((await exchange(ticket)).body).toMatchObject({ statusCode: 400, apiCode: 2300 });
    expect((await move(await newCode(), 'SCAN')).body).toMatchObject({ statusCode: 401, apiCode: 2020 });
    // Another login of the person is another name. Without a name a call from after the kick begins another login.
    expect((await move(await newCode(), 'SCAN', { session: 's2' })).body).toMatchObject(ok);
    expect((await move(await newCode(), 'SCAN', { session: undefined })).body).toMatchObject(ok);
    await callSigned(passbeam, 'POST', 'kick-users', { body: { userId, appIds: ['phone'] } });
    expect((await move(await newCode(), 'SCAN', { session: undefined })).body.statusCode).toBe(401);
    passbeam.pass(1);
    expect((await move(await newCode(), 'SCAN', { session: undefined })).body).toMatchObject(ok);
    expect((await move(await newCode(), 'SCAN')).body.statusCode).toBe(401);
  });

  it('counts scans per person, not per backend', async () => {
    for (let scan = 0; scan < 20; scan += 1) await move(unknownCode, 'SCAN');
    expect(await move(unknownCode, 'SCAN')).toMatchObject({ http: 429 });
    expect((await move(await newCode(), 'SCAN', { person: { subject: 'emp-8' } })).body).toMatchObject(ok);
  });

  describe('is for keys made for it', () => {
    const asked = async () => ({ qrcodeId: await newCode(), action: 'SCAN', person: { userId: passbeam.alice.id } });

    it('and not for a key that manages, the secret of the pool, a person or nobody', async () => {
      const { data } = (await callSigned(passbeam, 'POST', 'create-access-key', { body: {} })).body;
      const managing = { id: data[0].accessKeyId, secret: data[0].accessKeySecret };
      for (const signedBy of [managing, passbeam.pool]) {
        expect((await approve(await asked(), signedBy)).body.statusCode).toBe(403);
      }
      const managementToken = { accessKeyId: 'pool1', accessKeySecret: passbeam.pool.secret };
      const { access_token } = (await passbeam.v3('POST', 'get-management-token', { body: managementToken })).body.data;
      for (const token of [await passbeam.signIn(), access_token, undefined]) {
        const body = await asked();
        const refused = await passbeam.v3('POST', path, { body, ...(token === undefined ? {} : { token }) });
        expect(refused.body).toMatchObject({ statusCode: 401, apiCode: 2020 });
        expect(await status(body.qrcodeId)).toMatchObject({ status: 'PENDING' });
      }
    });

    it('tells a stranger who may call, and not what to send', async () => {
      const { body } = await passbeam.v3('POST', path, { body: {} });
      expect(body).toMatchObject({ statusCode: 401, message: expect.stringContaining('scopes hold approve') });
      const chinese = await passbeam.v3('POST', path, { body: {}, headers: { 'x-authing-lang': 'zh-CN' } });
      expect(chinese.body.message).toContain('请使用 scopes 含 approve 的 access key 签名');
    });

    it('each call signed once, now, with the key as it is', async () => {
      const now = passbeam.clock.now();
      const request = signedRequest(key, now, 'POST', path, { body: await asked() });
      expect((await send(passbeam, request)).body).toMatchObject(ok);
      expect((await send(passbeam, request)).body.statusCode).toBe(401);
      const late = signedRequest(key, now - 301_000, 'POST', path, { body: await asked() });
      expect((await send(passbeam, late)).body.statusCode).toBe(401);
      const changed = { ...signedRequest(key, now, 'POST', path, { body: await asked() }) };
      changed.payload = changed.payload?.replace(passbeam.alice.id, 'mallory');
      expect((await send(passbeam, changed)).body).toMatchObject({ statusCode: 401, apiCode: 1300 });
      const body = { accessKeyId: key.id, enable: false };
      await callSigned(passbeam, 'POST', 'update-access-key', { body });
      expect((await approve(await asked())).body).toMatchObject({ statusCode: 401, apiCode: 1300 });
    });

    it('and its wrong secrets are counted', async () => {
      const wrong = { id: key.id, secret: 'guess' };
      for (let guess = 0; guess < 10; guess += 1) expect((await approve(await asked(), wrong)).http).toBe(200);
      expect((await approve(await asked(), wrong)).http).toBe(429);
    });
  });
});

describe('keys with scopes', () => {
  let passbeam: TestPassbeam;
  beforeEach(async () => {
    passbeam = await openTestPassbeam();
  });
  afterEach(() => passbeam.close());
  const create = async (body: Record<string, unknown>) =>
    (await callSigned(passbeam, 'POST', 'create-access-key', { body })).body;

  it('are made, listed and read with what they may do', async () => {
    const scoped = { scopes: ['approve'], applicationId: 'phone', issuer: 'https://auth.example.com/' };
    const { data } = await create({ ...scoped, userId: 'backend' });
    expect(data).toMatchObject([{ ...scoped, userId: 'backend', status: 'activated' }]);
    const query = { accessKeyId: data[0].accessKeyId };
    expect((await callSigned(passbeam, 'GET', 'get-access-key', { query })).body.data).toEqual(data[0]);
    expect((await callSigned(passbeam, 'GET', 'list-access-key')).body.data).toMatchObject([scoped]);
    expect((await create({})).data[0]).not.toHaveProperty('scopes');
  });

  it.each([
    [{ scopes: ['approve'] }, 'applicationId'],
    [{ scopes: [], applicationId: 'phone' }, 'scopes'],
    [{ scopes: ['approve', 'approve'], applicationId: 'phone' }, 'scopes'],
    [{ scopes: ['manage'], applicationId: 'phone' }, 'scopes'],
    [{ applicationId: 'phone' }, 'applicationId'],
    [{ issuer: 'https://auth.example.com' }, 'issuer'],
    [{ scopes: ['approve'], applicationId: 'phone', issuer: 'with blank' }, 'issuer'],
  ])('%j is refused, and names %s', async (body, field) => {
    expect(await create(body)).toMatchObject({ statusCode: 400, message: expect.stringContaining(field) });
    expect((await callSigned(passbeam, 'GET', 'list-access-key')).body.data).toEqual([]);
  });

  it('stand for an application of their pool', async () => {
    await passbeam.addPool('pool2');
    await passbeam.addApplication({ id: 'phone2', userPoolId: 'pool2' });
    for (const applicationId of ['phone2', 'nobody']) {
      expect(await create({ scopes: ['approve'], applicationId })).toMatchObject({ statusCode: 404, apiCode: 2011 });
    }
  });
});
