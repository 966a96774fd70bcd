import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type RoleDto as Role, reasonText, roles } from '@passbeam/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { includes, needs, requireCall } from '../core/management/roles.ts';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { operationDecisions, routeDecisions } from './rights.fixture.ts';
import { schema } from './routes/graphql/schema/schema.ts';
import { callSigned, type SigningKey } from './routes/management/signed-call.fixture.ts';

/** What the table calls a route of the fixture. */
const nameOf = (route: string) => /^\w+ \/api\/v3\/([^/]+)$/.exec(route)?.[1] ?? route;
const managementRoutes = routeDecisions.operator;
/** Calls that people make about themselves, and operators about anybody. */
const alsoOfOperators = ['user', 'updateUser', 'udv', 'setUdv', 'setUdvBatch', 'removeUdv', 'isUserExists'];
/** Refused to everybody: a token that could renew itself would outlive its secret. */
const ofNobody = ['refreshAccessToken'];

let passbeam: TestPassbeam;
const keys = {} as Record<Role, SigningKey>;

/** Every route that is served, whoever may call it. */
const served: string[] = [];
function noteRoutes(message: unknown): void {
  const { fastify } = message as { fastify: TestPassbeam['app'] };
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) if (verb !== 'HEAD' && verb !== 'OPTIONS') served.push(`${verb} ${url}`);
  });
}
const servedOperations = () =>
  [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));

beforeAll(async () => {
  subscribe('fastify.initialization', noteRoutes);
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  unsubscribe('fastify.initialization', noteRoutes);
  for (const role of roles) {
    const made = await callSigned(passbeam, 'POST', 'create-access-key', { body: { role, name: `of a ${role}` } });
    const { accessKeyId: id, accessKeySecret: secret } = made.body.data[0];
    keys[role] = { id, secret };
  }
});
afterAll(() => passbeam?.close());

function call(role: Role, route: string) {
  const [method, path = ''] = route.split(' ') as ['GET' | 'POST', string];
  return callSigned(passbeam, method, path.replace(/:id$/, 'nobody'), { key: keys[role], body: {} });
}
const isRefusedByRole = ({ statusCode, code, message }: Record<string, unknown>) =>
  (statusCode === 403 || code === 1001) && String(message).includes('needs the role');

describe('the table of roles', () => {
  it('names every management call', () => {
    const known = [...managementRoutes.map(nameOf), ...operationDecisions.operator, ...alsoOfOperators];
    expect(known.filter((name) => !needs.has(name) && !ofNobody.includes(name))).toEqual([]);
  });

  it('names no call that is not served', () => {
    const names = new Set([...served.map(nameOf), ...servedOperations()]);
    expect([...needs.keys()].filter((name) => !names.has(name))).toEqual([]);
  });

  it('has a row for every call of v3 that tells a stranger to sign or to send a token', async () => {
    const refusal = reasonText('signOrSendToken', 'en');
    const managing: string[] = [];
    for (const route of served) {
      const [method, path = ''] = route.split(' ') as ['GET' | 'POST', string];
      if (!path.startsWith('/api/v3/') || path === '/api/v3/watch-qrcode-status') continue;
      const { body } = await passbeam.v3(method, path, { app: null, ...(method === 'POST' && { body: {} }) });
      if (String(body?.message).includes(refusal)) managing.push(nameOf(route));
    }
    expect(managing.length).toBeGreaterThan(60);
    expect(managing.filter((name) => !needs.has(name))).toEqual([]);
  });

  it('opens a call that it does not name to nobody', () => {
    for (const role of roles) {
      expect(() => requireCall({ role, freshUntil: null }, 'a-new-call', 0)).toThrow('permission_denied');
    }
  });

  const rows = managementRoutes.flatMap((route) => {
    const need = needs.get(nameOf(route))?.role ?? 'owner';
    return roles.map((role) => ({ route, role, isAllowed: includes(role, need) }));
  });

  it.each(rows.filter(({ isAllowed }) => !isAllowed))('refuses $route to a key of a $role', async ({ route, role }) => {
    const { body } = await call(role, route);
    expect(body).toMatchObject(route.includes('/api/v3/') ? { statusCode: 403, apiCode: 1001 } : { code: 1001 });
    expect(isRefusedByRole(body)).toBe(true);
  });

  it('lets a key do what its role includes', async () => {
    // Among them a call that gives the pool another secret: what follows is signed by keys.
    for (const { route, role } of rows.filter(({ isAllowed }) => isAllowed)) {
      expect(isRefusedByRole((await call(role, route)).body), `${route} ${role}`).toBe(false);
    }
  });

  it.each<[Role, string, boolean]>([
    ['viewer', 'query { users { totalCount } }', true],
    ['viewer', 'mutation { createUser(userInfo: { username: "mallory" }) { id } }', false],
    ['operator', 'mutation { createUser(userInfo: { username: "carol" }) { id } }', true],
    ['operator', 'mutation { deleteUsers(ids: ["nobody"]) { code } }', false],
    ['operator', 'mutation { updateUserpool(input: { registerDisabled: false }) { id } }', true],
    ['operator', 'mutation { updateUserpool(input: { name: "Ours" }) { id } }', false],
    ['owner', 'mutation { updateUserpool(input: { name: "Ours" }) { id } }', true],
    ['viewer', 'mutation { setUdv(targetType: USER, targetId: "nobody", key: "a", value: "1") { key } }', false],
  ])('decides for a key of a %s on %s of GraphQL', async (role, query, isAllowed) => {
    const { body } = await callSigned(passbeam, 'POST', '/graphql/v2', { key: keys[role], body: { query } });
    expect(body.errors?.[0].message.code === 1001).toBe(!isAllowed);
  });

  it('holds for a token given for the key, and at once when the role changes', async () => {
    const { id: accessKeyId, secret: accessKeySecret } = keys.operator;
    const asked = { app: null, body: { accessKeyId, accessKeySecret } };
    const token = (await passbeam.v3('POST', 'get-management-token', asked)).body.data.access_token;
    const create = (username: string) =>
      passbeam.v3('POST', 'create-user', { app: null, token, body: { username } }).then(({ body }) => body.statusCode);
    expect(await create('dora')).toBe(200);
    const change = (role: Role) =>
      callSigned(passbeam, 'POST', 'update-access-key', { body: { accessKeyId, role }, key: keys.owner });
    expect((await change('viewer')).body.statusCode).toBe(200);
    expect(await create('emil')).toBe(403);
    expect((await change('operator')).body.statusCode).toBe(200);
    expect(await create('emil')).toBe(200);
  });

  it('gives the pool no voice through a key of a lower role where others decide by themselves', async () => {
    const gene = { type: 'MOBILE_APP', browser: { ip: '198.51.100.7' } };
    const asViewer = { key: keys.viewer, headers: { 'x-authing-app-id': 'site' } };
    expect((await callSigned(passbeam, 'POST', 'gene-qrcode', { ...asViewer, body: gene })).body.statusCode).toBe(403);
    const exchange = 'exchange-tokenset-with-qrcode-ticket';
    const asOperator = { key: keys.operator, body: { ticket: 'x' } };
    expect((await callSigned(passbeam, 'POST', exchange, asOperator)).body.statusCode).toBe(403);
  });
});

describe('the switches that hand logins to whoever holds a code', () => {
  const on = { returnFullUserInfo: true };
  it.each<[string, string, object]>([
    ['of the pool', 'update-security-settings', { qrcodeLoginStrategy: on }],
    [
      'of an application',
      'update-application',
      { appId: 'site', customSecurityEnabled: true, securityOverride: { qrcodeLoginStrategy: on } },
    ],
    [
      'of a new application',
      'create-application',
      { appName: 'New', customSecurityEnabled: true, securityOverride: { qrcodeLoginStrategy: on } },
    ],
  ])('%s are turned on by owners alone', async (_name, path, body) => {
    const send = (role: Role) => callSigned(passbeam, 'POST', path, { key: keys[role], body: { ...body } });
    expect((await send('operator')).body).toMatchObject({
      statusCode: 403,
      apiCode: 1001,
      message: expect.stringContaining('qrcodeLoginStrategy.returnFullUserInfo'),
    });
    expect((await send('owner')).body.statusCode).toBe(200);
    await passbeam.setStrategy({ returnFullUserInfo: false });
  });

  it('may be left on, and turned off, by operators', async () => {
    await passbeam.setStrategy(on);
    const body = { qrcodeLoginStrategy: { ...on, qrcodeExpiresIn: 60 } };
    const key = keys.operator;
    expect((await callSigned(passbeam, 'POST', 'update-security-settings', { key, body })).body.statusCode).toBe(200);
    const off = { qrcodeLoginStrategy: { returnFullUserInfo: false } };
    expect((await callSigned(passbeam, 'POST', 'update-security-settings', { key, body: off })).body.statusCode).toBe(
      200,
    );
  });
});

describe('an access key', () => {
  const make = async (body: object) =>
    (await callSigned(passbeam, 'POST', 'create-access-key', { key: keys.owner, body: { ...body } })).body;

  it('has a name, a role, an end and a maker, and is an owner without an end unless told otherwise', async () => {
    const expiresAt = new Date(passbeam.clock.now() + 3_600_000).toISOString();
    const told = { name: 'CI', role: 'operator', expiresAt };
    const createdBy = { kind: 'accessKey', id: keys.owner.id };
    expect((await make(told)).data[0]).toMatchObject({ ...told, createdBy });
    expect((await make({})).data[0]).toMatchObject({ name: '', role: 'owner', expiresAt: null, createdBy });
  });

  it('is refused from its end on, and works again when that is taken away', async () => {
    const expiresAt = new Date(passbeam.clock.now() + 1000).toISOString();
    const { accessKeyId, accessKeySecret } = (await make({ expiresAt })).data[0];
    const key = { id: accessKeyId, secret: accessKeySecret };
    const list = async () => (await callSigned(passbeam, 'GET', 'list-access-key', { key })).body;
    expect((await list()).statusCode).toBe(200);
    passbeam.pass(1);
    expect(await list()).toMatchObject({ statusCode: 401, apiCode: 1300 });
    const body = { accessKeyId, expiresAt: null };
    expect((await callSigned(passbeam, 'POST', 'update-access-key', { key: keys.owner, body })).body.statusCode).toBe(
      200,
    );
    expect((await list()).statusCode).toBe(200);
  });

  it.each<[string, object]>([
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end without a zone', { expiresAt: '2099-01-01T00:00:00' }],
    ['a role that there is not', { role: 'admin' }],
    ['a role beside scopes', { role: 'viewer', scopes: ['approve'], applicationId: 'phone' }],
    ['a name longer than anybody reads', { name: 'x'.repeat(101) }],
  ])('is not made with %s', async (_name, body) => {
    expect(await make(body)).toMatchObject({ statusCode: 400, apiCode: 2231 });
  });

  it('is listed in pages that follow each other', async () => {
    const page = async (cursor?: string) =>
      (
        await callSigned(passbeam, 'GET', 'list-access-key', {
          key: keys.owner,
          query: { limit: '2', ...(cursor && { cursor }) },
        })
      ).body.data;
    const all = (await callSigned(passbeam, 'GET', 'list-access-key', { key: keys.owner })).body.data.map(idOf);
    const walked: string[] = [];
    for (let next = await page(); next.length > 0; next = await page(walked.at(-1))) walked.push(...next.map(idOf));
    expect(walked).toEqual(all);
  });
});

const idOf = ({ accessKeyId }: { accessKeyId: string }) => accessKeyId;
