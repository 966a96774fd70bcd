import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RoleDto as Role, roles } from '@passbeam/protocol';
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../core/directory/application.ts';
import { needs } from '../core/management/roles.ts';
import {
  type Action,
  actions,
  kindsOf,
  type LoginKind,
  loginKinds,
  mayDo,
  requireRight,
} from '../core/sessions/rights.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { hs256 } from '../crypto/hs256.ts';
import { anEntry, goodClaims, rsaKey, signToken } from '../own-tokens/test-world.ts';
import { sendInto, testPassword } from '../testing.ts';
import { createBrowser } from './authorization/world.fixture.ts';
import { type ContractWorld, openContractWorld, unknownCode } from './contract/world.fixture.ts';
import { type Decision, operationDecisions, routeDecisions } from './rights.fixture.ts';
import { schema } from './routes/graphql/schema/schema.ts';
import { callSigned, type SigningKey, send, signedRequest } from './routes/management/signed-call.fixture.ts';

/** Every token that a login can hold, however it came by it. */
interface Held {
  id: string;
  v3: Record<string, string>;
  v2: Record<string, string>;
  refresh: string;
}

let world: ContractWorld;
let database: DatabaseSync;
let folder: string;
let databasePath: string;
let born: Held;
const companyKey = rsaKey('company');
/** Approves codes of the pool, and has done so before: its person and phone are known. */
const companyToken = signToken(goodClaims, companyKey);
/** Logins beside that, by the kinds that each of them is of. */
let others: Record<keyof typeof kindsOfOthers, Held>;
const kindsOfOthers = {
  device: ['device'],
  relyingParty: ['relyingParty'],
  'scan by redirect': ['scanBorn'],
  'scan with a relying party': ['scanBorn', 'relyingParty'],
} as const satisfies Record<string, readonly LoginKind[]>;
const routes: string[] = [];
const outbox: PasscodeMessage[] = [];

function noteRoutes(message: unknown): void {
  const { fastify } = message as { fastify: ContractWorld['app'] };
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) routes.push(`${verb} ${url}`);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passbeam-rights-'));
  databasePath = join(folder, 'passbeam.db');
  subscribe('fastify.initialization', noteRoutes);
  world = await openContractWorld({ databasePath, sender: sendInto(outbox) });
  unsubscribe('fastify.initialization', noteRoutes);
  database = new DatabaseSync(databasePath, { readOnly: true });
  const { pool } = world;
  await world.directory.putPool({ ...pool, ownTokens: [anEntry({ keys: [companyKey.jwk] })] });
  born = await scanBorn();
  others = {
    device: await ofDevice(),
    relyingParty: await byRedirect('relyingParty', 'password', 'grafana'),
    'scan by redirect': await byRedirect('firstParty', 'scan'),
    'scan with a relying party': await byRedirect('relyingParty', 'scan'),
  };
  const approved = await world.newCode();
  for (const action of ['SCAN', 'CONFIRM'] as const) {
    expect((await world.move(approved, action, companyToken)).body.statusCode).toBe(200);
  }
});
afterAll(async () => {
  database.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The routes to decide on. HEAD answers as GET does; files of the reference, the widget and the SDK hold nobody's data. */
const servedRoutes = () =>
  routes.filter((route) => !/^(HEAD|OPTIONS) /.test(route) && !/^GET \/(docs|widget|sdk)\//.test(route)).sort();
const servedOperations = () =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {})).sort();

/** What a person holds who signed in to the application. */
async function signedInTo(application: Application): Promise<Held> {
  const body = {
    connection: 'PASSWORD',
    passwordPayload: { username: 'alice', password: testPassword },
    options: { scope: 'openid profile offline_access' },
  };
  const { data } = (await world.v3('POST', 'signin', { app: application.id, body })).body;
  return heldOf(application, data);
}

/** The tokens of a login, with a V2 token that names it. */
async function heldOf(application: Application, tokens: Record<string, string>): Promise<Held> {
  const { access_token: access = '', id_token: id = '', refresh_token: refresh = '' } = tokens;
  const { sid } = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString());
  const v3 = { 'its access token': access, 'its access token as Bearer': `Bearer ${access}` };
  const iat = Math.floor(world.clock.now() / 1000);
  const claims = { sub: world.alice.id, iat, exp: iat + 3600, aud: application.id, sid };
  const token = await hs256.sign(claims, application.secret);
  return { id: sid, v3, v2: { ...v3, 'its ID token': id, 'its V2 token': token }, refresh };
}

/** What somebody holds who scanned the hosted page of an application, or typed their password there. */
async function byRedirect(
  kind: Application['kind'],
  way: 'scan' | 'password',
  id = `redirected-${kind}`,
): Promise<Held> {
  const redirectUri = 'https://site.example/callback';
  // That a relying party approves is an operator's mistake, which gains it nothing.
  const application = await world.addApplication({ id, kind, redirectUris: [redirectUri], approvesScans: true });
  const { id: client_id, secret: client_secret } = application;
  const browser = createBrowser(world.app, 'Browser/1', 'http://localhost:3000');
  const scope = 'openid profile offline_access';
  const asked = { client_id, response_type: 'code', scope, redirect_uri: redirectUri };
  const page = browser.page(await browser.go(`/oidc/auth?${new URLSearchParams(asked)}`));
  const { qrcodeId } = (await page.post('qrcode')).json.data;
  if (way === 'scan') for (const action of ['SCAN', 'CONFIRM'] as const) await world.move(qrcodeId, action);
  const proof = { account: 'alice', password: testPassword };
  const entered = await (way === 'scan' ? page.post('continue') : page.post('password', proof));
  if (entered.json.data.step === 'consent') await page.post('consent', { allow: true });
  const code = (await page.leave()).location?.searchParams.get('code') ?? '';
  const given = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id, client_secret };
  const { json } = await browser.send('POST', '/oidc/token', { body: new URLSearchParams(given).toString() });
  return heldOf(application, json);
}

async function ofDevice(): Promise<Held> {
  const held = await signedInTo(world.phoneApp);
  const login = await world.stores.loginSessions.find(held.id);
  const writable = new DatabaseSync(databasePath);
  writable.prepare('update login_sessions set birth = ? where id = ?').run('device', login?.id ?? '');
  writable.close();
  return held;
}

async function scanBorn(): Promise<Held> {
  const { ticket } = await world.confirmed();
  const { data } = (
    await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, scope: 'openid profile offline_access', ...world.siteProof },
    })
  ).body;
  const form = async (fields: Record<string, string>) =>
    (
      await world.v3('POST', '/oidc/token', {
        body: new URLSearchParams({ ...fields, ...world.siteProof }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
    ).body;
  const renewed = await form({ grant_type: 'refresh_token', refresh_token: data.refresh_token });
  const second = (await world.v3('POST', '/api/v2/users/refresh-token', { token: data.id_token, body: {} })).body.data;
  const byGraphql = await graphql('mutation { refreshToken { token } }', {}, second.token);
  const grantType = 'http://authing.cn/oidc/grant_type/authing_token';
  const granted = await form({ grant_type: grantType, token: second.token, scope: 'openid offline_access' });
  const regranted = await form({ grant_type: 'refresh_token', refresh_token: granted.refresh_token });
  const claims = JSON.parse(Buffer.from(data.access_token.split('.')[1], 'base64url').toString());
  const v3 = {
    'its access token': data.access_token,
    'its access token as Bearer': `Bearer ${data.access_token}`,
    'a refreshed access token': renewed.access_token,
    'an access token granted for its V2 token': granted.access_token,
    'a refreshed one of those': regranted.access_token,
  };
  const v2 = {
    ...v3,
    'its ID token': data.id_token,
    'a refreshed ID token': `Bearer ${renewed.id_token}`,
    'its V2 token': second.token,
    'a V2 token of GraphQL': byGraphql.data.refreshToken.token,
  };
  for (const token of Object.values(v2)) expect(token).toEqual(expect.stringContaining('.'));
  return { id: claims.sid, v3, v2, refresh: regranted.refresh_token };
}

function graphql(query: string, variables: object, token: string) {
  return world
    .v3('POST', '/graphql/v2', { app: 'phone', body: { query, variables }, headers: { authorization: token } })
    .then(({ body }) => body);
}

/** All rows but those that the server writes by itself: the log, and what follows it. */
function kept(): Record<string, unknown[]> {
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  return Object.fromEntries(
    tables
      .filter(({ name }) => !/^sqlite_|audit_events|^leases$|^scan_/.test(name))
      .map(({ name }) => [name, database.prepare(`select * from "${name}"`).all()]),
  );
}

/** What people have. Calls that take no login may write elsewhere, but never here. */
function keptOfPeople() {
  const { users, login_sessions, refresh_tokens, access_keys } = kept();
  expect(users?.length).toBeGreaterThan(0);
  return { users, login_sessions, refresh_tokens, access_keys };
}

type Sample = { body?: object; query?: Record<string, string> };
const passcode = '123456';
/** Calls that would be answered if the login had the right. */
const samples: Record<string, (login: Held) => Sample | Promise<Sample>> = {
  'POST /api/v3/mydevices/revoke-session': ({ id }) => ({ body: { deviceId: id } }),
  'POST /api/v3/mydevices/unbind': ({ id }) => ({ body: { deviceId: id } }),
  'POST /api/v3/withdraw-my-consent': () => ({ body: { appId: 'grafana' } }),
  'POST /api/v3/update-profile': () => ({ body: { nickname: 'Al', photo: 'https://example.com/a.png' } }),
  'POST /api/v2/users/profile/update': () => ({ body: { nickname: 'Al', photo: 'https://example.com/a.png' } }),
  'GET /api/v2/udfs/values': () => ({ query: { targetType: 'USER', targetId: world.alice.id } }),
  'POST /api/v2/udvs/get': () => ({ body: { targetType: 'USER', targetId: world.alice.id } }),
  'POST /api/v2/udfs/values': () => ({ body: { udfs: [{ definition: 'school', value: 'x' }] } }),
  'POST /api/v3/bind-email': () => ({ body: { email: 'new@example.com', passCode: passcode } }),
  'POST /api/v3/bind-phone': () => ({ body: { phoneNumber: '13900000001', passCode: passcode } }),
  'POST /api/v3/unbind-email': () => ({ body: { passCode: passcode } }),
  'POST /api/v3/unbind-phone': () => ({ body: { passCode: passcode } }),
  'POST /api/v3/update-email': () => ({ body: { updateEmailToken: 'email:new%40example.com:x' } }),
  'POST /api/v3/update-phone': () => ({ body: { updatePhoneToken: 'phone:13900000001:x' } }),
  'POST /api/v3/verify-update-email-request': () => ({
    body: {
      verifyMethod: 'EMAIL_PASSCODE',
      emailPassCodePayload: { newEmail: 'new@example.com', newEmailPassCode: passcode, oldEmailPassCode: passcode },
    },
  }),
  'POST /api/v3/verify-update-phone-request': () => ({
    body: {
      verifyMethod: 'PHONE_PASSCODE',
      phonePassCodePayload: { newPhoneNumber: '13900000001', newPhonePassCode: passcode, oldPhonePassCode: passcode },
    },
  }),
  'POST /api/v3/send-email': () => ({ body: { channel: 'CHANNEL_BIND_EMAIL', email: 'new@example.com' } }),
  'POST /api/v3/send-sms': () => ({ body: { channel: 'CHANNEL_BIND_PHONE', phoneNumber: '13900000001' } }),
  'POST /api/v2/email/send': () => ({ body: { scene: 'CHANGE_EMAIL', email: 'new@example.com' } }),
  'POST /api/v2/sms/send': () => ({ body: { phone: '13900000001' } }),
  'POST /api/v3/update-password': () => ({ body: { newPassword: 'another long passphrase' } }),
  'POST /api/v2/password/update': () => ({ body: { newPassword: world.encrypt('another long passphrase') } }),
  'POST /api/v2/users/email/bind': () => ({ body: { email: 'new@example.com', emailCode: passcode } }),
  'POST /api/v2/users/phone/bind': () => ({ body: { phone: '13900000001', phoneCode: passcode } }),
  'POST /api/v2/users/email/update': () => ({
    body: { email: 'new@example.com', emailCode: passcode, oldEmailCode: passcode },
  }),
  'POST /api/v2/users/phone/update': () => ({
    body: { phone: '13900000001', phoneCode: passcode, oldPhoneCode: passcode },
  }),
  'POST /api/v3/delete-account': () => ({ body: { deleteAccountToken: 'x'.repeat(43) } }),
  'POST /api/v3/verify-delete-account-request': () => ({
    body: { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload: { email: 'alice@example.com', passCode: passcode } },
  }),
  'POST /api/v3/set-qrcode-status': async () => ({ body: { qrcodeId: await pending(), action: 'SCAN' } }),
  'POST /api/v3/change-qrcode-status': async () => ({ body: { qrcodeId: await pending(), action: 'CONFIRM' } }),
  'POST /api/v3/set-device-status': async () => ({ body: { userCode: await waitingDevice(), action: 'SCAN' } }),
  ...Object.fromEntries(
    ['qrcode', 'v2/qrcode'].flatMap((prefix) =>
      ['scanned', 'confirm', 'cancel'].map((move) => [
        `POST /api/${prefix}/${move}`,
        async () => ({ body: { random: await pending() } }),
      ]),
    ),
  ),
};
const pending = () => world.newCode();
async function waitingDevice(): Promise<string> {
  await world.addApplication({ id: 'tv', tokenEndpointAuthMethod: 'none', signsInDevices: true });
  return (await world.v3('POST', '/oidc/device/auth', { app: 'tv', body: {} })).body.user_code;
}

const phone = 'phone: "13900000001", phoneCode: "123456"';
const email = 'email: "new@example.com", emailCode: "123456"';
const customData = () => `targetType: USER, targetId: "${world.alice.id}"`;
const operations: Record<string, () => string> = {
  user: () => 'query { user { id username } }',
  udv: () => `query { udv(${customData()}) { key } }`,
  checkLoginStatus: () => 'query { checkLoginStatus { status } }',
  refreshToken: () => 'mutation { refreshToken { token } }',
  updateUser: () => 'mutation { updateUser(input: { nickname: "Al" }) { nickname } }',
  setUdv: () => `mutation { setUdv(${customData()}, key: "school", value: "1") { key } }`,
  setUdvBatch: () => `mutation { setUdvBatch(${customData()}, udvList: [{ key: "school", value: "1" }]) { key } }`,
  removeUdv: () => `mutation { removeUdv(${customData()}, key: "school") { key } }`,
  bindEmail: () => `mutation { bindEmail(${email}) { id } }`,
  bindPhone: () => `mutation { bindPhone(${phone}) { id } }`,
  unbindEmail: () => 'mutation { unbindEmail { id } }',
  unbindPhone: () => 'mutation { unbindPhone { id } }',
  updateEmail: () => `mutation { updateEmail(${email}, oldEmailCode: "123456") { id } }`,
  updatePhone: () => `mutation { updatePhone(${phone}, oldPhoneCode: "123456") { id } }`,
  updatePassword: () =>
    `mutation { updatePassword(newPassword: "${world.encrypt('another long passphrase')}") { id } }`,
  sendEmail: () => 'mutation { sendEmail(email: "new@example.com", scene: CHANGE_EMAIL) { code } }',
};

/** A document that asks for one operation, with some value for each argument that it needs. */
function documentOf(name: string): string {
  const asked = schema.getQueryType()?.getFields()[name];
  const field = asked ?? schema.getMutationType()?.getFields()[name];
  if (field === undefined) throw new Error(`there is no operation ${name}`);
  const given = field.args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${literalOf(argument.type)}`);
  const answer = getNamedType(field.type);
  const leaf = isObjectType(answer)
    ? Object.values(answer.getFields()).find(({ type }) => isLeafType(getNamedType(type)))
    : undefined;
  const selection = leaf === undefined ? '' : ` { ${leaf.name} }`;
  return `${asked ? 'query' : 'mutation'} { ${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection} }`;
}

function literalOf(type: GraphQLInputType): string {
  const bare = getNullableType(type);
  if (isListType(bare)) return `[${literalOf(bare.ofType as GraphQLInputType)}]`;
  if (isEnumType(bare)) return bare.getValues().at(-1)?.name ?? '';
  if (!isInputObjectType(bare)) return bare.name === 'Int' ? '1' : bare.name === 'Boolean' ? 'true' : '"x"';
  const fields = Object.values(bare.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
}

async function call(route: string, token: string, { body, query }: Sample = {}) {
  const [method = '', url = ''] = route.split(' ');
  const path = url.replace('users/:id/', `users/${world.alice.id}/`).replace(/:(\w+)/g, 'site');
  // Routes that take forms take JSON, too.
  const payload = method === 'POST' ? { body: body ?? {} } : {};
  return world.v3(method as 'GET', path, { app: 'site', query, ...payload, token });
}

const formsOf = (route: string, login: Held) =>
  route.includes('/api/v2/') || route.includes('/api/qrcode/') ? login.v2 : login.v3;
const isAllowed = (kind: LoginKind, decision: Decision): decision is Action =>
  decision in actions && mayDo(kind, decision as Action);
const isScanAllowed = (decision: Decision): decision is Action => isAllowed('scanBorn', decision);
const rows = (decisions: Record<Decision, readonly string[]>) =>
  (Object.entries(decisions) as [Decision, readonly string[]][]).flatMap(([decision, names]) =>
    names.map((name) => ({ name, decision })),
  );
const routeRows = rows(routeDecisions);
const operationRows = rows(operationDecisions);
const isRefusedAction = ({ decision }: { decision: Decision }) => decision in actions && !isScanAllowed(decision);
const refusedOf = <Row extends { decision: Decision }>(kinds: readonly LoginKind[], all: Row[]) =>
  all.filter(({ decision }) => decision in actions && !kinds.every((kind) => isAllowed(kind, decision)));

describe('is decided on before it is served, and no longer', () => {
  it.each<[string, () => string[], Record<Decision, readonly string[]>]>([
    ['a route', servedRoutes, routeDecisions],
    ['an operation of GraphQL', servedOperations, operationDecisions],
  ])('%s', (_name, served, decisions) => {
    const known = Object.values(decisions).flat();
    const undecided = served().filter((name) => !known.includes(name));
    expect(undecided, 'say in rights.fixture.ts what these need a login for, and give a sample here').toEqual([]);
    expect(known.filter((name) => !served().includes(name))).toEqual([]);
    expect(known).toHaveLength(new Set(known).size);
  });
});

describe('a login born from a scan may not', () => {
  it.each(routeRows.filter(isRefusedAction))('$decision: $name', async ({ name }) => {
    const sample = (await samples[name]?.(born)) ?? {};
    const before = kept();
    for (const [form, token] of Object.entries(formsOf(name, born))) {
      const { body } = await call(name, token, sample);
      expect(body, form).toMatchObject(name.includes('/api/v3/') ? { statusCode: 403, apiCode: 1001 } : { code: 1001 });
    }
    expect(kept()).toEqual(before);
    expect(outbox).toEqual([]);
  });

  it.each(operationRows.filter(isRefusedAction))('$decision: $name of GraphQL', async ({ name }) => {
    const before = kept();
    for (const [form, token] of Object.entries(born.v2)) {
      const { errors } = await graphql(operations[name]?.() ?? '', {}, token);
      expect(errors?.[0].message, form).toMatchObject({ code: 1001 });
    }
    expect(kept()).toEqual(before);
    expect(outbox).toEqual([]);
  });

  it.each(['username', 'externalId', 'name', 'gender', 'customData', 'email'])(
    'change %s, alone or beside its nickname, in any generation',
    async (field) => {
      const value = field === 'customData' ? { a: 1 } : field === 'gender' ? 'F' : 'taken-over';
      const before = kept();
      for (const changes of [{ [field]: value }, { nickname: 'Mallory', [field]: value }]) {
        for (const path of ['update-profile', '/api/v2/users/profile/update']) {
          await world.v3('POST', path, { token: born.v3['its access token'], body: changes });
        }
        const query = 'mutation ($input: UpdateUserInput!) { updateUser(input: $input) { id } }';
        for (const token of Object.values(born.v2)) {
          const { errors } = await graphql(query, { input: changes }, token);
          expect(errors).toHaveLength(1);
        }
      }
      expect(kept()).toEqual(before);
    },
  );

  it('end the login of the phone, nor one it does not know', async () => {
    const { parentId } = (await world.stores.loginSessions.find(born.id)) ?? {};
    const before = kept();
    for (const deviceId of [parentId, 'nobody', '']) {
      for (const path of ['revoke-session', 'unbind']) {
        const token = born.v3['its access token'];
        const { body } = await world.v3('POST', `mydevices/${path}`, { token, body: { deviceId } });
        expect(body.statusCode).toBe(deviceId === '' ? 400 : 403);
      }
    }
    expect(kept()).toEqual(before);
  });

  it('ask for a code of anything that needs a login', async () => {
    const before = kept();
    const token = born.v3['its access token'];
    const email = 'alice@example.com';
    const channels = ['BIND_EMAIL', 'UNBIND_EMAIL', 'UPDATE_EMAIL', 'DELETE_ACCOUNT'];
    for (const channel of channels) {
      const { body } = await world.v3('POST', 'send-email', { token, body: { channel: `CHANNEL_${channel}`, email } });
      expect(body).toMatchObject({ statusCode: 403, apiCode: 1001 });
    }
    for (const scene of ['', 'VERIFY_CODE', 'CHANGE_EMAIL', 'EMAIL_UNBIND_VERIFY_CODE']) {
      const { body } = await world.v3('POST', '/api/v2/email/send', { token, body: { scene, email } });
      expect(body.code).toBe(1001);
    }
    expect(kept()).toEqual(before);
    expect(outbox).toEqual([]);
  });
});

describe.each(Object.keys(kindsOfOthers) as (keyof typeof kindsOfOthers)[])('a login of kind %s may not', (kind) => {
  const kinds: readonly LoginKind[] = kindsOfOthers[kind];
  it.each(refusedOf(kinds, routeRows))('$decision: $name', async ({ name }) => {
    const held = others[kind];
    const sample = (await samples[name]?.(held)) ?? {};
    const before = kept();
    for (const [form, token] of Object.entries(formsOf(name, held))) {
      const { body } = await call(name, token, sample);
      expect(body, form).toMatchObject(name.includes('/api/v3/') ? { statusCode: 403, apiCode: 1001 } : { code: 1001 });
    }
    expect(kept()).toEqual(before);
    expect(outbox).toEqual([]);
  });

  it.each(refusedOf(kinds, operationRows))('$decision: $name of GraphQL', async ({ name }) => {
    const before = kept();
    for (const [form, token] of Object.entries(others[kind].v2)) {
      const { errors } = await graphql(operations[name]?.() ?? '', {}, token);
      expect(errors?.[0].message, form).toMatchObject({ code: 1001 });
    }
    expect(kept()).toEqual(before);
  });
});

describe('a login with a relying party may', () => {
  it.each(routeRows.filter(({ decision }) => isAllowed('relyingParty', decision)))(
    '$decision: $name',
    async ({ name }) => {
      for (const token of Object.values(others.relyingParty.v3)) {
        expect((await call(name, token)).body).toMatchObject({ sub: world.alice.id, nickname: 'Alice' });
      }
    },
  );

  it('see no claim that its scopes do not cover', async () => {
    const token = others.relyingParty.v3['its access token'] ?? '';
    expect((await call('GET /oidc/me', token)).body).not.toHaveProperty('email');
  });

  it('renew its tokens, but not by an ID token', async () => {
    const { id: client_id, secret: client_secret } = world.directory.getApplication('grafana');
    const form = (fields: Record<string, string>) =>
      world.v3('POST', '/oidc/token', {
        app: null,
        body: new URLSearchParams({ ...fields, client_id, client_secret }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    const grant_type = 'http://authing.cn/oidc/grant_type/authing_token';
    const token = others.relyingParty.v2['its ID token'] ?? '';
    expect((await form({ grant_type, token })).body).toMatchObject({ error: 'unauthorized_client' });
    const { refresh } = others.relyingParty;
    const renewed = await form({ grant_type: 'refresh_token', refresh_token: refresh });
    expect(renewed.body).toMatchObject({ access_token: expect.any(String) });
    expect((await call('GET /api/v3/get-profile', renewed.body.access_token)).body).toMatchObject({ apiCode: 1001 });
  });

  it('be born from a scan: then it may do what both kinds may', async () => {
    const scanned = { amr: ['qr'], parentId: 'phone', birth: 'redirect' } as const;
    const kinds = kindsOf({ ...scanned, amr: ['qr'] }, { kind: 'relyingParty' });
    expect(kinds).toEqual(['scanBorn', 'relyingParty']);
    expect(() => requireRight(kinds, 'readLogins')).toThrow(expect.objectContaining({ code: 'permission_denied' }));
    expect(() => requireRight(kinds, 'approveCodes')).toThrow(expect.objectContaining({ code: 'qr_born_login' }));
  });
});

describe('a login born from a scan may', () => {
  it.each(routeRows.filter(({ decision }) => isScanAllowed(decision)))(
    '$decision: $name',
    async ({ name, decision }) => {
      const ends = decision === 'endThisLogin';
      for (const form of Object.keys(formsOf(name, born))) {
        const login = ends ? await scanBorn() : born;
        const token = formsOf(name, login)[form] ?? '';
        // A token beside the address is compared with the header only when that says Bearer.
        const { http, body } = await call(name, token, (await samples[name]?.(login)) ?? {});
        expect(http, form).toBe(200);
        if (!Array.isArray(body))
          expect(body.sub ?? body.statusCode ?? body.code, form).toBeOneOf([200, world.alice.id]);
        if (ends) expect((await world.stores.loginSessions.find(login.id))?.revokedAt, form).not.toBeNull();
      }
    },
  );

  it.each(operationRows.filter(({ decision }) => isScanAllowed(decision)))(
    '$decision: $name of GraphQL',
    async ({ name }) => {
      for (const [form, token] of Object.entries(born.v2)) {
        const { data, errors } = await graphql(operations[name]?.() ?? '', {}, token);
        expect(errors, form).toBeUndefined();
        expect(data[name], form).toBeTruthy();
      }
    },
  );

  it('end itself, and nothing beside it', async () => {
    const login = await scanBorn();
    const { parentId } = (await world.stores.loginSessions.find(login.id)) ?? {};
    const { body } = await world.v3('POST', 'mydevices/revoke-session', {
      token: login.v3['its access token'],
      body: { deviceId: login.id },
    });
    expect(body.data).toEqual({ success: true, ended: 1 });
    expect((await world.stores.loginSessions.find(parentId ?? ''))?.revokedAt).toBeNull();
  });
});

describe('a login born from a scan gains nothing where no login is taken', () => {
  it.each(routeRows.filter(({ decision }) => decision === 'operator' || decision === 'approver'))(
    '$name is for the keys of a pool',
    async ({ name }) => {
      const before = kept();
      for (const [form, token] of Object.entries(born.v2)) {
        const { body } = await call(name, token);
        expect(body.statusCode ?? body.code, form).not.toBe(200);
      }
      expect(kept()).toEqual(before);
    },
  );

  it.each(routeRows.filter(({ decision }) => decision === 'anyone'))('$name', async ({ name }) => {
    const before = keptOfPeople();
    const query = name.includes('watch-qrcode-status') ? { query: { qrcodeId: unknownCode } } : {};
    await call(name, born.v2['its V2 token'] ?? '', query);
    expect(keptOfPeople()).toEqual(before);
  });
});

describe('an access key that may only approve', () => {
  let key: SigningKey;
  beforeAll(async () => {
    const body = { scopes: ['approve'], applicationId: 'phone' };
    const { data } = (await callSigned(world, 'POST', 'create-access-key', { body })).body;
    key = { id: data[0].accessKeyId, secret: data[0].accessKeySecret };
  });

  /** Calls that take the name of a user, with one that is there. */
  const bodies: Record<string, () => object> = {
    'POST /api/v3/update-user': () => ({ userId: world.alice.id, nickname: 'Mallory' }),
    'POST /api/v3/delete-users-batch': () => ({ userIds: [world.alice.id] }),
    'POST /api/v3/kick-users': () => ({ userId: world.alice.id, appIds: ['phone'] }),
    'POST /api/v3/create-access-key': () => ({}),
    'POST /api/v3/create-user': () => ({ username: 'mallory' }),
  };
  const documents: Record<string, string> = { findUser: 'query { findUser(username: "alice") { id } }' };
  const pathOf = (route: string) =>
    (route.split(' ')[1] ?? '').replace('users/:id', `users/${world.alice.id}`).replace(/:(\w+)/g, 'site');
  const verbOf = (route: string) => route.split(' ')[0] as 'GET' | 'POST';
  const call = (route: string, body: object = {}) =>
    callSigned(world, verbOf(route), pathOf(route), {
      key,
      body: { ...body },
      headers: { 'x-authing-app-id': 'site' },
    });

  it.each(routeRows.filter(({ decision }) => decision === 'operator'))('is refused at $name', async ({ name }) => {
    if (name === 'GET /logout') return;
    const before = kept();
    const { body } = await call(name, bodies[name]?.());
    expect(body).toMatchObject(name.includes('/api/v3/') ? { statusCode: 403, apiCode: 1001 } : { code: 1001 });
    expect(kept()).toEqual(before);
  });

  it.each(routeRows.filter(({ name, decision }) => decision in actions && !name.startsWith('DELETE')))(
    'is nobody at $decision: $name',
    async ({ name }) => {
      const sample = name.startsWith('POST') ? ((await samples[name]?.(born)) ?? {}) : {};
      const before = keptOfPeople();
      const reply = await send(
        world,
        signedRequest(key, world.clock.now(), verbOf(name), pathOf(name), {
          body: { ...sample.body },
          headers: { 'x-authing-app-id': 'site' },
        }),
      );
      expect(keptOfPeople()).toEqual(before);
      // V2 sends codes to whoever asks, as often as the limits let it.
      if (name === 'POST /api/v2/sms/send') return;
      // Whoever is not signed in may sign out.
      const isRefused = (reply.body?.statusCode ?? reply.body?.code ?? reply.http) !== 200;
      expect(isRefused).toBe(!/^GET \/(api\/v2\/)?logout$/.test(name));
    },
  );

  it.each(operationRows.filter(({ decision }) => decision !== 'anyone'))(
    'is refused at $name of GraphQL ($decision)',
    async ({ name }) => {
      const before = kept();
      const { body } = await call('POST /graphql/v2', {
        query: documents[name] ?? operations[name]?.() ?? documentOf(name),
      });
      // One says that nobody is signed in, one is served to nobody.
      if (name === 'checkLoginStatus') expect(body.data).toEqual({ checkLoginStatus: { status: false } });
      else if (name === 'refreshAccessToken') expect(body.errors[0].message.code).toBe(2231);
      else expect(body.errors?.[0].message.code, JSON.stringify(body)).toBeOneOf([1001, 2020]);
      expect(kept()).toEqual(before);
    },
  );

  it.each(routeRows.filter(({ decision }) => decision === 'anyone'))('gains nothing at $name', async ({ name }) => {
    if (name.includes('watch-qrcode-status')) return;
    const before = keptOfPeople();
    await world.app.inject(
      signedRequest(key, world.clock.now(), verbOf(name), pathOf(name), { headers: { 'x-authing-app-id': 'site' } }),
    );
    expect(keptOfPeople()).toEqual(before);
  });

  it('gets no management token, by any of the three ways', async () => {
    const { id: accessKeyId, secret: accessKeySecret } = key;
    const byV3 = await world.v3('POST', 'get-management-token', { body: { accessKeyId, accessKeySecret } });
    expect(byV3.body).toMatchObject({ statusCode: 403 });
    const byForm = await world.v3('POST', '/oidc/token', {
      app: null,
      body: { grant_type: 'client_credentials', client_id: accessKeyId, client_secret: accessKeySecret },
    });
    expect(byForm.http).toBe(400);
    expect(byForm.body.access_token).toBeUndefined();
    const query =
      'query ($id: String!, $secret: String!) { accessToken(userPoolId: $id, secret: $secret) { accessToken } }';
    const byGraphql = await graphql(query, { id: accessKeyId, secret: accessKeySecret }, '');
    expect(byGraphql.errors[0].message.code).toBe(1001);
  });

  it('exchanges no ticket and speaks for no application', async () => {
    const { ticket } = await world.confirmed();
    const exchange = await call('POST /api/v3/exchange-tokenset-with-qrcode-ticket', { ticket });
    expect(exchange.body).toMatchObject({ statusCode: 403 });
    const gene = await call('POST /api/v3/gene-qrcode', { type: 'MOBILE_APP', browser: { ip: '198.51.100.7' } });
    expect(gene.body).toMatchObject({ statusCode: 403 });
  });
});

/** As a header, and as whatever else a route takes tokens in. */
const companyForms = { bare: companyToken, 'as Bearer': `Bearer ${companyToken}` };

describe("a token of the company's own is no token at all", () => {
  const isForeign = ({ decision }: { decision: Decision }) => decision !== 'approveCodes';
  const isOpen = ({ decision }: { decision: Decision }) => decision === 'anyone';

  it.each(routeRows.filter((row) => isForeign(row) && !isOpen(row)))('$decision: $name', async ({ name }) => {
    const before = kept();
    for (const [form, token] of Object.entries(companyForms)) {
      const { http, body } = await call(name, token, (await samples[name]?.(born)) ?? {});
      const outcome = { http, code: body?.statusCode ?? body?.code, ...body };
      // Guard's log-out answers everybody alike, and would end the login of a token of ours.
      if (name === 'GET /api/v2/logout' || name === 'GET /logout') continue;
      expect([http, outcome.code, outcome.apiCode], `${form} ${JSON.stringify(body)}`).toSatisfy(
        ([status, code, apiCode]) => status === 401 || code === 401 || code === 2020 || apiCode === 2020 || code >= 400,
      );
    }
    expect(kept()).toEqual(before);
  });

  it.each(operationRows.filter((row) => isForeign(row) && !isOpen(row)))(
    '$decision: $name of GraphQL',
    async ({ name }) => {
      const before = kept();
      for (const [form, token] of Object.entries(companyForms)) {
        const query = operations[name]?.() ?? `{ ${name} { id } }`;
        const { data, errors } = await graphql(query, {}, token);
        expect(errors !== undefined || !data[name].status, form).toBe(true);
      }
      expect(kept()).toEqual(before);
    },
  );

  it.each(routeRows.filter(isOpen))('$name', async ({ name }) => {
    const before = keptOfPeople();
    const query = name.includes('watch-qrcode-status') ? { query: { qrcodeId: unknownCode } } : {};
    await call(name, companyToken, query);
    expect(keptOfPeople()).toEqual(before);
  });

  it.each(['introspection', 'revocation'])('for %s', async (name) => {
    const before = keptOfPeople();
    const { body } = await world.v3('POST', `/oidc/token/${name}`, {
      body: new URLSearchParams({ token: companyToken, ...world.siteProof }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    if (name === 'introspection') expect(body).toEqual({ active: false });
    expect(keptOfPeople()).toEqual(before);
  });

  it('to exchange or renew anything with', async () => {
    const grants: Record<string, string>[] = [
      { grant_type: 'refresh_token', refresh_token: companyToken },
      { grant_type: 'http://authing.cn/oidc/grant_type/authing_token', token: companyToken },
      { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: companyToken },
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: companyToken },
    ];
    for (const fields of grants) {
      const { body } = await world.v3('POST', '/oidc/token', {
        body: new URLSearchParams({ ...fields, ...world.siteProof }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(body).not.toHaveProperty('access_token');
      expect(body).toHaveProperty('error');
    }
  });
});

const titles: Record<LoginKind, string> = {
  ownSignIn: 'own sign-in',
  redirect: 'by redirect',
  scanBorn: 'born from a scan',
  device: 'of a device',
  relyingParty: 'with a relying party',
  ownToken: "a company's own token",
};

/** Where actions without a call of their own are decided. */
const elsewhere: Partial<Record<Action, string>> = {
  renewTokens: 'the grant `refresh_token` of `POST /oidc/token`',
  changeProfile: 'decided by the fields that are sent',
};

/** Whom a role may call, beside what the one before it may. */
function roleRows(role: Role): string[] {
  const own = [...needs].filter(([, need]) => need.role === role);
  return [`- **${role}**: ${own.map(([call, { isFresh }]) => `\`${call}\`${isFresh ? '*' : ''}`).join(', ')}`];
}

/** `vitest run apps/server/src/http/rights.test.ts -u` writes the page anew. */
it('docs/reference/rights.md says what each kind of login may do, and where', async () => {
  const calls = (action: Action) =>
    [
      ...routeDecisions[action].map((route) => `\`${route}\``),
      ...operationDecisions[action].map((name) => `\`${name}\``),
    ].join(', ') || elsewhere[action];
  const all = Object.entries(actions) as [Action, string][];
  const page = [
    '# What a login may do',
    '',
    'A login may do what its kind allows, and every token of it (refreshed, V2, of GraphQL or of a grant) has its rights and no more.',
    'One login may be of several kinds, say born from a scan and with a relying party: then it may do what each of them allows. What the',
    'table does not name is refused (403, code 1001), and a refused call changes nothing.',
    '',
    "A token of the company's own (`ownTokens` of a user pool) approves codes. Everywhere else it is no token at all (401).",
    '',
    `| to | ${loginKinds.map((kind) => titles[kind]).join(' | ')} |`,
    `|---|${loginKinds.map(() => '---|').join('')}`,
    ...all.map(
      ([action, about]) =>
        `| ${about} | ${loginKinds.map((kind) => (mayDo(kind, action) ? 'yes' : 'no')).join(' | ')} |`,
    ),
    '',
    'A test makes this page from the one table that decides, `core/sessions/rights.ts`.',
    '',
    '## Calls',
    '',
    'Bare names are operations of `POST /graphql/v2`.',
    '',
    ...all.map(([action, about]) => `- **${about}**: ${calls(action)}`),
    '',
    '# What a role may do',
    '',
    'Access keys, the secret of a user pool and administrators at the console have a role: viewer, operator or owner, each with the rights of',
    "the one before. A pool's secret is an owner, and so is a key that was given no role. Whoever's role does not suffice is refused (403, apiCode 1001), and",
    'so is everybody at a management call that is not in the table.',
    '',
    ...roles.flatMap((role) => roleRows(role)),
    '',
    'At the console, calls marked with * want a proof of password and second factor of the last five minutes (401, apiCode 1350, with `maxAge`',
    'in `data`). `returnFullUserInfo` and `allowExchangeUserInfoFromBrowser` are turned on by owners alone, with such a proof.',
    '',
    'A test makes this list from the one table that decides, `core/management/roles.ts`.',
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../../docs/reference/rights.md');
});
