import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallOptions } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import { qrCodePrefixes } from '../routes/v2/qr-codes.ts';
import {
  basicHeader,
  type CodeState,
  type ContractWorld,
  fieldCases,
  openContractWorld,
  unknownCode,
  unknownTicket,
  v2Refusal,
  v2UserKeys,
  withField,
} from './world.fixture.ts';

/** The codes of generation v2 under both their addresses, row by row (wire 2.0, 2.5–2.7; wire 9, row 1). */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const appAuth = { scene: 'APP_AUTH' };
const brief = { nickname: 'Alice', photo: 'http://localhost:3000/avatars/default.png' };

describe.each(qrCodePrefixes)('%s', (prefix) => {
  const post = async (name: string, body: object, options: CallOptions = {}) =>
    (await world.v3('POST', `${prefix}/${name}`, { ...options, body })).body;
  const check = async (random: string, options: CallOptions = {}) =>
    (await world.v3('GET', `${prefix}/check`, { ...options, query: { random } })).body;
  const move = (name: string, random: string, token = `Bearer ${world.alice1.login}`) =>
    post(name, { random }, { app: 'phone', token });
  const newCode = async (body: object = {}, options: CallOptions = {}): Promise<string> =>
    (await post('gene', { ...appAuth, ...body }, options)).data.random;

  describe('2.0 the envelope of a success: HTTP 200, code, message, data and never an apiCode', () => {
    const calls: [section: string, name: string, make: () => Promise<unknown>][] = [
      ['2.5', 'gene', () => world.v3('POST', `${prefix}/gene`, { body: appAuth })],
      [
        '2.6',
        'check',
        async () => world.v3('GET', `${prefix}/check`, { query: { random: await world.codeIn('AUTHORIZED') } }),
      ],
      ...(['scanned', 'confirm', 'cancel'] as const).map((name): [string, string, () => Promise<unknown>] => [
        '2.7',
        name,
        async () => {
          const random = await world.codeIn(name === 'scanned' ? 'PENDING' : 'SCANNED');
          return world.v3('POST', `${prefix}/${name}`, { app: 'phone', token: world.alice1.access, body: { random } });
        },
      ]),
      [
        '2.7',
        'userinfo',
        async () => {
          const { ticket } = await world.confirmed();
          return world.v3('POST', `${prefix}/userinfo`, { body: { ticket, ...world.siteProof } });
        },
      ],
    ];
    it.each(calls)('%s %s', async (_section, _name, make) => {
      const reply = (await make()) as { http: number; body: object };
      expect(reply.http).toBe(200);
      expect(reply.body).toEqual({ code: 200, message: 'ok', data: expect.any(Object) });
    });
  });

  describe('2.0 headers', () => {
    const selecting: [says: string, headers: Record<string, string>, code: number][] = [
      ['x-authing-app-id', { 'x-authing-app-id': 'site' }, 200],
      ['x-genauth-app-id', { 'x-genauth-app-id': 'site' }, 200],
      ['both, equal', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'site' }, 200],
      ['both, different (wire 9, row 2)', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'shop' }, 2231],
      ['application and pool', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': 'pool1' }, 200],
      ['application and pool of two brands', { 'x-authing-app-id': 'site', 'x-genauth-userpool-id': 'pool1' }, 200],
      ['the application alone, as js in browsers (wire 9, row 19)', { 'x-authing-app-id': 'site' }, 200],
      ['the pool alone', { 'x-authing-userpool-id': 'pool1' }, 200],
      ['the pool alone, other brand', { 'x-genauth-userpool-id': 'pool1' }, 200],
      ['a pool that is not the application’s', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': 'pool2' }, 2231],
      ['neither', {}, 2101],
      ['an unknown application', { 'x-authing-app-id': 'nobody' }, 2011],
      ['an unknown pool', { 'x-authing-userpool-id': 'nowhere' }, 2224],
    ];
    it.each(selecting)('%s', async (_says, headers, code) => {
      const body = await post('gene', appAuth, { app: null, headers });
      if (code === 200) expect(body.code).toBe(200);
      else expect(body).toEqual(v2Refusal(code));
    });

    const contradicting: [says: string, headers: Record<string, string>][] = [
      ['two brands (wire 9, row 2)', { 'x-authing-app-id': 'site', 'x-genauth-app-id': 'phone' }],
      ['a pool that is not the application’s', { 'x-authing-app-id': 'site', 'x-authing-userpool-id': 'pool2' }],
      ['the same by the other brand', { 'x-genauth-app-id': 'site', 'x-genauth-userpool-id': 'pool2' }],
    ];
    it.each(contradicting)('%s contradict each other in every call that names one', async (_says, headers) => {
      const random = await newCode();
      for (const name of ['scanned', 'confirm', 'cancel']) {
        const body = await post(name, { random }, { app: null, headers, token: world.alice1.access });
        expect(body).toEqual(v2Refusal(2231));
      }
      const { ticket } = await world.confirmed();
      const options = { app: null, headers };
      expect(await post('userinfo', { ticket, ...world.siteProof }, options)).toEqual(v2Refusal(2231));
      expect((await check(random)).data.status).toBe(0);
    });

    it.each(['x-authing-lang', 'x-genauth-lang'])(
      '%s chooses the language of message and description',
      async (name) => {
        const headers = { [name]: 'zh-CN' };
        expect((await post('gene', {}, { headers })).message).toMatch(/[一-鿿]/);
        expect((await post('gene', {})).message).toMatch(/^[^一-鿿]+$/);
        const random = await newCode();
        const token = world.alice1.access;
        expect((await post('scanned', { random }, { token, headers })).data.description).toMatch(/[一-鿿]/);
      },
    );

    const kinds = ['access', 'id', 'login'] as const;
    const spellings: ((token: string) => string)[] = [(t) => t, (t) => `Bearer ${t}`, (t) => `bearer ${t}`];
    it.each(kinds)('the %s token is taken, raw and as Bearer', async (kind) => {
      for (const write of spellings) {
        const random = await newCode();
        for (const name of ['scanned', 'confirm']) {
          expect((await move(name, random, write(world.alice1[kind]))).code).toBe(200);
        }
      }
    });

    it('a login that went stale spoils neither gene nor check', async () => {
      for (const token of ['stale', 'Bearer undefined', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln']) {
        const random = await newCode({}, { token });
        expect((await check(random, { token, app: null })).code).toBe(200);
      }
    });

    it('CORS: the origin is echoed, with credentials', async () => {
      const { headers } = await world.v3('POST', `${prefix}/gene`, {
        body: appAuth,
        headers: { origin: 'https://site.example' },
      });
      expect(headers['access-control-allow-origin']).toBe('https://site.example');
      expect(headers['access-control-allow-credentials']).toBe('true');
    });
  });

  describe('2.5 gene', () => {
    const data = [undefined, null, {}, { a: 1 }, '{}', '{"a":1}'];
    const noData = [1, [], '{', '[1]', 'words', '{"__proto__":{}}'];
    const { taken, refused } = fieldCases([
      { section: '2.5', field: 'scene', takes: ['APP_AUTH'], refuses: [undefined, null, 1, ''] },
      { section: '2.5', field: 'scene', takes: [], refuses: ['WXAPP_AUTH', 'WECHATMP_AUTH', 'ZJ_AUTH', 'app_auth'] },
      { section: '2.5', field: 'customeData', takes: data, refuses: noData },
      { section: '2.5', field: 'params', takes: data, refuses: noData },
      { section: '2.5', field: 'customData', takes: data, refuses: noData },
      { section: '2.5', field: 'withCustomData', takes: [undefined, null, true, false], refuses: ['true', 1] },
      { section: '2.5', field: 'context', takes: [undefined, null, {}, { a: 1 }, 'x'] },
      { section: '2.5', field: 'autoMergeQrCode', takes: [undefined, null, true, false] },
      { section: '2.5', field: 'extIdpConnId', takes: [undefined, null, 'conn'] },
      { section: '2.5', field: 'somethingElse', takes: ['x'] },
    ]);
    it.each(taken)('$section takes $field $value', async ({ field, value }) => {
      expect(await post('gene', withField(appAuth, field, value))).toMatchObject({ code: 200 });
    });
    it.each(refused)('$section refuses $field $value by its name', async ({ field, value }) => {
      expect(await post('gene', withField(appAuth, field, value))).toEqual(
        v2Refusal(2231, 499, expect.stringContaining(field)),
      );
    });

    it.each(['params', 'customeData', 'customData'])(
      'the page’s data under the name %s is in the code',
      async (name) => {
        for (const value of [{ shop: 7 }, '{"shop":7}']) {
          const found = await world.stores.qrSessions.find(world.secrets.hash(await newCode({ [name]: value })));
          expect(found?.session.customData).toBe('{"shop":7}');
        }
      },
    );

    it('gives random, expiresIn and url', async () => {
      expect((await post('gene', appAuth)).data).toEqual({
        random: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
        expiresIn: 120,
        url: expect.stringMatching(/^http:\/\/localhost:3000\/qr\/[\w.-]+\.png$/),
      });
    });

    it('tells official clients of no logo to paint over a code that would not be read any more (wire 2.9)', async () => {
      const shop = (await post('gene', appAuth, { app: 'shop' })).data;
      expect(Object.keys(shop).sort()).toEqual(['expiresIn', 'random', 'url']);
    });

    it('and check, by a management signature (wire 9, row 29)', async () => {
      const { body } = await callSigned(world, 'POST', `${prefix}/gene`, { body: appAuth });
      const query = { random: body.data.random };
      expect((await callSigned(world, 'GET', `${prefix}/check`, { query })).body.data.status).toBe(0);
    });
  });

  describe('2.6 check', () => {
    const states: [status: number, state: CodeState, userInfo: object, ticket: unknown][] = [
      [0, 'PENDING', {}, null],
      [1, 'SCANNED', brief, null],
      [2, 'AUTHORIZED', brief, expect.stringMatching(/^tk_/)],
      [3, 'CANCELLED', brief, null],
      [-1, 'REDEEMED', {}, null],
    ];
    it.each(states)('status %i: %s; userInfo is always an object', async (status, state, userInfo, ticket) => {
      const random = await world.codeIn(state);
      expect((await check(random)).data).toEqual({ random, status, userInfo, ticket, scannedUserId: null });
    });

    it('4 (second factor) and 5 (unknown error) cannot happen here, nor scannedResult with them (wire 9, row 30)', async () => {
      for (const [, state] of states) {
        expect((await check(await world.codeIn(state))).data).not.toHaveProperty('scannedResult');
      }
    });

    it.each([{}, { random: '' }])('refuses %o by the name of the field', async (query) => {
      const { http, body } = await world.v3('GET', `${prefix}/check`, { query: query as Record<string, string> });
      expect(http).toBe(200);
      expect(body).toEqual(v2Refusal(2231, 499, expect.stringContaining('random')));
    });

    it.each([unknownCode, 'x', `${'x'.repeat(31)}-`])('answers 2241 to the unknown code %s', async (random) => {
      expect(await check(random)).toEqual(v2Refusal(2241, 499, expect.stringContaining('does not exist')));
    });

    it('with returnFullUserInfo: the whole user with a token, the ticket (wire 9, row 20), and who scanned (wire 9, row 34)', async () => {
      await world.setStrategy({ returnFullUserInfo: true });
      const random = await world.codeIn('AUTHORIZED');
      const { data } = await check(random);
      await world.setStrategy({ returnFullUserInfo: false });
      expect(data).toMatchObject({ status: 2, ticket: expect.stringMatching(/^tk_/), scannedUserId: world.alice.id });
      expect(Object.keys(data.userInfo).sort()).toEqual([...v2UserKeys, 'token', 'tokenExpiredAt'].sort());
      expect(data.userInfo.token).toMatch(/^eyJ/);
    });
  });

  describe('2.7 scanned, confirm, cancel', () => {
    const moves = [
      ['scanned', 'PENDING', 0],
      ['confirm', 'SCANNED', 1],
      ['cancel', 'SCANNED', -1],
    ] as const;
    it.each(moves)(
      '%s of a %s code tells %i, which is not the status of polls (wire 9, row 8)',
      async (name, state, status) => {
        const random = await world.codeIn(state);
        const { data } = await move(name, random, world.alice1.access);
        const { consent, customData, expiresIn, ...published } = data;
        expect(published).toEqual({ random, status, description: expect.any(String) });
        const isScan = name === 'scanned';
        expect({ consent, customData, expiresIn }).toEqual({
          consent: isScan ? expect.objectContaining({ ageSeconds: 0 }) : undefined,
          customData: isScan ? {} : undefined,
          expiresIn: isScan ? 120 : undefined,
        });
      },
    );

    it('scanned takes the door, and tells of it', async () => {
      const options = { app: 'phone', token: world.alice1.access };
      const random = await world.codeIn('PENDING');
      expect((await post('scanned', { random, door: 'typed' }, options)).data.consent.door).toBe('typed');
      const plain = await move('scanned', await world.codeIn('PENDING'), world.alice1.access);
      expect(plain.data.consent.door).toBeUndefined();
      expect((await post('scanned', { random, door: 'window' }, options)).code).toBe(2231);
    });

    const { refused } = fieldCases([
      { section: '2.7', field: 'random', takes: [], refuses: [undefined, null, 1, '', {}] },
    ]);
    for (const [name] of moves) {
      it.each(refused)(`$section ${name} refuses $field $value by its name`, async ({ field, value }) => {
        const body = await post(name, withField({}, field, value), { app: 'phone', token: world.alice1.access });
        expect(body).toEqual(v2Refusal(2231, 499, expect.stringContaining(field)));
      });
      it(`${name} refuses who is not signed in, and management credentials (wire 9, row 29)`, async () => {
        const random = await world.codeIn('SCANNED');
        for (const token of ['', 'nonsense', 'Bearer nonsense', basicHeader('pool1', world.pool.secret)]) {
          expect(await move(name, random, token)).toEqual(v2Refusal(2020));
        }
        const signed = await callSigned(world, 'POST', `${prefix}/${name}`, { body: { random } });
        expect(signed.body).toEqual(v2Refusal(2020));
      });
      it(`${name} answers 2241 to an unknown code (wire 9, row 18)`, async () => {
        expect(await move(name, unknownCode)).toEqual(v2Refusal(2241));
      });
    }

    it('scanned and confirm work back to back, as the phones’ own helper sends them', async () => {
      const random = await newCode();
      for (const name of ['scanned', 'confirm']) expect((await move(name, random)).code).toBe(200);
      expect((await check(random)).data.status).toBe(2);
    });
  });

  describe('2.7 userinfo', () => {
    const { refused } = fieldCases([
      { section: '2.7', field: 'ticket', takes: [], refuses: [undefined, null, 1, '', {}] },
      { section: '2.7', field: 'client_id', takes: [], refuses: [1] },
      { section: '2.7', field: 'client_secret', takes: [], refuses: [1] },
    ]);
    it.each(refused)('$section refuses $field $value by its name', async ({ field, value }) => {
      const body = withField({ ticket: unknownTicket, ...world.siteProof }, field, value);
      expect(await post('userinfo', body)).toEqual(v2Refusal(2231, 499, expect.stringContaining(field)));
    });

    const managementToken = async () => {
      const body = { accessKeyId: 'pool1', accessKeySecret: world.pool.secret };
      return (await world.v3('POST', 'get-management-token', { body })).body.data.access_token as string;
    };
    const v2Token = async () => {
      const query = `query accessToken($userPoolId: String!, $secret: String!) {
        accessToken(userPoolId: $userPoolId, secret: $secret) { accessToken exp iat } }`;
      const variables = { userPoolId: 'pool1', secret: world.pool.secret };
      return (await world.v3('POST', '/graphql/v2', { body: { query, variables } })).body.data.accessToken
        .accessToken as string;
    };
    type Written = [body: object, options: CallOptions];
    type Proof = (ticket: string) => Written | Promise<Written>;
    const proofs: [says: string, write: Proof][] = [
      ['client_id and client_secret in the body', (ticket) => [{ ticket, ...world.siteProof }, {}]],
      ['Basic of the application', (ticket) => [{ ticket }, { token: basicHeader('site', world.site.secret) }]],
      ['Basic of the pool', (ticket) => [{ ticket }, { app: null, token: basicHeader('pool1', world.pool.secret) }]],
      ['the pool secret pair', (ticket) => [{ ticket, userPoolId: 'pool1', secret: world.pool.secret }, { app: null }]],
      ['a v3 management token', async (ticket) => [{ ticket }, { token: `Bearer ${await managementToken()}` }]],
      [
        'a V2 management token with the pool’s header',
        async (ticket) => [
          { ticket },
          { app: null, token: `Bearer ${await v2Token()}`, headers: { 'x-authing-userpool-id': 'pool1' } },
        ],
      ],
    ];
    it.each(proofs)('gives the V2 user with a token for %s', async (_says, write) => {
      const { ticket } = await world.confirmed();
      const { code, data } = await post('userinfo', ...(await write(ticket)));
      expect(code).toBe(200);
      expect(Object.keys(data).sort()).toEqual([...v2UserKeys, 'token', 'tokenExpiredAt'].sort());
      const [body, options] = await write(ticket);
      const headers = { ...options.headers, 'user-agent': 'Thief/1' };
      expect(await post('userinfo', body, { ...options, headers })).toEqual(v2Refusal(2300));
    });

    it('and for an AK/SK signature', async () => {
      const { ticket } = await world.confirmed();
      const { body } = await callSigned(world, 'POST', `${prefix}/userinfo`, { body: { ticket } });
      expect(body).toMatchObject({ code: 200, data: { id: world.alice.id } });
    });

    const wrong: [says: string, body: object, options: CallOptions, code: number][] = [
      ['no proof, as Guard and js always ask (wire 9, row 7)', {}, {}, 1001],
      ['a wrong secret', { client_id: 'site', client_secret: 'wrong' }, {}, 1001],
      ['a wrong pool secret', { userPoolId: 'pool1', secret: 'wrong' }, {}, 1001],
      ['a wrong Basic', {}, { token: basicHeader('site', 'wrong') }, 1001],
      ['no application', {}, { app: null }, 2101],
    ];
    it.each(wrong)('%s is refused and leaves the ticket alone', async (_says, body, options, code) => {
      const { qrcodeId, ticket } = await world.confirmed();
      expect(await post('userinfo', { ticket, ...body }, options)).toEqual(v2Refusal(code));
      expect((await check(qrcodeId)).data).toMatchObject({ status: 2, ticket });
    });

    it('without a proof where the pool lets browsers exchange', async () => {
      const { ticket } = await world.confirmed();
      await world.setStrategy({ allowExchangeUserInfoFromBrowser: true });
      const reply = await post('userinfo', { ticket });
      await world.setStrategy({ allowExchangeUserInfoFromBrowser: false });
      expect(reply).toMatchObject({ code: 200, data: { id: world.alice.id } });
    });

    it('carries custom data when the page asked for it with withCustomData (wire 2.5)', async () => {
      const random = await newCode({ withCustomData: true });
      for (const name of ['scanned', 'confirm']) await move(name, random);
      const { ticket } = (await check(random)).data;
      expect((await post('userinfo', { ticket, ...world.siteProof })).data.customData).toEqual({});
    });
  });
});
