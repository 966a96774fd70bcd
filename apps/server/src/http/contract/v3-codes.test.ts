import { qrCodeStatuses } from '@passbeam/protocol';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions, V3Reply } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import {
  basicHeader,
  type CodeState,
  type ContractWorld,
  type FieldRow,
  fieldCases,
  openContractWorld,
  tokenSetKeys,
  unknownCode,
  unknownTicket,
  uuid,
  v3Refusal,
  withField,
} from './world.fixture.ts';

/** The codes of generation v3 as the published contract has them, row by row (wire 2.0–2.4, 2.8, 2.10). */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const gene = 'gene-qrcode';
const exchange = 'exchange-tokenset-with-qrcode-ticket';
const changes = ['set-qrcode-status', 'change-qrcode-status'] as const;
const polls = ['get-qrcode-status', 'check-qrcode-status'] as const;
const mobile = { type: 'MOBILE_APP' };
const brief = { displayName: 'Alice', photo: 'http://localhost:3000/avatars/default.png' };

const post = async (path: string, body: object, options: CallOptions = {}) =>
  (await world.v3('POST', path, { ...options, body })).body;
const poll = (path: string, qrcodeId: string) => world.v3('GET', path, { query: { qrcodeId } });
const scan = async (path: string, token = world.alice1.access) =>
  world.v3('POST', path, { app: 'phone', token, body: { qrcodeId: await world.newCode(), action: 'SCAN' } });
const exchanged = async (more: object = world.siteProof, options: CallOptions = {}) =>
  world.v3('POST', exchange, { ...options, body: { ticket: (await world.confirmed()).ticket, ...more } });

describe('2.0 the envelope of a success: HTTP 200, statusCode, message, requestId, data and never an apiCode', () => {
  const rows: [section: string, call: string, make: () => Promise<V3Reply>][] = [
    ['2.1', gene, () => world.v3('POST', gene, { body: mobile })],
    ...polls.map((path): (typeof rows)[number] => ['2.2', path, async () => poll(path, await world.newCode())]),
    ...changes.map((path): (typeof rows)[number] => ['2.3', path, () => scan(path)]),
    ['2.4', exchange, () => exchanged()],
  ];
  it.each(rows)('%s %s', async (_section, _call, make) => {
    const { http, headers, body } = await make();
    expect(http).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(body).toEqual({
      statusCode: 200,
      message: expect.any(String),
      requestId: expect.stringMatching(uuid),
      data: expect.any(Object),
    });
  });
});

describe('2.0 headers', () => {
  const selecting: [says: string, headers: Record<string, string>, statusCode: number, apiCode?: number][] = [
    ['x-authing-app-id selects the application', { 'x-authing-app-id': 'site' }, 200],
    ['x-genauth-app-id does too', { 'x-genauth-app-id': 'site' }, 200],
    ['both, when they agree (wire 9, row 2)', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'site' }, 200],
    ['both, when they do not (wire 9, row 2)', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'phone' }, 400, 2231],
    ['x-authing-userpool-id beside it', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': 'pool1' }, 200],
    ['x-genauth-userpool-id beside it', { 'x-genauth-app-id': 'site', 'x-genauth-userpool-id': 'pool1' }, 200],
    ['an empty pool is none', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': '' }, 200],
    ['x-authing-userpool-id alone', { 'x-authing-userpool-id': 'pool1' }, 200],
    ['x-genauth-userpool-id alone', { 'x-genauth-userpool-id': 'pool1' }, 200],
    [
      'a pool that is not the application’s',
      { 'x-authing-app-id': 'site', 'x-genauth-userpool-id': 'pool2' },
      400,
      2231,
    ],
    ['neither', {}, 400, 2101],
    ['an unknown application', { 'x-authing-app-id': 'nobody' }, 404, 2011],
    ['an unknown pool', { 'x-authing-userpool-id': 'nowhere' }, 404, 2224],
  ];
  it.each(selecting)('%s', async (_says, headers, statusCode, apiCode) => {
    const { http, body } = await world.v3('POST', gene, { app: null, headers, body: mobile });
    expect(http).toBe(200);
    if (statusCode === 200) expect(body.statusCode).toBe(200);
    else expect(body).toEqual(v3Refusal(statusCode, apiCode));
  });

  const contradicting: [says: string, headers: Record<string, string>][] = [
    ['two brands (wire 9, row 2)', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'phone' }],
    ['a pool that is not the application’s', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': 'pool2' }],
    ['the same by the other brand', { 'x-genauth-app-id': 'site', 'x-genauth-userpool-id': 'pool2' }],
  ];
  it.each(contradicting)('%s contradict each other in every call that names one', async (_says, headers) => {
    const options = { app: null, headers, token: world.alice1.access };
    const qrcodeId = await world.newCode();
    for (const path of changes) {
      expect(await post(path, { qrcodeId, action: 'SCAN' }, options)).toEqual(v3Refusal(400, 2231));
    }
    const { ticket } = await world.confirmed();
    expect(await post(exchange, { ticket, ...world.siteProof }, { app: null, headers })).toEqual(v3Refusal(400, 2231));
    expect((await poll(polls[0], qrcodeId)).body.data.status).toBe('PENDING');
  });

  const informing = ['app-tenant-id', 'request-from', 'sdk-version', 'device-id', 'lang'].flatMap((suffix) => [
    `x-authing-${suffix}`,
    `x-genauth-${suffix}`,
  ]);
  it.each([...informing, 'x-real-ip'])('%s only informs: it changes nothing, whatever it holds', async (name) => {
    for (const value of ['', 'undefined', 'sdk', 'js:4.21.8', '203.0.113.9']) {
      expect((await post(gene, mobile, { headers: { [name]: value } })).statusCode).toBe(200);
    }
  });

  it('x-real-ip of a stranger is not believed', async () => {
    const qrcodeId = await world.newCode(
      {},
      { headers: { 'x-real-ip': '203.0.113.9', origin: 'https://site.example' } },
    );
    expect((await world.move(qrcodeId, 'SCAN')).body.data.consent.ip).toBe('127.0.0.1');
  });

  const languages: [headers: Record<string, string>, words: RegExp][] = [
    [{}, /^[^一-鿿]+$/],
    [{ 'x-authing-lang': 'en-US' }, /^[^一-鿿]+$/],
    [{ 'x-authing-lang': 'zh-CN' }, /[一-鿿]/],
    [{ 'x-genauth-lang': 'zh-CN' }, /[一-鿿]/],
  ];
  it.each(languages)('%o chooses the language of message', async (headers, words) => {
    expect((await post(gene, {}, { headers })).message).toMatch(words);
  });

  const spellings: [says: string, write: (token: string) => string][] = [
    ['raw', (token) => token],
    ['Bearer', (token) => `Bearer ${token}`],
    ['bearer', (token) => `bearer ${token}`],
    ['BEARER', (token) => `BEARER ${token}`],
  ];
  it.each(spellings)('authorization is read %s', async (_says, write) => {
    for (const path of changes) expect((await scan(path, write(world.alice1.access))).body.statusCode).toBe(200);
  });

  it.each(['id', 'login'] as const)('an access token it is: the %s token belongs to v2 (wire 2.0)', async (kind) => {
    for (const path of changes) expect((await scan(path, world.alice1[kind])).body).toEqual(v3Refusal(401, 2020));
  });

  const pages = { origin: 'https://site.example', credentials: 'true' };
  it.each([
    ['POST', gene],
    ['GET', 'get-qrcode-status'],
    ['GET', 'check-qrcode-status'],
    ['POST', exchange],
  ] as const)('CORS of %s %s: the origin is echoed, with credentials, never *', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    const { headers } = await world.v3(method, path, { body, headers: { origin: pages.origin } });
    expect(headers['access-control-allow-origin']).toBe(pages.origin);
    expect(headers['access-control-allow-credentials']).toBe(pages.credentials);
  });

  it('CORS preflights allow GET, POST, OPTIONS and every header of both brands', async () => {
    const { statusCode, headers } = await world.app.inject({
      method: 'OPTIONS',
      url: `/api/v3/${gene}`,
      headers: { origin: pages.origin, 'access-control-request-method': 'POST' },
    });
    expect(statusCode).toBe(204);
    const listed = (name: string) => String(headers[name]).split(', ').sort();
    expect(listed('access-control-allow-methods')).toEqual(['GET', 'OPTIONS', 'POST']);
    const published = ['app-id', 'userpool-id', 'app-tenant-id', 'request-from', 'sdk-version', 'lang', 'device-id'];
    for (const suffix of published) {
      expect(listed('access-control-allow-headers')).toEqual(
        expect.arrayContaining([`x-authing-${suffix}`, `x-genauth-${suffix}`]),
      );
    }
    expect(listed('access-control-allow-headers')).toEqual(expect.arrayContaining(['authorization', 'content-type']));
    expect(headers['access-control-allow-origin']).toBe(pages.origin);
    expect(headers['access-control-allow-credentials']).toBe('true');
  });

  it('GET with a content type and no body is a plain GET', async () => {
    const qrcodeId = await world.newCode();
    for (const path of polls) {
      const { body } = await world.v3('GET', path, {
        query: { qrcodeId },
        headers: { 'content-type': 'application/json' },
      });
      expect(body.statusCode).toBe(200);
    }
  });
});

describe('fields of requests', () => {
  const createRows: FieldRow[] = [
    { section: '2.1', field: 'type', takes: ['MOBILE_APP'], refuses: [undefined, null, 1, '', 'QQ', 'mobile_app'] },
    { section: '2.1', field: 'type', takes: [], refuses: ['WECHAT_MINIPROGRAM', 'WECHAT_OFFICIAL_ACCOUNT'] },
    { section: '2.1', field: 'extIdpConnId', takes: [undefined, '', 'conn'], refuses: [1, {}] },
    {
      section: '2.1',
      field: 'customData',
      takes: [undefined, null, {}, { a: [1, { b: null }] }],
      refuses: ['x', 1, []],
    },
    { section: '2.1', field: 'context', takes: [undefined, {}, { a: 1 }], refuses: ['x', 1, []] },
    { section: '2.1', field: 'autoMergeQrCode', takes: [undefined, true, false], refuses: ['false', 0] },
    { section: '2.1', field: 'somethingElse', takes: [null, 'x', { a: 1 }] },
  ];
  const create = fieldCases(createRows);

  it.each(create.taken)('$section gene-qrcode takes $field $value', async ({ field, value }) => {
    expect(await post(gene, withField(mobile, field, value))).toMatchObject({ statusCode: 200 });
  });
  it.each(create.refused)('$section gene-qrcode refuses $field $value by its name', async ({ field, value }) => {
    expect(await post(gene, withField(mobile, field, value))).toEqual(
      v3Refusal(400, 2231, expect.stringContaining(field)),
    );
  });

  describe.each(polls)('%s', (path) => {
    it.each([{}, { qrcodeId: '' }])('2.2 refuses %o by the name of the field', async (query) => {
      const { body } = await world.v3('GET', path, { query: query as Record<string, string> });
      expect(body).toEqual(v3Refusal(400, 2231, expect.stringContaining('qrcodeId')));
    });
    it('2.2 takes a qrcodeId, and ignores the rest of the query', async () => {
      const { body } = await world.v3('GET', path, { query: { qrcodeId: await world.newCode(), more: '1' } });
      expect(body.statusCode).toBe(200);
    });
  });

  const move = { qrcodeId: unknownCode, action: 'SCAN' };
  const changeCases = fieldCases([
    { section: '2.3', field: 'qrcodeId', takes: [], refuses: [undefined, null, 1, ''] },
    { section: '2.3', field: 'action', takes: [], refuses: [undefined, null, 1, '', 'LOOK', 'scan', 'APP_LOGIN'] },
  ]);
  describe.each(changes)('%s', (path) => {
    it.each(changeCases.refused)('$section refuses $field $value by its name', async ({ field, value }) => {
      const body = await post(path, withField(move, field, value), { app: 'phone', token: world.alice1.access });
      expect(body).toEqual(v3Refusal(400, 2231, expect.stringContaining(field)));
    });
    it.each(['SCAN', 'CONFIRM', 'CANCEL'] as const)('2.3 takes the action %s', async (action) => {
      const qrcodeId = await world.codeIn(action === 'SCAN' ? 'PENDING' : 'SCANNED');
      const options = { app: 'phone', token: world.alice1.access };
      expect((await post(path, { qrcodeId, action }, options)).data).toMatchObject({ success: true });
    });
  });

  const exchangeCases = fieldCases([
    { section: '2.4', field: 'ticket', takes: [], refuses: [undefined, null, 1, ''] },
    { section: '2.4', field: 'client_id', takes: [], refuses: [1] },
    { section: '2.4', field: 'client_secret', takes: [], refuses: [1] },
  ]);
  it.each(exchangeCases.refused)('$section exchange refuses $field $value by its name', async ({ field, value }) => {
    const body = withField({ ticket: unknownTicket, ...world.siteProof }, field, value);
    expect(await post(exchange, body)).toEqual(v3Refusal(400, 2231, expect.stringContaining(field)));
  });
});

describe('2.1 what gene-qrcode gives', () => {
  it('qrcodeId, url of a PNG, and expiresIn beyond the contract (wire 2.1)', async () => {
    const { data } = await post(gene, mobile);
    expect(data).toEqual({
      qrcodeId: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      url: expect.stringMatching(/^http:\/\/localhost:3000\/qr\/[\w.-]+\.png$/),
      expiresIn: 120,
    });
  });

  it('link only where codes hold one, with the name of the one app of the pool that opens it', async () => {
    const linked = async (id: string) => (await post('gene-qrcode', { type: 'MOBILE_APP' }, { app: id })).data;
    await world.addApplication({ id: 'linked', qrPayload: 'link' });
    const { link, appName, qrcodeId } = await linked('linked');
    expect({ link, appName }).toEqual({ link: `http://localhost:3000/q/${qrcodeId}`, appName: undefined });
    const keys = { appleAppIds: ['A1B2C3D4E5.com.example.app'], approvesScans: true };
    await world.addApplication({ id: 'other-pool', userPoolId: 'pool2', name: 'Elsewhere', ...keys });
    await world.addApplication({ id: 'ledger', name: 'Ledger', ...keys });
    expect((await linked('linked')).appName).toBe('Ledger');
    await world.addApplication({ id: 'ledger2', name: 'Ledger 2', ...keys });
    expect((await linked('linked')).appName).toBeUndefined();
    expect((await linked('site')).link).toBeUndefined();
  });

  it('customLogoUrl only where one is registered, and under no other name (wire 9, row 13)', async () => {
    const { data } = await post(gene, mobile, { app: 'shop' });
    expect(Object.keys(data).sort()).toEqual(['customLogoUrl', 'expiresIn', 'qrcodeId', 'url']);
    expect(data.customLogoUrl).toBe('https://shop.example/logo.png');
  });
});

describe('2.2 what polls give', () => {
  const states: [state: CodeState, data: object][] = [
    ['PENDING', { status: 'PENDING', expiresIn: 120 }],
    ['SCANNED', { status: 'SCANNED', briefUserInfo: brief, expiresIn: 120 }],
    ['AUTHORIZED', { status: 'AUTHORIZED', briefUserInfo: brief, ticket: expect.stringMatching(/^tk_/) }],
    ['CANCELLED', { status: 'CANCELLED', briefUserInfo: brief }],
    ['REDEEMED', { status: 'EXPIRED' }],
  ];
  it.each(states)(
    '%s, with these fields and no others, at both addresses alike (wire 9, row 15)',
    async (state, data) => {
      const qrcodeId = await world.codeIn(state);
      for (const path of polls) expect((await poll(path, qrcodeId)).body.data).toEqual(data);
    },
  );

  it('the statuses are those six; ERROR is for states that cannot happen here (wire 9, row 30)', () => {
    expect([...qrCodeStatuses]).toEqual(['PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED', 'EXPIRED', 'ERROR']);
    expect(new Set(states.map(([, data]) => (data as { status: string }).status))).toEqual(
      new Set(qrCodeStatuses.filter((status) => status !== 'ERROR')),
    );
  });

  it('with returnFullUserInfo: tokenSet instead of the ticket (wire 9, row 20), the same on each poll (wire 9, row 21)', async () => {
    const qrcodeId = await world.codeIn('AUTHORIZED');
    await world.setStrategy({ returnFullUserInfo: true });
    const [first, again] = [await poll(polls[0], qrcodeId), await poll(polls[1], qrcodeId)];
    await world.setStrategy({ returnFullUserInfo: false });
    const { data } = first.body;
    expect(Object.keys(data).sort()).toEqual(['briefUserInfo', 'status', 'tokenSet']);
    expect(data).toMatchObject({ status: 'AUTHORIZED', briefUserInfo: brief });
    expect(Object.keys(data.tokenSet).sort()).toEqual(tokenSetKeys);
    expect(again.body.data).toEqual(data);
  });

  it.each(polls)('%s needs no login, and ignores a stale one', async (path) => {
    const qrcodeId = await world.newCode();
    for (const token of ['stale', 'Bearer stale', `Bearer ${world.alice1.access}x`]) {
      expect((await world.v3('GET', path, { token, query: { qrcodeId } })).body.statusCode).toBe(200);
    }
  });

  it.each(polls)('%s answers management clients too (wire 9, row 29)', async (path) => {
    const { body } = await callSigned(world, 'GET', path, { query: { qrcodeId: await world.newCode() } });
    expect(body).toMatchObject({ statusCode: 200, data: { status: 'PENDING' } });
  });
});

describe('2.3 what the phone’s calls give', () => {
  it.each(changes)('%s: data.success, and at SCAN what the person must see', async (path) => {
    const qrcodeId = await world.newCode({ customData: { order: 'A-1', 名: ['值'] } });
    const options = { app: 'phone', token: world.alice1.access };
    const scanned = (await post(path, { qrcodeId, action: 'SCAN' }, options)).data;
    expect(Object.keys(scanned).sort()).toEqual(['consent', 'customData', 'expiresIn', 'success']);
    expect(scanned).toMatchObject({ customData: { order: 'A-1', 名: ['值'] }, expiresIn: 120 });
    expect((await post(path, { qrcodeId, action: 'SCAN' }, options)).data).toEqual(scanned);
    expect((await post(path, { qrcodeId, action: 'CONFIRM' }, options)).data).toEqual({ success: true });
  });

  it.each(changes)('%s takes the door at SCAN, and tells of it', async (path) => {
    const qrcodeId = await world.newCode();
    const options = { app: 'phone', token: world.alice1.access };
    expect(await post(path, { qrcodeId, action: 'SCAN', door: 'window' }, options)).toEqual(v3Refusal(400, 2231));
    const scanned = (await post(path, { qrcodeId, action: 'SCAN', door: 'link' }, options)).data;
    expect(scanned.consent.door).toBe('link');
    // The first word counts: whoever repeats the scan does not change it.
    expect((await post(path, { qrcodeId, action: 'SCAN', door: 'camera' }, options)).data.consent.door).toBe('link');
    expect((await post(path, { qrcodeId, action: 'CONFIRM', door: 'typed' }, options)).data).toEqual({ success: true });
    const events = await world.stores.audit.list({ codeHash: world.secrets.hash(qrcodeId), limit: 9 });
    expect(
      events
        .filter(({ detail }) => detail.door === 'link')
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['qr.confirmed', 'qr.scanned']);
  });

  it.each(changes)('%s refuses who is not signed in', async (path) => {
    const body = { qrcodeId: await world.newCode(), action: 'SCAN' };
    for (const token of [undefined, '', 'nonsense', 'Bearer nonsense', basicHeader('site', world.site.secret)]) {
      expect(await post(path, body, token === undefined ? {} : { token })).toEqual(v3Refusal(401, 2020));
    }
  });

  it.each(changes)('%s refuses management credentials: there is no user behind them (wire 9, row 29)', async (path) => {
    const body = { qrcodeId: await world.newCode(), action: 'SCAN' };
    expect((await callSigned(world, 'POST', path, { body })).body).toEqual(v3Refusal(401, 2020));
    const { data } = await post('get-management-token', { accessKeyId: 'pool1', accessKeySecret: world.pool.secret });
    expect(await post(path, body, { token: `Bearer ${data.access_token}` })).toEqual(v3Refusal(401, 2020));
  });
});

describe('2.4 who may exchange a ticket', () => {
  const proofs: [method: string, app: string, body: () => object, options: () => CallOptions][] = [
    ['client_secret_post: in the body', 'site', () => world.siteProof, () => ({})],
    [
      'client_secret_post beside a raw access token',
      'site',
      () => world.siteProof,
      () => ({ token: world.bob.access }),
    ],
    [
      'client_secret_post beside a Bearer token',
      'site',
      () => world.siteProof,
      () => ({ token: `Bearer ${world.bob.id}` }),
    ],
    [
      'client_secret_post without a header that names the application',
      'site',
      () => world.siteProof,
      () => ({ app: null }),
    ],
    [
      'client_secret_basic: in authorization',
      'basic',
      () => ({}),
      () => ({ token: basicHeader('basic', world.directory.getApplication('basic').secret) }),
    ],
  ];
  it.each(proofs)('%s: the token set', async (_method, app, body, options) => {
    const qrcodeId = await world.newCode({}, { app });
    for (const action of ['SCAN', 'CONFIRM'] as const) await world.move(qrcodeId, action);
    const ticket = await world.ticketOf(qrcodeId);
    const reply = await post(exchange, { ticket, ...body() }, { app, ...options() });
    expect(reply.statusCode).toBe(200);
    expect(Object.keys(reply.data).sort()).toEqual([...tokenSetKeys, 'qrcodeId'].sort());
    expect(reply.data).toMatchObject({ qrcodeId, scope: 'openid profile', token_type: 'Bearer' });
    expect(reply.data).toMatchObject({ expire_in: 7200, expires_in: 7200 });
    expect(decodeJwt(reply.data.access_token)).toMatchObject({ sub: world.alice.id, aud: app });
  });

  it('management clients, for the codes of their pool (wire 9, row 29)', async () => {
    const { ticket } = await world.confirmed();
    const { body } = await callSigned(world, 'POST', exchange, { body: { ticket } });
    expect(body).toMatchObject({ statusCode: 200, data: { token_type: 'Bearer' } });
  });

  it('none: refused while browsers may not exchange, allowed while they may (wire 9, row 6)', async () => {
    const qrcodeId = await world.newCode({}, { app: 'phone' });
    for (const action of ['SCAN', 'CONFIRM'] as const) await world.move(qrcodeId, action);
    const ticket = await world.ticketOf(qrcodeId);
    expect(await post(exchange, { ticket }, { app: 'phone' })).toEqual(v3Refusal(403, 1001));
    await world.setStrategy({ allowExchangeUserInfoFromBrowser: true });
    const reply = await post(exchange, { ticket }, { app: 'phone' });
    await world.setStrategy({ allowExchangeUserInfoFromBrowser: false });
    expect(reply.statusCode).toBe(200);
  });

  const refusals: [says: string, body: () => object, options: CallOptions, statusCode: number, apiCode: number][] = [
    ['no proof', () => ({}), {}, 403, 1001],
    ['an id without its secret', () => ({ client_id: 'site' }), {}, 403, 1001],
    ['a wrong secret', () => ({ client_id: 'site', client_secret: 'wrong' }), {}, 401, 1001],
    ['a wrong secret in Basic', () => ({}), { token: basicHeader('site', 'wrong') }, 401, 1001],
    ['no application at all', () => ({}), { app: null }, 400, 2101],
  ];
  it.each(refusals)('%s is refused and consumes nothing', async (_says, body, options, statusCode, apiCode) => {
    const { ticket } = await world.confirmed();
    expect(await post(exchange, { ticket, ...body() }, options)).toEqual(v3Refusal(statusCode, apiCode));
    expect((await post(exchange, { ticket, ...world.siteProof })).statusCode).toBe(200);
  });

  it.each(['x', unknownTicket])('the ticket %s is unknown', async (ticket) => {
    expect(await post(exchange, { ticket, ...world.siteProof })).toEqual(v3Refusal(400, 2300));
  });

  it('a ticket is good once', async () => {
    const { ticket } = await world.confirmed();
    expect((await post(exchange, { ticket, ...world.siteProof })).statusCode).toBe(200);
    const elsewhere = { headers: { 'user-agent': 'Thief/1' } };
    expect(await post(exchange, { ticket, ...world.siteProof }, elsewhere)).toEqual(v3Refusal(400, 2300));
  });
});

describe('what belongs to other products is a 404 in the envelope, not a page', () => {
  it.each([
    ['2.8', 'POST', '/api/v3/gene-fastpass-qrcode-info'],
    ['2.8', 'GET', '/api/v3/get-fastpass-client-apps?qrcodeId=x&appId=x'],
    ['2.8', 'GET', '/api/v3/get-app-login-qrcode-status?qrcodeId=x'],
    ['2.8', 'POST', '/api/v3/qrcode-app-login'],
    ['2.8', 'POST', '/api/v3/signin-by-push'],
    ['2.8', 'GET', '/api/v3/check-pushcode-status'],
    ['2.8', 'POST', '/api/v3/set-pushcode-status'],
    ['2.8', 'POST', '/api/v3/change-pushcode-status'],
    ['2.8', 'GET', '/api/v3/get-pushlogin-relation-apps'],
    ['2.8', 'GET', '/connections/zjzwfw/check-auth-code'],
    ['2.8', 'GET', '/api/v1/qrcode/x/verify'],
    ['2.8', 'POST', '/api/v3/update-userpool-tenant-appqrcode-state'],
    ['2.10', 'GET', '/qrcode/gene?scene=APP_AUTH&userPoolId=pool1'],
    ['2.10', 'GET', '/qrcode/check?qrcodeId=x&scene=APP_AUTH'],
    ['2.10', 'POST', '/oauth/scan-qrcode/exchangeUserInfoWithTicket'],
  ] as const)('%s %s %s', async (_section, method, url) => {
    const { http, headers, body } = await world.v3(method, url, method === 'POST' ? { body: {} } : {});
    expect(http).toBe(404);
    expect(headers['content-type']).toContain('application/json');
    expect(body).toEqual(v3Refusal(404));
  });
});
