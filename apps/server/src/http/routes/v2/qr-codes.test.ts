import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../../../core/directory/application.ts';
import { type CallOptions, openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned } from '../management/signed-call.fixture.ts';
import { qrCodePrefixes } from './qr-codes.ts';

let passbeam: TestPassbeam;
/** Alice's and Bob's phones: access and ID tokens. */
let alice: { access: string; id: string };
let bob: { access: string; id: string };

async function signIn(username: string, app = 'phone') {
  const { body } = await passbeam.v3('POST', 'signin', {
    app,
    body: { connection: 'PASSWORD', passwordPayload: { username, password: 'correct horse battery' } },
  });
  return { access: body.data.access_token as string, id: body.data.id_token as string };
}

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addUser({ username: 'bob', nickname: 'Bob' });
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'phone2', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
  await passbeam.addApplication({ id: 'shop', logoUrl: 'https://shop.example/logo.png' });
  alice = await signIn('alice');
  bob = await signIn('bob');
});
afterAll(() => passbeam.close());

const refused = (code: number, statusCode = 499) => ({
  code,
  statusCode,
  apiCode: code,
  message: expect.any(String),
  data: null,
  requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  uniqueId: expect.stringMatching(/^[0-9a-f-]{36}$/),
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

describe.each(qrCodePrefixes)('%s', (prefix) => {
  async function call(method: 'GET' | 'POST', name: string, options: CallOptions = {}) {
    const reply = await passbeam.v3(method, `${prefix}/${name}`, options);
    expect(reply.http).toBe(200);
    return reply;
  }
  const gene = async (body: object = {}, options: CallOptions = {}) =>
    (await call('POST', 'gene', { ...options, body: { scene: 'APP_AUTH', autoMergeQrCode: false, ...body } })).body;
  const newCode = async (body: object = {}, options: CallOptions = {}): Promise<string> =>
    (await gene(body, options)).data.random;
  const check = async (random: string, options: CallOptions = {}) =>
    (await call('GET', 'check', { ...options, query: { random } })).body;
  const move = async (name: string, random: string, token: string | undefined = alice.id) =>
    (await call('POST', name, { app: 'phone', token: token && `Bearer ${token}`, body: { random } })).body;
  const userinfo = async (body: object, options: CallOptions = {}) =>
    (await call('POST', 'userinfo', { ...options, body })).body;

  async function confirmed(body: object = {}, options: CallOptions = {}) {
    const random = await newCode(body, options);
    for (const name of ['scanned', 'confirm']) expect((await move(name, random)).code).toBe(200);
    return { random, ticket: (await check(random)).data.ticket as string };
  }
  const withSecret = (ticket: string, { id, secret }: Application = passbeam.site) => ({
    ticket,
    client_id: id,
    client_secret: secret,
  });

  describe('gene', () => {
    it.each<[string, CallOptions]>([
      ['the application', {}],
      ['the other brand', { app: null, headers: { 'x-genauth-app-id': 'site' } }],
      ['application and pool', { headers: { 'x-authing-userpool-id': 'pool1' } }],
      ['an empty pool, as Guard sends at first', { headers: { 'x-authing-userpool-id': '' } }],
      ['the pool alone', { app: null, headers: { 'x-authing-userpool-id': 'pool1' } }],
      ['the pool alone by the other brand', { app: null, headers: { 'x-genauth-userpool-id': 'pool1' } }],
      ['a token that expired long ago', { token: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }],
    ])('takes %s', async (_name, options) => {
      const random = await newCode({}, options);
      const found = await passbeam.stores.qrSessions.find(passbeam.secrets.hash(random));
      expect(found?.session.userPoolId).toBe('pool1');
    });

    it("lets the pool's first application ask when the pool alone is named", async () => {
      const random = await newCode({}, { app: null, headers: { 'x-authing-userpool-id': 'pool2' } });
      const found = await passbeam.stores.qrSessions.find(passbeam.secrets.hash(random));
      expect(found?.session.applicationId).toBe('phone2');
    });

    it('refuses too much data', async () => {
      expect(await gene({ params: { long: 'x'.repeat(5000) } })).toEqual(refused(2231));
    });

    it('names the field as it was sent', async () => {
      expect((await gene({ params: { long: 'x'.repeat(5000) } })).message).toContain('params');
      expect((await gene({ customeData: '{' })).message).toContain('customeData');
    });
  });

  describe('check', () => {
    const details = (random: string) => ({ random, ticket: null, scannedUserId: null });
    const brief = { nickname: 'Alice', photo: 'http://localhost:3000/avatars/default.png' };

    it('tells the life of a code in numbers, with userInfo always an object', async () => {
      const random = await newCode();
      const ok = (data: object) => ({ code: 200, message: 'ok', data: { ...details(random), ...data } });
      expect(await check(random)).toEqual(ok({ status: 0, userInfo: {} }));
      await move('scanned', random);
      expect(await check(random)).toEqual(ok({ status: 1, userInfo: brief }));
      await move('confirm', random);
      const agreed = await check(random);
      expect(agreed).toEqual(ok({ status: 2, userInfo: brief, ticket: expect.stringMatching(/^tk_/) }));
      expect(await check(random)).toEqual(agreed);
      await userinfo(withSecret(agreed.data.ticket));
      expect(await check(random)).toEqual(ok({ status: -1, userInfo: {} }));
    });

    it('shows details to the browser that made the code, and to others the status alone', async () => {
      const headers = { origin: 'https://site.example', 'user-agent': 'Mozilla/5.0' };
      const created = await call('POST', 'gene', { headers, body: { scene: 'APP_AUTH' } });
      const random = created.body.data.random;
      const cookie = String(created.headers['set-cookie']).split(';')[0] ?? '';
      expect((await check(random, { headers: { ...headers, cookie } })).data.status).toBe(0);
      await move('scanned', random);
      expect((await check(random, { headers: { ...headers, cookie } })).data.userInfo).toEqual(brief);
      expect((await check(random)).data).toEqual({ ...details(random), status: 1, userInfo: {} });
      await move('confirm', random);
      expect((await check(random)).data).toEqual({ ...details(random), status: -1, userInfo: {} });
      expect((await check(random, { headers: { ...headers, cookie } })).data.ticket).toMatch(/^tk_/);
    });
  });

  describe('userinfo', () => {
    const user = {
      id: expect.any(String),
      username: 'alice',
      nickname: 'Alice',
      email: 'alice@example.com',
      photo: 'http://localhost:3000/avatars/default.png',
      token: expect.stringMatching(/^eyJ/),
      tokenExpiredAt: expect.stringMatching(/^\d{4}-.*Z$/),
      loginsCount: expect.any(Number),
      blocked: false,
      isDeleted: false,
      identities: [],
      password: null,
      oauth: '',
    };

    it.each<[string, (ticket: string) => [object, CallOptions]]>([
      ['client_id and client_secret without a header', (ticket) => [withSecret(ticket), { app: null }]],
      [
        'the pool as client_id and client_secret',
        (ticket) => [{ ticket, client_id: 'pool1', client_secret: passbeam.pool.secret }, { app: null }],
      ],
    ])('gives the user for %s, once', async (_name, write) => {
      const { ticket } = await confirmed();
      const [body, options] = write(ticket);
      expect(await userinfo(body, options)).toMatchObject({ code: 200, message: 'ok', data: user });
      expect(await userinfo(body, { ...options, headers: { 'user-agent': 'Thief/1' } })).toEqual(refused(2300));
    });

    it("gives the user to the pool's administrators, by token and by signature, and not to those of another", async () => {
      const tokenOf = async (accessKeyId: string, accessKeySecret: string) => {
        const { body } = await passbeam.v3('POST', 'get-management-token', {
          app: null,
          body: { accessKeyId, accessKeySecret },
        });
        return `Bearer ${body.data.access_token}`;
      };
      const first = await confirmed();
      const theirs = await tokenOf('pool2', 'pool2-secret-that-is-long-enough-to-be-one');
      expect(await userinfo({ ticket: first.ticket }, { app: null, token: theirs })).toEqual(refused(2300));
      const headers = { 'x-authing-userpool-id': 'pool1' };
      const token = await tokenOf('pool1', passbeam.pool.secret);
      expect(await userinfo({ ticket: first.ticket }, { app: null, token, headers })).toMatchObject({ data: user });

      const second = await confirmed();
      const body = { ticket: second.ticket };
      const forged = await callSigned(passbeam, 'POST', `${prefix}/userinfo`, {
        key: { id: 'pool1', secret: 'x' },
        body,
      });
      expect(forged.body).toEqual(refused(1300));
      const signed = await callSigned(passbeam, 'POST', `${prefix}/userinfo`, { body });
      expect(signed.body).toMatchObject({ code: 200, data: user });
    });

    it.each<[string, (ticket: string) => [object, CallOptions], number]>([
      ["a user's token for a proof", (ticket) => [{ ticket }, { token: alice.access }], 1001],
      ["the pool's id without its secret", (ticket) => [{ ticket, userPoolId: 'pool1' }, {}], 1001],
      [
        'another pool',
        (ticket) => [{ ticket }, { app: null, headers: basic('pool2', 'pool2-secret-that-is-long-enough-to-be-one') }],
        2300,
      ],
    ])('refuses %s, and leaves the ticket alone', async (_name, write, code) => {
      const { ticket, random } = await confirmed();
      expect(await userinfo(...write(ticket))).toEqual(refused(code));
      expect((await check(random)).data).toMatchObject({ status: 2, ticket });
      expect((await userinfo(withSecret(ticket))).code).toBe(200);
    });

    it.each(['tk_x', `tk_${'a'.repeat(32)}_${'b'.repeat(43)}`])('answers 2300 to the ticket %s', async (ticket) => {
      expect(await userinfo(withSecret(ticket))).toEqual(refused(2300));
    });

    it('leaves the ticket of another application alone', async () => {
      const { ticket } = await confirmed();
      const shop = passbeam.directory.getApplication('shop');
      expect(await userinfo(withSecret(ticket, shop), { app: 'shop' })).toEqual(refused(2300));
      expect((await userinfo(withSecret(ticket))).code).toBe(200);
    });

    it('carries no custom data when the page did not ask for it with the code', async () => {
      const plain = await confirmed();
      expect((await userinfo(withSecret(plain.ticket))).data).not.toHaveProperty('customData');
    });

    it('gives a token that reads the profile and cannot approve', async () => {
      const { ticket } = await confirmed();
      const { token } = (await userinfo(withSecret(ticket))).data;
      expect((await move('scanned', await newCode(), token)).code).toBe(1001);
    });
  });

  describe('with returnFullUserInfo', () => {
    beforeAll(() => passbeam.setStrategy({ returnFullUserInfo: true, allowExchangeUserInfoFromBrowser: true }));
    afterAll(() => passbeam.setStrategy({ returnFullUserInfo: false, allowExchangeUserInfoFromBrowser: false }));

    it('gives the whole user with a token, and the ticket; the page may still exchange it at once', async () => {
      const random = await newCode();
      await move('scanned', random);
      expect((await check(random)).data).toMatchObject({ status: 1, scannedUserId: passbeam.alice.id, ticket: null });
      await move('confirm', random);
      const first = (await check(random)).data;
      expect(first).toMatchObject({
        status: 2,
        ticket: expect.stringMatching(/^tk_/),
        scannedUserId: passbeam.alice.id,
        userInfo: { id: passbeam.alice.id, username: 'alice', token: expect.stringMatching(/^eyJ/) },
      });
      const { data } = await userinfo({ ticket: first.ticket });
      expect(data).toEqual(first.userInfo);
      expect((await userinfo(withSecret(first.ticket))).data.token).toBe(first.userInfo.token);
      expect((await check(random)).data).toEqual(first);

      passbeam.pass(11);
      expect((await check(random)).data).toMatchObject({ status: -1, userInfo: {}, ticket: null });
      expect(await userinfo({ ticket: first.ticket })).toEqual(refused(2300));
    });

    it('gives the login delivered before to nobody else', async () => {
      const random = await newCode();
      for (const name of ['scanned', 'confirm']) await move(name, random);
      const { ticket } = (await check(random)).data;
      const forged = `${ticket.slice(0, -1)}${ticket.endsWith('a') ? 'b' : 'a'}`;
      expect(await userinfo({ ticket: forged })).toEqual(refused(2300));
      expect(await userinfo({ ticket }, { app: 'shop' })).toEqual(refused(2300));
      await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: false });
      expect(await userinfo({ ticket })).toEqual(refused(1001));
      expect((await userinfo(withSecret(ticket))).code).toBe(200);
      await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: true });
    });
  });

  describe('beside v3', () => {
    const v3Move = async (qrcodeId: string, action: string) =>
      (await passbeam.v3('POST', 'set-qrcode-status', { token: alice.access, body: { qrcodeId, action } })).body;
    const v3Poll = async (qrcodeId: string) =>
      (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;

    it('a v3 code is scanned and confirmed here, and polled and exchanged there', async () => {
      const { data } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body;
      expect((await move('scanned', data.qrcodeId)).code).toBe(200);
      expect(await v3Poll(data.qrcodeId)).toMatchObject({ status: 'SCANNED', briefUserInfo: { displayName: 'Alice' } });
      expect((await move('confirm', data.qrcodeId)).code).toBe(200);
      const { ticket } = await v3Poll(data.qrcodeId);
      expect((await check(data.qrcodeId)).data).toMatchObject({ status: 2, ticket });
      const { body } = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: withSecret(ticket) });
      expect(body).toMatchObject({ statusCode: 200, data: { qrcodeId: data.qrcodeId } });
      expect(await userinfo(withSecret(ticket))).toEqual(refused(2300));
    });

    it('a code made here is moved there by the same login, and exchanged here', async () => {
      const random = await newCode();
      expect((await v3Move(random, 'SCAN')).statusCode).toBe(200);
      expect((await check(random)).data).toMatchObject({ status: 1, userInfo: { nickname: 'Alice' } });
      expect((await v3Move(random, 'CONFIRM')).statusCode).toBe(200);
      const { ticket } = (await check(random)).data;
      expect((await v3Poll(random)).ticket).toBe(ticket);
      expect((await userinfo(withSecret(ticket))).code).toBe(200);
      expect((await v3Poll(random)).status).toBe('EXPIRED');
    });

    it('a code cancelled there is 3 here', async () => {
      const random = await newCode();
      await v3Move(random, 'SCAN');
      await v3Move(random, 'CANCEL');
      expect((await check(random)).data.status).toBe(3);
    });
  });

  describe('races', () => {
    it('one exchange of many wins, whatever the generation', async () => {
      const { ticket } = await confirmed();
      const body = withSecret(ticket);
      const replies = await Promise.all([
        ...Array.from({ length: 5 }, (_, index) => userinfo(body, { headers: { 'user-agent': `Backend/${index}` } })),
        ...Array.from({ length: 5 }, async (_, index) => {
          const headers = { 'user-agent': `Backend/${index}` };
          const reply = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body, headers });
          return { code: reply.body.statusCode };
        }),
      ]);
      expect(replies.filter(({ code }) => code === 200)).toHaveLength(1);
    });

    it('one scan of many users wins, and repeated confirms leave one ticket', async () => {
      const random = await newCode();
      const scans = await Promise.all([alice.id, bob.id].map((token) => move('scanned', random, token)));
      expect(scans.map(({ code }) => code).sort()).toEqual([1001, 200].sort());
      const winner = scans[0].code === 200 ? alice.id : bob.id;
      const confirms = await Promise.all(Array.from({ length: 4 }, () => move('confirm', random, winner)));
      expect(confirms.map(({ code }) => code)).toEqual([200, 200, 200, 200]);
      const polls = await Promise.all(Array.from({ length: 4 }, () => check(random)));
      expect(new Set(polls.map(({ data }) => data.ticket)).size).toBe(1);
    });
  });

  describe('nobody moves a code from a web page (threats T21)', () => {
    it.each([
      ['text/plain', '{"random":"x"}'],
      ['application/x-www-form-urlencoded', 'random=x'],
    ])('by %s', async (type, payload) => {
      const reply = await passbeam.app.inject({
        method: 'POST',
        url: `${prefix}/confirm`,
        headers: { 'content-type': type, authorization: alice.id },
        payload,
      });
      expect(reply.statusCode).toBe(415);
      expect(reply.json()).toMatchObject({ code: 2231, data: null });
    });

    it.each(['scanned', 'confirm', 'cancel', 'userinfo'])('by GET %s', async (name) => {
      const { http } = await passbeam.v3('GET', `${prefix}/${name}`, { query: { random: await newCode() } });
      expect(http).toBe(404);
    });

    it('by a cookie', async () => {
      const random = await newCode();
      const headers = { cookie: `token=${alice.id}; authorization=${alice.id}` };
      expect((await call('POST', 'scanned', { headers, body: { random } })).body).toEqual(refused(2020));
    });
  });

  it('a flood of unknown codes is stopped with 429, live ones are not', async () => {
    const limited = await openTestPassbeam();
    const ask = (random: string) => limited.v3('GET', `${prefix}/check`, { query: { random } });
    const { random } = (await limited.v3('POST', `${prefix}/gene`, { body: { scene: 'APP_AUTH' } })).body.data;
    const replies = [];
    for (let count = 0; count < 61; count++) replies.push(await ask('a'.repeat(32)));
    expect(replies.slice(0, 60).every(({ http, body }) => http === 200 && body.code === 2241)).toBe(true);
    expect(replies[60]).toMatchObject({ http: 429, body: { code: 1000, data: null } });
    expect(Number(replies[60]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(random)).body.data.status).toBe(0);
    await limited.close();
  });

  it('an unknown path is refused in the words of this generation', async () => {
    const { http, body } = await passbeam.v3('GET', `${prefix}/nothing`);
    expect(http).toBe(404);
    expect(body).toEqual(refused(404, 404));
  });
});

describe('as time passes', () => {
  it.each(qrCodePrefixes)('a code of %s expires: -1 in polls, 2241 in moves', async (prefix) => {
    const { body } = await passbeam.v3('POST', `${prefix}/gene`, { body: { scene: 'APP_AUTH' } });
    const { random } = body.data;
    passbeam.pass(120);
    const polled = await passbeam.v3('GET', `${prefix}/check`, { query: { random } });
    expect(polled.body).toEqual({
      code: 200,
      message: 'ok',
      data: { random, status: -1, userInfo: {}, ticket: null, scannedUserId: null },
    });
    const moved = await passbeam.v3('POST', `${prefix}/scanned`, { token: alice.access, body: { random } });
    expect(moved.body).toEqual(refused(2241));
  });
});
