import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../config/config-file.ts';
import { applyConfigFile, planConfigFile } from '../seed/apply-config-file.ts';
import type { FieldChange, Handover } from '../seed/managed-step.ts';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

/** What the configuration file writes it owns, at every door; what it leaves out is the console's. */
let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const fileSecret = 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe';
const shop = { id: 'shop', secret: fileSecret, name: 'Shop', redirectUris: ['https://shop.example/a'] };

/** Applies a file whose only pool is the one of the test; tells what changed. */
async function apply(application: object = shop, pool: object = {}) {
  const { secret } = passbeam.directory.getPool('pool1');
  const text = JSON.stringify(
    { userPools: [{ id: 'pool1', secret, name: 'P', applications: [application], ...pool }] },
    null,
    1,
  );
  const told = { changes: [] as FieldChange[], handovers: [] as Handover[], warnings: [] as string[] };
  const report = {
    changed: (change: FieldChange) => told.changes.push(change),
    handedOver: (handover: Handover) => told.handovers.push(handover),
    warn: (sentence: string) => told.warnings.push(sentence),
  };
  const { file, digest, lineOf } = parseConfigFile(text, 'p.json');
  const parts = { ...passbeam, ...passbeam.stores, report };
  const facts = { digest, lineOf, node: 'one' };
  const plan = await planConfigFile(file, 'p.json', parts, facts);
  await applyConfigFile(file, 'p.json', parts, facts);
  expect(plan).toEqual(told);
  return { ...told, digest };
}
const update = (body: Record<string, unknown>) =>
  callSigned(passbeam, 'POST', 'update-application', { body: { appId: 'shop', ...body } });
const settings = (body: Record<string, unknown>) => callSigned(passbeam, 'POST', 'update-security-settings', { body });
const shopNow = () => passbeam.directory.getApplication('shop');

/** Whether the secret of the shop is taken where tickets are exchanged. */
async function isTaken(secret: string): Promise<boolean> {
  const { body } = await passbeam.v3('POST', 'check-app-id-secret', { body: { appId: 'shop', appSecret: secret } });
  return body.data.valid;
}

describe('a key that the file writes', () => {
  it('is refused to the management API, by its key and its line', async () => {
    await apply();
    const { body } = await update({ appName: 'Other' });
    expect(body).toMatchObject({ statusCode: 409, refusal: 'managed_by_file' });
    expect(body.message).toContain('appName is written by the key name in line 11 of the configuration file');
    expect(shopNow().name).toBe('Shop');
  });

  it.each<[string, object, string]>([
    ['a list', { securitySettings: { allowedOrigins: ['https://a.example'] } }, 'allowedOrigins'],
    [
      'one field of the strategy',
      { securitySettings: { qrcodeLoginStrategy: { qrcodeExpiresIn: 60 } } },
      'qrcodeExpiresIn',
    ],
  ])('of the settings is refused too: %s', async (_, pool, field) => {
    await apply(shop, pool);
    const { body } = await settings({ allowedOrigins: [], qrcodeLoginStrategy: { qrcodeExpiresIn: 61 } });
    expect(body).toMatchObject({ refusal: 'managed_by_file', message: expect.stringContaining(field) });
  });

  it('is refused to GraphQL', async () => {
    await apply(shop, { securitySettings: { registerDisabled: true } });
    const query = 'mutation { updateUserpool(input: { registerDisabled: false }) { id } }';
    const { body } = await callSigned(passbeam, 'POST', '/graphql/v2', { body: { query } });
    expect(JSON.stringify(body.errors)).toContain('registerDisabled');
    expect(passbeam.directory.getPool('pool1').securitySettings.registerDisabled).toBe(true);
  });

  it('is refused where fields are declared and forgotten', async () => {
    await apply(shop, { customFields: [{ key: 'team', label: 'Team', dataType: 'STRING' }] });
    const list = [{ targetType: 'USER', key: 'other' }];
    const { body } = await callSigned(passbeam, 'POST', 'set-custom-fields', { body: { list } });
    expect(body).toMatchObject({ refusal: 'managed_by_file' });
  });

  it('may be written with the value that it has, for clients send whole objects', async () => {
    await apply(shop, { securitySettings: { qrcodeLoginStrategy: { qrcodeExpiresIn: 60 } } });
    const { body } = await settings({ qrcodeLoginStrategy: { qrcodeExpiresIn: 60, ticketExpiresIn: 200 } });
    expect(body).toMatchObject({ statusCode: 200, data: { qrcodeLoginStrategy: { ticketExpiresIn: 200 } } });
    expect(
      (await update({ appName: 'Shop', redirectUris: shop.redirectUris, appLogo: 'https://l.example/l.png' })).body
        .statusCode,
    ).toBe(200);
  });

  it('is told in replies', async () => {
    await apply();
    const { body } = await callSigned(passbeam, 'GET', 'get-application', { query: { appId: 'shop' } });
    expect(body.data).toMatchObject({ managed: { appName: 'file', domain: 'console' }, updatedBy: 'config_file' });
  });

  it('keeps its application from being deleted', async () => {
    await apply();
    const { body } = await callSigned(passbeam, 'POST', 'delete-application', { body: { appId: 'shop' } });
    expect(body).toMatchObject({ refusal: 'managed_by_file' });
  });
});

describe('an access key of the file', () => {
  const key = { id: 'of-the-file', secret: fileSecret };
  const manages = { ...key, role: 'operator' };
  const approves = { ...key, scopes: ['approve'], applicationId: 'shop' };
  const call = async (name: string, body: object = {}) =>
    (await callSigned(passbeam, 'POST', name, { body: { accessKeyId: key.id, ...body } })).body;
  const keyNow = () => passbeam.stores.accessKeys.find(key.id);

  it.each([
    ['manages', manages],
    ['approves', approves],
  ])('that %s is not deleted, for the next start would bring it back; switched off it stays so', async (_, entry) => {
    await apply(shop, { accessKeys: [entry] });
    const before = await keyNow();
    expect(await call('delete-access-key')).toMatchObject({
      refusal: 'managed_by_file',
      message: expect.stringContaining('accessKeyId comes from the configuration file'),
    });
    expect(await keyNow()).toEqual(before);
    expect(await call('update-access-key', { enable: false })).toMatchObject({ statusCode: 200 });
    await apply(shop, { accessKeys: [entry] });
    expect(await keyNow()).toMatchObject({ status: 'revoked' });
  });

  it('gets no other role; what the file does not write may change', async () => {
    await apply(shop, { accessKeys: [manages] });
    const refused = await call('update-access-key', { role: 'viewer', name: 'Other' });
    expect(refused).toMatchObject({ refusal: 'managed_by_file' });
    expect(await keyNow()).toMatchObject({ role: 'operator', name: null });
    expect(await call('update-access-key', { role: 'operator', name: 'Mine' })).toMatchObject({ statusCode: 200 });
    await apply(shop, { accessKeys: [manages] });
    expect(await keyNow()).toMatchObject({ role: 'operator', name: 'Mine' });
  });

  it('is the console’s where the file only makes what is missing', async () => {
    const managedBy = async () =>
      (await callSigned(passbeam, 'GET', 'get-access-key', { query: { accessKeyId: key.id } })).body.data.managedBy;
    await apply(shop, { accessKeys: [manages] });
    expect(await managedBy()).toBe('file');
    const seeding = { accessKeys: [manages], configuration: 'seed' };
    await apply(shop, seeding);
    expect(await managedBy()).toBe('console');
    expect(await call('update-access-key', { role: 'viewer' })).toMatchObject({ statusCode: 200 });
    expect(await call('delete-access-key')).toMatchObject({ statusCode: 200 });
    await apply(shop, seeding);
    expect(await keyNow()).toBeNull();
  });

  it('has its role told by the event of a file that changes it', async () => {
    await apply(shop, { accessKeys: [manages] });
    await apply(shop, { accessKeys: [{ ...manages, role: 'viewer' }] });
    const [event] = await passbeam.stores.audit.list({ type: 'admin.access_key_changed', limit: 1 });
    expect(event?.detail).toEqual({ source: 'config_file', changedKeyId: key.id, role: 'viewer' });
  });
});

describe('a key that the file leaves out', () => {
  it('is the file’s once it stands there, and a plan says so although its value stays', async () => {
    await apply();
    await update({ domain: 'shop.example' });
    const { changes, handovers } = await apply({ ...shop, domain: 'shop.example' });
    expect(changes).toEqual([]);
    expect(handovers).toMatchObject([{ path: 'userPools[0].applications[0].domain', line: 15, to: 'file' }]);
    expect((await update({ domain: 'other.example' })).body).toMatchObject({ refusal: 'managed_by_file' });
  });

  it('keeps what the API wrote, through the next start', async () => {
    await apply();
    await update({ domain: 'shop.example' });
    await settings({ qrcodeLoginStrategy: { ticketExpiresIn: 77 } });
    expect((await apply()).changes).toEqual([]);
    expect(shopNow().domain).toBe('shop.example');
    expect(passbeam.directory.getPool('pool1').securitySettings.qrcodeLoginStrategy.ticketExpiresIn).toBe(77);
  });

  it('is the console’s with its value, once it was taken out', async () => {
    await apply({ ...shop, domain: 'shop.example' });
    const { changes, handovers } = await apply();
    expect(changes).toEqual([]);
    const path = 'userPools[0].applications[0].domain';
    expect(handovers).toEqual([{ userPoolId: 'pool1', applicationId: 'shop', path, line: null, to: 'console' }]);
    expect(shopNow().domain).toBe('shop.example');
    expect((await update({ domain: 'other.example' })).body.statusCode).toBe(200);
  });

  it('and a whole application, once it was taken out', async () => {
    await apply();
    const { handovers } = await apply({ id: 'other', secret: `x${fileSecret}`, name: 'Other' });
    expect(handovers.map(({ path, to }) => `${path} ${to}`)).toEqual([
      'shop.name console',
      'shop.redirectUris console',
    ]);
    expect((await update({ appName: 'Ours now' })).body.statusCode).toBe(200);
    expect(shopNow().name).toBe('Ours now');
  });
});

describe('a secret', () => {
  const rotate = async () =>
    (await callSigned(passbeam, 'POST', 'refresh-application-secret', { body: { appId: 'shop' } })).body.data.secret;

  it('that was rotated stays so after a start with the old file, which is told', async () => {
    await apply();
    const fresh = await rotate();
    const { warnings } = await apply();
    expect(warnings).toEqual([expect.stringContaining('userPools[0].applications[0].secret was replaced before')]);
    expect([await isTaken(fileSecret), await isTaken(fresh)]).toEqual([false, true]);
  });

  it('that was replaced is not taken again by a greater secretVersion either', async () => {
    await apply();
    const fresh = await rotate();
    const { warnings } = await apply({ ...shop, secretVersion: 2 });
    expect(warnings).toHaveLength(1);
    expect([await isTaken(fileSecret), await isTaken(fresh)]).toEqual([false, true]);
  });

  it('is set once by a greater secretVersion; the one before works for a day', async () => {
    await apply();
    const next = fileSecret.toLowerCase();
    await apply({ ...shop, secret: next });
    expect(await isTaken(next)).toBe(false);
    const { changes } = await apply({ ...shop, secret: next, secretVersion: 1 });
    expect(changes).toMatchObject([{ path: 'userPools[0].applications[0].secret', file: 'changed' }]);
    expect([await isTaken(fileSecret), await isTaken(next)]).toEqual([true, true]);
    passbeam.pass(86_400);
    expect([await isTaken(fileSecret), await isTaken(next)]).toEqual([false, true]);
    const fresh = await rotate();
    await apply({ ...shop, secret: next, secretVersion: 1 });
    expect(await isTaken(fresh)).toBe(true);
  });

  it('of a database of an earlier release stays where the file has another one', async () => {
    await passbeam.addApplication({ id: 'shop', secret: 'the-stored-secret-of-thirty-two-chars', name: 'Old' });
    const { warnings } = await apply();
    expect(warnings).toEqual([expect.stringContaining('is not the one in use, which stays')]);
    expect(await isTaken('the-stored-secret-of-thirty-two-chars')).toBe(true);
    expect(shopNow().name).toBe('Shop');
  });
});

it('a pool with configuration: seed is made by the file and changed by others alone', async () => {
  await apply(shop, { configuration: 'seed' });
  await update({ appName: 'Renamed' });
  const { changes } = await apply({ ...shop, domain: 'shop.example' }, { configuration: 'seed' });
  expect(changes).toEqual([]);
  expect(shopNow()).toMatchObject({ name: 'Renamed', domain: null });
});

it('every change of the file is an event with before and after', async () => {
  await apply();
  const { digest } = await apply({ ...shop, name: 'Store' });
  const [event] = await passbeam.stores.audit.list({ type: 'settings.changed', limit: 1 });
  expect(event).toMatchObject({
    applicationId: 'shop',
    userPoolId: 'pool1',
    detail: { source: 'config_file', digest, originValue: '{"name":"Shop"}', targetValue: '{"name":"Store"}' },
  });
});

describe('versions', () => {
  it('a write on an older version is refused with what is stored', async () => {
    const { data } = (await callSigned(passbeam, 'GET', 'get-security-settings')).body;
    const write = (body: Record<string, unknown>) => settings({ ...body, ifVersion: data.version });
    expect((await write({ registerDisabled: true })).body.data).toMatchObject({
      version: data.version + 1,
      updatedBy: 'pool1',
    });
    expect((await write({ registerDisabled: false })).body).toMatchObject({
      statusCode: 409,
      refusal: 'version_conflict',
      data: { version: data.version + 1, updatedBy: 'pool1' },
    });
    expect(passbeam.directory.getPool('pool1').securitySettings.registerDisabled).toBe(true);
  });
});
