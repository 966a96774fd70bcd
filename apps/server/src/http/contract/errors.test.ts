import { type ErrorCode, errorTable, type Language } from '@passbeam/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, openTestPassbeam, type TestPassbeam, testPassword, type V3Reply } from '../../testing.ts';
import { callSigned, send, signedRequest } from '../routes/management/signed-call.fixture.ts';
import {
  type ContractWorld,
  openContractWorld,
  unknownCode,
  unknownTicket,
  v2Refusal,
  v3Refusal,
} from './world.fixture.ts';

/**
 * Every refusal of the closed list, provoked by a request of each generation that can meet it, or with the reason why no request can
 * (wire 7.1–7.3). Error codes of the contract that this server never gives are listed with their reason as well, so that neither list
 * can grow or shrink unnoticed.
 */
let world: ContractWorld;
/** A server with its limits on. */
let limited: TestPassbeam;
/** A server whose store is gone. */
let broken: TestPassbeam;
let scanBorn: string;

beforeAll(async () => {
  world = await openContractWorld();
  limited = await openTestPassbeam();
  broken = await openTestPassbeam();
  await broken.stores.close();
  const { ticket } = await world.confirmed();
  const exchange = await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
    body: { ticket, ...world.siteProof },
  });
  scanBorn = exchange.body.data.access_token;
  await callSigned(world, 'POST', 'create-user', {
    body: { username: 'due', password: testPassword, options: { resetPasswordOnFirstLogin: true } },
  });
  await world.addUser({ username: 'lou' });
});
afterAll(() => Promise.all([world.close(), limited.close(), broken.app.close()]));

const poll = { qrcodeId: unknownCode };
const mobile = { type: 'MOBILE_APP' };
const appAuth = { scene: 'APP_AUTH' };
const gene = (body: object, options: CallOptions = {}) => world.v3('POST', 'gene-qrcode', { ...options, body });
const gene2 = (body: object, options: CallOptions = {}) =>
  world.v3('POST', '/api/v2/qrcode/gene', { ...options, body });
const signIn = (passwordPayload: object, more: object = {}, app = 'phone') =>
  world.v3('POST', 'signin', { app, body: { connection: 'PASSWORD', passwordPayload, ...more } });
const logIn = (account: string, password = world.encrypt(testPassword)) =>
  world.v3('POST', '/api/v2/login/account', { app: 'phone', body: { account, password } });
const signUp = (passwordPayload: object, app = 'site') =>
  world.v3('POST', 'signup', { app, body: { connection: 'PASSWORD', passwordPayload } });
const register = (username: string, app = 'site', password = testPassword) =>
  world.v3('POST', '/api/v2/register/username', { app, body: { username, password: world.encrypt(password) } });
const act = async (from: 'PENDING' | 'SCANNED' | 'CANCELLED' | null, action: 'SCAN' | 'CONFIRM', token?: string) =>
  world.move(from === null ? unknownCode : await world.codeIn(from), action, token);
const act2 = async (from: 'PENDING' | 'SCANNED' | 'CANCELLED' | null, name: string, token?: string) =>
  world.v3('POST', `/api/v2/qrcode/${name}`, {
    app: null,
    token: token ?? world.alice1.access,
    body: { random: from === null ? unknownCode : await world.codeIn(from) },
  });
const exchange = (more: object = {}, ticket = unknownTicket) =>
  world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ticket, ...more } });
const exchange2 = (more: object = {}, ticket = unknownTicket) =>
  world.v3('POST', '/api/v2/qrcode/userinfo', { body: { ticket, ...more } });
const otherState = 'the state of another visitor';
const confirmedTicket = async () => world.ticketOf(await world.codeIn('AUTHORIZED'));
const wrongSecret = { client_id: 'site', client_secret: 'not the secret' };
const settings = ['get-security-settings', '/api/v2/userpools/detail'] as const;
const signed = (path: string, headers: Record<string, string>, key = { id: 'pool1', secret: world.pool.secret }) =>
  callSigned(world, 'GET', path, { headers, key });
const dated = (milliseconds: number) => ({ date: String(world.clock.now() + milliseconds) });
async function failFiveTimes(username: string): Promise<void> {
  for (let failures = 0; failures < 5; failures++) await signIn({ username, password: 'wrong' });
}
/** Asks once more than the sixty times a minute that questions about unknown codes are answered. */
async function askedTooOften(path: string, query: Record<string, string>): Promise<V3Reply> {
  for (let count = 0; count < 60; count++) {
    const reply = await limited.v3('GET', path, { query });
    if (reply.http !== 200) return reply;
  }
  return limited.v3('GET', path, { query });
}
async function expiredCode(): Promise<string> {
  const qrcodeId = await world.newCode();
  world.pass(120);
  return qrcodeId;
}
async function undated(path: string): Promise<V3Reply> {
  const request = signedRequest(world.pool, world.clock.now(), 'GET', path);
  const { date: _, ...headers } = request.headers as Record<string, string>;
  return send(world, { ...request, headers: headers as typeof request.headers });
}
async function sentTwice(path: string): Promise<V3Reply> {
  const request = signedRequest(world.pool, world.clock.now(), 'GET', path);
  await send(world, request);
  return send(world, request);
}
const rawPost = (url: string, payload: string, type = 'application/json') =>
  world.app
    .inject({ method: 'POST', url, headers: { 'content-type': type, 'x-authing-app-id': 'site' }, payload })
    .then((reply) => ({ http: reply.statusCode, headers: reply.headers, text: reply.body, body: reply.json() }));

/** A request of each generation, or the reason why none can meet the refusal. */
interface Row {
  section: '2.0' | '2.11' | '5.1' | '7.2' | '7.3';
  v3: (() => Promise<V3Reply>) | string;
  v2: (() => Promise<V3Reply>) | string;
  /** The refusal's `data`, which the caller goes on with. */
  data?: object;
}

const oidcOnly = 'only the OIDC endpoints take it, in the words of their RFCs';
const pageOnly = 'only the hosted page hears it';
const deviceOnly = 'the second generation knows no devices';
const consoleOnly = 'only the console hears it, as in http/console/';
const v3Only = 'only the v3 management API does that';

const rows: Record<ErrorCode, Row> = {
  invalid_argument: { section: '7.2', v3: () => gene({}), v2: () => gene2({}) },
  unsupported_type: {
    section: '7.2',
    v3: () => gene({ type: 'WECHAT_MINIPROGRAM' }),
    v2: () => gene2({ scene: 'WXAPP_AUTH' }),
  },
  app_id_required: {
    section: '7.2',
    v3: () => gene(mobile, { app: null }),
    v2: () => gene2(appAuth, { app: null }),
  },
  app_id_conflict: {
    section: '2.0',
    v3: () => gene(mobile, { headers: { 'x-authing-userpool-id': 'pool2' } }),
    v2: () => gene2(appAuth, { headers: { 'x-authing-userpool-id': 'pool2' } }),
  },
  app_not_found: {
    section: '7.2',
    v3: () => gene(mobile, { app: 'nobody' }),
    v2: () => gene2(appAuth, { app: 'nobody' }),
  },
  app_identifier_taken: {
    section: '7.2',
    async v3() {
      const create = () =>
        callSigned(world, 'POST', 'create-application', { body: { appName: 'A', appIdentifier: 'taken' } });
      await create();
      return create();
    },
    v2: v3Only,
  },
  managed_by_file: {
    section: '7.2',
    async v3() {
      const managed = { configuration: 'managed', fields: { name: 7 }, secretVersion: 0 } as const;
      await world.addApplication({ id: 'managed', managed });
      return callSigned(world, 'POST', 'update-application', { body: { appId: 'managed', appName: 'Other' } });
    },
    v2: 'GraphQL alone changes settings there',
  },
  version_conflict: {
    section: '7.2',
    async v3() {
      await world.addApplication({ id: 'changed', version: 4, updatedBy: 'key' });
      return callSigned(world, 'POST', 'update-application', { body: { appId: 'changed', ifVersion: 3 } });
    },
    v2: v3Only,
    data: { version: 4, updatedBy: 'key', updatedAt: expect.any(String) },
  },
  secret_not_found: {
    section: '7.2',
    v3: () => callSigned(world, 'POST', 'end-userpool-secret', { body: { secretId: 'unknown' } }),
    v2: v3Only,
  },
  import_not_found: {
    section: '7.2',
    v3: () => callSigned(world, 'POST', 'get-user-import', { body: { importId: 'unknown' } }),
    v2: v3Only,
  },
  pool_not_found: {
    section: '7.2',
    v3: () => gene(mobile, { headers: { 'x-authing-userpool-id': 'nowhere' } }),
    v2: () => gene2(appAuth, { headers: { 'x-authing-userpool-id': 'nowhere' } }),
  },
  not_signed_in: { section: '7.2', v3: () => act('PENDING', 'SCAN', ''), v2: () => act2('PENDING', 'scanned', '') },
  qr_born_login: {
    section: '7.2',
    v3: () => act('PENDING', 'SCAN', scanBorn),
    v2: () => act2('PENDING', 'scanned', scanBorn),
  },
  recent_login_required: {
    section: '7.3',
    v3: 'accounts are deleted with a proof there',
    async v2() {
      const { token } = (await logIn('bob')).body.data;
      world.pass(600);
      return world.v3('DELETE', '/api/v2/users/delete', { app: 'phone', token });
    },
  },
  wrong_credentials: {
    section: '7.2',
    v3: () => signIn({ username: 'nobody', password: 'wrong' }),
    v2: () => logIn('nobody-else'),
  },
  passcode_invalid: {
    section: '7.3',
    v3: () =>
      world.v3('POST', 'signin', {
        app: 'phone',
        body: { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode: '000000' } },
      }),
    v2: () =>
      world.v3('POST', '/api/v2/login/email-code', {
        app: 'phone',
        body: { email: 'alice@example.com', code: '000000' },
      }),
  },
  messages_not_configured: {
    section: '7.2',
    v3: () => world.v3('POST', 'send-email', { body: { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' } }),
    v2: () =>
      world.v3('POST', '/api/v2/email/send', { body: { email: 'alice@example.com', scene: 'LOGIN_VERIFY_CODE' } }),
  },
  wrong_old_password: {
    section: '7.3',
    v3: () =>
      world.v3('POST', 'update-password', {
        token: world.alice1.access,
        body: { newPassword: 'another correct horse', oldPassword: 'wrong' },
      }),
    v2: 'passwords are changed by v3 and GraphQL, which tells it below, not by the REST of v2',
  },
  password_too_weak: {
    section: '7.3',
    v3: () => signUp({ username: 'zoe', password: '123456' }),
    v2: () => register('zoe', 'site', '123456'),
  },
  password_reset_required: {
    section: '7.2',
    v3: () => signIn({ username: 'due', password: testPassword }),
    v2: () => logIn('due'),
    data: {
      token: expect.any(String),
      passwordResetToken: expect.any(String),
      tokenExpiresIn: expect.any(Number),
    },
  },
  password_decryption_failed: {
    section: '7.3',
    v3: () =>
      world.v3('POST', 'signup', {
        body: {
          connection: 'PASSWORD',
          passwordPayload: { username: 'zed', password: 'plain' },
          options: { passwordEncryptType: 'rsa' },
        },
      }),
    v2: () => world.v3('POST', '/api/v2/register/username', { body: { username: 'zed', password: 'plain' } }),
  },
  account_locked: {
    section: '7.2',
    async v3() {
      await failFiveTimes('lou');
      return signIn({ username: 'lou', password: testPassword });
    },
    async v2() {
      await failFiveTimes('lou');
      return logIn('lou');
    },
  },
  user_suspended: {
    section: '7.2',
    v3: () => signIn({ username: 'sam', password: testPassword }),
    v2: () => logIn('sam'),
  },
  user_not_found: {
    section: '7.2',
    v3: () => callSigned(world, 'GET', 'get-user', { query: { userId: 'nobody' } }),
    v2: () => callSigned(world, 'GET', '/api/v2/users/nobody'),
  },
  user_exists: {
    section: '7.3',
    v3: () => signUp({ username: 'alice', password: testPassword }),
    v2: () => register('alice'),
  },
  registration_disabled: {
    section: '7.2',
    v3: () => signUp({ username: 'zoe', password: testPassword }, 'closed-site'),
    v2: () => register('zoe', 'closed-site'),
  },
  qr_not_found: { section: '7.2', v3: () => act(null, 'SCAN'), v2: () => act2(null, 'scanned') },
  qr_expired: {
    section: '7.2',
    v3: async () => world.move(await expiredCode(), 'SCAN'),
    v2: async () =>
      world.v3('POST', '/api/v2/qrcode/scanned', {
        token: world.alice1.access,
        body: { random: await expiredCode() },
      }),
  },
  qr_not_scanned: { section: '7.2', v3: () => act('PENDING', 'CONFIRM'), v2: () => act2('PENDING', 'confirm') },
  qr_finished: { section: '7.2', v3: () => act('CANCELLED', 'CONFIRM'), v2: () => act2('CANCELLED', 'confirm') },
  qr_other_user: {
    section: '7.2',
    v3: () => act('SCANNED', 'SCAN', world.bob.access),
    v2: () => act2('SCANNED', 'scanned', world.bob.access),
  },
  qr_other_pool: {
    section: '7.2',
    v3: () => act('PENDING', 'SCAN', world.carol.access),
    v2: () => act2('PENDING', 'scanned', world.carol.access),
  },
  qr_conflict: {
    section: '2.11',
    v3: 'needs several writers between one read and its write, again and again: the retries in core win first',
    v2: 'as v3',
  },
  approval_not_allowed: {
    section: '7.2',
    v3: async () => act('PENDING', 'SCAN', await viewerToken()),
    v2: async () => act2('PENDING', 'scanned', await viewerToken()),
  },
  ticket_invalid: { section: '7.2', v3: () => exchange(world.siteProof), v2: () => exchange2(world.siteProof) },
  state_mismatch: {
    section: '7.2',
    v3: async () => exchange({ ...world.siteProof, state: otherState }, await confirmedTicket()),
    v2: async () => exchange2({ ...world.siteProof, state: otherState }, await confirmedTicket()),
  },
  user_code_unknown: {
    section: '7.2',
    v3: () =>
      world.v3('POST', 'set-device-status', {
        body: { userCode: 'BCDF-GHJK', action: 'SCAN' },
        token: world.alice1.access,
      }),
    v2: deviceOnly,
  },
  device_code_invalid: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  device_pending: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  device_too_fast: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  device_denied: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  device_expired: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  refresh_token_invalid: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  code_invalid: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  interaction_not_found: { section: '7.3', v3: pageOnly, v2: pageOnly },
  interaction_foreign: { section: '7.3', v3: pageOnly, v2: pageOnly },
  form_stale: { section: '7.3', v3: pageOnly, v2: pageOnly },
  wrong_step: { section: '7.3', v3: pageOnly, v2: pageOnly },
  login_token_invalid: { section: '7.3', v3: oidcOnly, v2: oidcOnly },
  exchange_needs_server: { section: '7.2', v3: () => exchange(), v2: () => exchange2() },
  client_auth_failed: { section: '7.2', v3: () => exchange(wrongSecret), v2: () => exchange2(wrongSecret) },
  signature_wrong: {
    section: '7.2',
    v3: () => signed(settings[0], {}, { id: 'pool1', secret: 'wrong' }),
    v2: () => signed(settings[1], {}, { id: 'no-such-key', secret: 'wrong' }),
  },
  signature_method_unsupported: {
    section: '7.2',
    v3: () => signed(settings[0], { 'x-authing-signature-method': 'HMAC-MD5' }),
    v2: () => signed(settings[1], { 'x-authing-signature-method': 'HMAC-MD5' }),
  },
  signature_version_unsupported: {
    section: '7.2',
    v3: () => signed(settings[0], { 'x-authing-signature-version': '2.0' }),
    v2: () => signed(settings[1], { 'x-authing-signature-version': '2.0' }),
  },
  signature_date_invalid: {
    section: '7.2',
    v3: () => signed(settings[0], { date: 'yesterday' }),
    v2: () => signed(settings[1], { date: 'yesterday' }),
  },
  signature_date_missing: {
    section: '7.2',
    v3: () => undated(`/api/v3/${settings[0]}`),
    v2: () => undated(settings[1]),
  },
  signature_date_skewed: {
    section: '7.2',
    v3: () => signed(settings[0], dated(301_000)),
    v2: () => signed(settings[1], dated(-301_000)),
  },
  signature_replayed: {
    section: '7.2',
    v3: () => sentTwice(`/api/v3/${settings[0]}`),
    v2: () => sentTwice(settings[1]),
  },
  access_key_not_found: {
    section: '5.1',
    v3: () => callSigned(world, 'GET', 'get-access-key', { query: { accessKeyId: 'nobody' } }),
    v2: v3Only,
  },
  permission_denied: {
    section: '7.2',
    v3: 'what is another pool’s is not found in v3, rather than refused',
    v2: () =>
      world.v3('POST', '/api/v2/udvs/get', {
        token: world.alice1.login,
        body: { targetType: 'USER', targetId: 'somebody-else' },
      }),
  },
  console_link_invalid: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  administrator_not_found: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  sign_in_name_taken: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  last_owner: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  administrator_changed: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  fresh_proof_required: { section: '7.2', v3: consoleOnly, v2: consoleOnly },
  too_many_requests: {
    section: '7.2',
    v3: () => askedTooOften('get-qrcode-status', poll),
    v2: () => askedTooOften('/api/v2/qrcode/check', { random: unknownCode }),
  },
  payload_too_large: {
    section: '2.0',
    v3: () => gene({ ...mobile, more: 'x'.repeat(17_000) }),
    v2: () => gene2({ ...appAuth, more: 'x'.repeat(17_000) }),
  },
  malformed_request: {
    section: '2.0',
    v3: () => rawPost('/api/v3/gene-qrcode', '{'),
    v2: () => rawPost('/api/v2/qrcode/gene', '{'),
  },
  unsupported_media_type: {
    section: '2.0',
    v3: () => rawPost('/api/v3/gene-qrcode', '{}', 'text/plain'),
    v2: () => rawPost('/api/v2/qrcode/gene', '{}', 'text/plain'),
  },
  not_implemented: {
    section: '7.2',
    v3: () => world.v3('POST', 'signin', { app: 'phone', body: { connection: 'LDAP' } }),
    v2: 'the REST of v2 has no such path; GraphQL tells it below',
  },
  route_not_found: {
    section: '7.2',
    v3: () => world.v3('GET', 'no-such-endpoint'),
    v2: () => world.v3('GET', '/api/v2/no-such-endpoint'),
  },
  unavailable: {
    section: '2.0',
    v3: 'needs a database that stops answering, as in e2e/src/faults/faults.test.ts',
    v2: 'as v3',
  },
  auth_server_unreachable: {
    section: '2.0',
    v3: "needs a company's auth server that stops answering, as in http/own-tokens/outages.test.ts",
    v2: 'as v3',
  },
  internal: {
    section: '7.2',
    v3: () => broken.v3('GET', 'get-qrcode-status', { query: poll }),
    v2: () => broken.v3('GET', '/api/v2/qrcode/check', { query: { random: unknownCode } }),
  },
};

let viewer: Promise<string> | undefined;
function viewerToken(): Promise<string> {
  viewer ??= world.signIn('alice', world.directory.getApplication('viewer'));
  return viewer;
}

const codes = Object.keys(errorTable) as ErrorCode[];
const given = (generation: 'v3' | 'v2') => codes.filter((code) => typeof rows[code][generation] === 'function');
const ask = (code: ErrorCode, generation: 'v3' | 'v2') => (rows[code][generation] as () => Promise<V3Reply>)();
const wordsOf = (code: ErrorCode, language: Language = 'en') => errorTable[code][language];

describe('7.2 v3: statusCode, apiCode, message and HTTP status of', () => {
  it.each(given('v3'))('%s', async (code) => {
    const { statusCode, apiCode, http = 200 } = errorTable[code];
    const reply = await ask(code, 'v3');
    expect(reply.http).toBe(http);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    const { data } = rows[code];
    expect(reply.body).toEqual({
      ...v3Refusal(statusCode, apiCode, expect.stringContaining(wordsOf(code))),
      refusal: code,
      ...(data === undefined ? {} : { data }),
    });
  });
});

describe('7.3 v2: code, class, message and HTTP status of', () => {
  it.each(given('v2'))('%s', async (code) => {
    const { code: number, statusCode, http } = errorTable[code];
    const reply = await ask(code, 'v2');
    expect(reply.http).toBe(http ?? 200);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    // Guard reads the class: 3xx is a step of its login, and the messages of 4xx and 6xx are shown to the person.
    const shown = http ?? (statusCode < 400 ? statusCode : 499);
    expect(reply.body).toEqual({
      ...v2Refusal(number, shown, expect.stringContaining(wordsOf(code))),
      data: rows[code].data ?? null,
    });
  });

  it('429 says when to come back', async () => {
    for (const generation of ['v3', 'v2'] as const) {
      expect(Number((await ask('too_many_requests', generation)).headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  const inGraphql: [code: ErrorCode, query: string, variables: () => object, token?: () => string][] = [
    ['not_signed_in', 'query userpool { userpool { id } }', () => ({})],
    [
      'not_implemented',
      'mutation m($account: String!, $password: String!) { loginBySubAccount(account: $account, password: $password) { id } }',
      () => ({ account: 'a', password: 'p' }),
    ],
    [
      'wrong_old_password',
      'mutation m($new: String!, $old: String) { updatePassword(newPassword: $new, oldPassword: $old) { id } }',
      () => ({ new: world.encrypt('another correct horse'), old: world.encrypt('wrong') }),
      () => world.alice1.login,
    ],
    [
      'permission_denied',
      'query m($id: String) { user(id: $id) { id } }',
      () => ({ id: 'somebody-else' }),
      () => world.alice1.login,
    ],
  ];
  it.each(inGraphql)(
    'GraphQL tells the code of %s inside an object (wire 4.6)',
    async (code, query, variables, token) => {
      const { http, body } = await world.v3('POST', '/graphql/v2', {
        app: 'phone',
        token: token && `Bearer ${token()}`,
        body: { query, variables: variables() },
      });
      expect(http).toBe(200);
      expect(body.data).toBeNull();
      expect(body.errors[0].message).toEqual({
        code: errorTable[code].code,
        message: expect.stringContaining(wordsOf(code)),
        data: null,
      });
    },
  );

  it('every message is written in both languages', () => {
    for (const code of codes) {
      expect(wordsOf(code, 'en')).toMatch(/^[ -~]+$/);
      expect(wordsOf(code, 'zh')).toMatch(/[一-鿿]/);
    }
  });
});

describe('the mapping the contract recommends for codes and tickets (wire 7.2)', () => {
  const mapping: [situation: string, code: ErrorCode, statusCode: number, apiCode: number | undefined, v2: number][] = [
    ['unknown code', 'qr_not_found', 404, 2241, 2241],
    ['code expired on an action', 'qr_expired', 422, 2241, 2241],
    ['CONFIRM or CANCEL before SCAN', 'qr_not_scanned', 422, 2231, 2231],
    ['action on a finished code', 'qr_finished', 422, 2231, 2231],
    ['no or bad user token', 'not_signed_in', 401, 2020, 2020],
    ['user in another pool', 'qr_other_pool', 403, 2036, 2036],
    ['other user already scanned', 'qr_other_user', 403, 1001, 1001],
    ['ticket unknown, expired, used', 'ticket_invalid', 400, 2300, 2300],
    ['exchange without server-side proof', 'exchange_needs_server', 403, 1001, 1001],
    ['bad client secret', 'client_auth_failed', 401, 1001, 1001],
    ['missing or invalid parameter', 'invalid_argument', 400, 2231, 2231],
    ['missing application header', 'app_id_required', 400, 2101, 2101],
    ['headers that disagree', 'app_id_conflict', 400, 2231, 2231],
    ['unknown application', 'app_not_found', 404, 2011, 2011],
    ['unknown pool', 'pool_not_found', 404, 2224, 2224],
    ['unsupported type or scene', 'unsupported_type', 400, 2231, 2231],
    ['throttled', 'too_many_requests', 429, undefined, 1000],
  ];
  it.each(mapping)('%s', (_situation, code, statusCode, apiCode, v2) => {
    expect(errorTable[code]).toMatchObject({ statusCode, code: v2 });
    expect(errorTable[code].apiCode).toBe(apiCode);
  });
});

describe('7.1 classes', () => {
  /** What the contract lists, and why a class never comes from here. */
  const published = [200, 400, 401, 402, 403, 404, 409, 413, 422, 429, 499, 500, 501, 502, 503, 601, 602, 603];
  const notGiven: Record<number, string> = {
    402: 'nothing is paid for',
    499: 'the class of v2 refusals alone',
    502: 'there is nothing upstream',
    601: 'platform specific',
    602: 'platform specific',
    603: 'platform specific',
  };
  /** A step of the login flow (1639), and a refusal of HTTP itself, before any class of the contract is due. */
  const beyond = [302, 415];

  it('are the published ones', () => {
    const used = new Set([200, ...codes.map((code) => errorTable[code].statusCode)]);
    const expected = published.filter((statusCode) => !(statusCode in notGiven));
    expect([...used].sort()).toEqual([...expected, ...beyond].sort());
  });

  it('a refusal has an HTTP status of its own only for floods, outages, unknown routes and malformed HTTP', () => {
    const withStatus = codes.filter((code) => errorTable[code].http !== undefined);
    expect(withStatus.sort()).toEqual(
      [
        'too_many_requests',
        'unavailable',
        'auth_server_unreachable',
        'route_not_found',
        'payload_too_large',
        'malformed_request',
        'unsupported_media_type',
      ].sort(),
    );
    for (const code of withStatus) expect(errorTable[code].http).toBe(errorTable[code].statusCode);
  });
});

describe('the lists of codes', () => {
  const noSecondFactor = 'there is no second factor';
  const noFlow = 'no such step follows a login here';
  const oneRefusal = 'told as 2333, so that nobody learns which half was wrong';
  const oneTaken = 'told as 2026, whichever identifier is taken';
  const oneArgument = 'told as 2231 with the field named';

  const v3Published = [
    ...[1300, 1301, 1302, 1303, 1304, 1305, 1306, 1600, 1699, 1635, 1636, 1639, 2058, 1640, 1641, 1642, 1643],
    ...[2004, 2005, 2006, 2011, 2020, 2031, 2039, 2040, 2224, 2333, 4021, 6001, 6002, 6003, 6004],
    ...[2120008, 2130010, 2820002],
    // The recommended mapping for QR codes and tickets, and the codes that v2 lists and v3 shares.
    ...[2241, 2231, 2036, 1001, 2300, 2101, 2001, 2016, 2026, 2029, 2203],
  ];
  const v3NotGiven: Record<number, string> = {
    1600: noFlow,
    1699: noFlow,
    1635: noSecondFactor,
    1636: noSecondFactor,
    2058: noFlow,
    1640: noFlow,
    1641: noFlow,
    1642: noFlow,
    1643: 'locks end by themselves',
    2006: oneRefusal,
    2040: 'pools have no domains',
    4021: 'nothing is metered',
    6001: noSecondFactor,
    6002: noSecondFactor,
    6003: noSecondFactor,
    6004: noSecondFactor,
    2130010: 'there are no tenants',
    2820002: 'there is no LDAP',
  };
  const v2Published = [
    ...[1000, 1001, 2000, 2001, 2003, 2204, 2004, 2005, 2006, 2010, 2011, 2016, 2018, 2020, 2026, 2029, 2031],
    ...[2034, 2035, 2036, 2100, 2101, 2200, 2203, 2206, 2207, 2224, 2231, 2241, 2300, 2333, 4212, 500, 1002],
    ...[2057, 2042, 2921, 2039, 2040],
    // The codes of signatures, which the contract lists once for both generations.
    ...[1300, 1301, 1302, 1303, 1304, 1305, 1306],
  ];
  const v2NotGiven: Record<number, string> = {
    2000: 'there are no captchas: failures are slowed down (2005, 1000)',
    2003: oneArgument,
    2204: oneArgument,
    2006: oneRefusal,
    2010: oneArgument,
    2018: 'fields nobody may set are ignored, as everything unknown',
    2034: oneTaken,
    2035: oneTaken,
    2100: 'told as 1000 with HTTP 429',
    2200: oneTaken,
    2207: 'told as 2020',
    4212: 'told as 2011',
    500: 'of the phone documents: told as 2241 (wire 9, row 18)',
    1002: 'told as 1000 with HTTP 429',
    2057: 'told as 2005',
    2042: 'e-mail addresses need no verification to sign in',
    2921: noFlow,
    2040: 'heads are not counted',
  };
  /** Codes without a row of their own: no such path or access key, and the step of the login that v3 lists. */
  const v2Beyond = [404, 1639];

  /** Beside the contract: what the console alone hears. */
  const consoleCodes = [1350, 1351, 1352, 1353, 1354];

  it('7.2: every apiCode of the contract is given or explained, and no other is given', () => {
    const used = codes.map((code) => errorTable[code].apiCode).filter((apiCode) => apiCode !== undefined);
    const expected = [...new Set(used), ...Object.keys(v3NotGiven).map(Number)];
    expect(expected.sort()).toEqual([...v3Published, ...consoleCodes].sort());
  });

  it('7.3: every code of the contract is given or explained, and no other is given', () => {
    const used = codes.map((code) => errorTable[code].code);
    const expected = [...new Set(used), ...Object.keys(v2NotGiven).map(Number)];
    expect(expected.sort()).toEqual([...v2Published, ...v2Beyond, ...consoleCodes].sort());
  });

  it('every refusal of the closed list is provoked in both generations, or says why not', () => {
    expect(Object.keys(rows).sort()).toEqual([...codes].sort());
    const explained = codes.filter((code) => typeof rows[code].v3 === 'string' || typeof rows[code].v2 === 'string');
    expect(explained.sort()).toEqual(
      [
        ...['administrator_changed', 'administrator_not_found', 'console_link_invalid', 'fresh_proof_required'],
        ...['last_owner', 'sign_in_name_taken'],
        'access_key_not_found',
        'app_identifier_taken',
        'auth_server_unreachable',
        'code_invalid',
        'form_stale',
        'import_not_found',
        'interaction_foreign',
        'interaction_not_found',
        'device_code_invalid',
        'device_denied',
        'device_expired',
        'device_pending',
        'device_too_fast',
        'login_token_invalid',
        'managed_by_file',
        'secret_not_found',
        'version_conflict',
        'not_implemented',
        'permission_denied',
        'qr_conflict',
        'recent_login_required',
        'refresh_token_invalid',
        'unavailable',
        'user_code_unknown',
        'wrong_old_password',
        'wrong_step',
      ].sort(),
    );
  });

  it('200 is the mark of success alone', () => {
    for (const code of codes) expect([errorTable[code].statusCode, errorTable[code].code]).not.toContain(200);
  });
});
