import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDemoSheet } from '@passbeam/demo/demo-sheet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../config/config-file.ts';
import { newEvent } from '../core/audit/event.ts';
import { createDirectory } from '../core/directory/directory.ts';
import type { JwtEntry } from '../core/directory/own-token-entries.ts';
import type { Clock } from '../core/ground/ports.ts';
import { type NewUserInput, newUser } from '../core/users/new-user.ts';
import { createPasswordHasher } from '../crypto/passwords.ts';
import { createSealer } from '../crypto/sealer.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { aLoginSession, anEvent, aRoom } from '../stores/conformance/builders.ts';
import { openSqlite } from '../stores/sql/open-sqlite.ts';
import { applyConfigFile } from './apply-config-file.ts';
import { demoOrigins, findDemoApplications, seedCompany, seedDemo } from './demo.ts';

const masterKey = Buffer.from('a key for tests, thirty-two bytes or more');
const passwords = createPasswordHasher();

async function openParts() {
  let now = 1_800_000_000_000;
  const clock: Clock = { now: () => now++ };
  const stores = await openSqlite({ path: ':memory:', clock, ...createSealer([masterKey], 'test') });
  const directory = createDirectory(stores);
  await directory.reload();
  return { ...stores, stores, directory, secrets: createSecrets([masterKey]), clock, passwords };
}

let parts: Awaited<ReturnType<typeof openParts>>;
let dataDir: string;
beforeEach(async () => {
  parts = await openParts();
  dataDir = mkdtempSync(join(tmpdir(), 'passbeam-seed-'));
});
afterEach(async () => {
  await parts.stores.close();
  rmSync(dataDir, { recursive: true });
});

const site = {
  id: '0123456789abcdef01234567',
  secret: 'app-secret-32-chars-or-more-xxxxx',
  name: 'Demo web site',
  redirectUris: ['http://localhost:5173/callback'],
  logoutRedirectUris: [],
  tokenEndpointAuthMethod: 'client_secret_post',
};
const alice = {
  username: 'alice',
  password: 'correct horse battery',
  email: 'alice@example.com',
  phone: '+8613800000001',
  nickname: 'Alice',
};
const ownTokens = [
  {
    name: 'company',
    applicationId: site.id,
    jwt: { issuer: 'https://auth.example.com', clientIds: ['company-ios'] },
  },
];
const pool = {
  id: '6543210fedcba9876543210f',
  secret: 'pool-secret-32-chars-or-more-xxxx',
  name: 'Pool of the file',
  securitySettings: { allowedOrigins: ['http://localhost:5173'] } as Record<string, unknown>,
  applications: [site] as Record<string, unknown>[],
  users: [alice] as Record<string, unknown>[],
};

function fileOf(...pools: unknown[]) {
  return parseConfigFile(JSON.stringify({ userPools: pools }), 'pools.json').file;
}
const apply = (...pools: unknown[]) => applyConfigFile(fileOf(...pools), 'pools.json', parts);
const findAlice = async () => {
  const user = await parts.users.findByLogin(pool.id, 'account', 'alice');
  if (!user) throw new Error('alice is missing');
  return user;
};

async function insertUser(input: Partial<NewUserInput>) {
  const user = await newUser({ userPoolId: pool.id, password: alice.password, ...input }, parts);
  expect(await parts.users.insert(user, newEvent(parts.secrets, 'user.created', null))).toBeNull();
  return user;
}

describe('applyConfigFile', () => {
  it('keeps ids and secrets as given and fills in the defaults', async () => {
    expect(await apply(pool)).toEqual({ pools: 1, applications: 1, users: 1 });
    expect(parts.directory.getPool(pool.id)).toMatchObject({
      secret: pool.secret,
      securitySettings: {
        allowedOrigins: ['http://localhost:5173'],
        registerDisabled: false,
        qrcodeLoginStrategy: {
          qrcodeExpiresIn: 120,
          ticketExpiresIn: 300,
          returnFullUserInfo: false,
          allowExchangeUserInfoFromBrowser: false,
        },
      },
    });
    expect(parts.directory.getApplication(site.id)).toMatchObject({
      ...site,
      userPoolId: pool.id,
      enabled: true,
      approvesScans: true,
      pollBinding: 'cookie',
    });
    const user = await findAlice();
    expect(user).toMatchObject({ email: 'alice@example.com', phone: '+8613800000001', profile: { nickname: 'Alice' } });
    expect((await passwords.verify(alice.password, user.passwordHash ?? '')).matches).toBe(true);
  });

  it('lets nobody in later who came in to an application that the file had switched off', async () => {
    const switched = (enabled: boolean) => apply({ ...pool, applications: [{ ...site, enabled }] });
    await switched(false);
    // Another node found the application as it was, and opened a login.
    const login = aLoginSession({ userPoolId: pool.id, applicationId: site.id });
    await parts.loginSessions.insert(login, anEvent(), aRoom());
    await switched(true);
    expect((await parts.loginSessions.find(login.id))?.revokedAt).not.toBeNull();
  });

  it('declares custom fields once; a list replaces what was declared, and no list changes nothing', async () => {
    const team = { key: 'team', label: 'Team', dataType: 'SELECT', options: ['red', 'blue'] };
    const level = { key: 'level', label: 'Level', dataType: 'NUMBER' };
    const keys = async () => (await parts.customFields.list(pool.id)).map(({ key, label }) => `${key} ${label}`);
    const events = async () =>
      (await parts.stores.audit.list({ type: 'settings.changed', limit: 10 })).filter(
        ({ detail }) => detail.customFields,
      ).length;
    await apply({ ...pool, customFields: [team, level] });
    expect(await keys()).toEqual(['level Level', 'team Team']);
    expect(await apply({ ...pool, customFields: [team, level] })).toEqual({ pools: 0, applications: 0, users: 0 });
    await apply(pool);
    expect(await keys()).toHaveLength(2);
    expect(await events()).toBe(1);
    expect(await apply({ ...pool, customFields: [{ ...team, label: 'Crew' }] })).toMatchObject({ pools: 1 });
    expect(await keys()).toEqual(['team Crew']);
    await apply({ ...pool, customFields: [] });
    expect(await keys()).toEqual([]);
  });

  it('makes access keys, changes them, and ends those that are gone; others stay', async () => {
    const { accessKeys } = parts;
    const secret = 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe';
    const key = { id: 'company-backend', secret, scopes: ['approve'], applicationId: site.id };
    const events = async (what: string) =>
      (await parts.stores.audit.list({ type: `admin.access_key_${what}` as never, limit: 10 })).length;
    const find = async (id = key.id) => accessKeys.find(id);
    const byApi = { id: 'by-api', userPoolId: pool.id, secret, scopes: null, applicationId: null, issuer: null };
    const made = { isFromFile: false, userId: null, status: 'activated', createdAt: 1, lastUsedAt: null } as const;
    const facts = { ...made, name: null, role: 'owner', expiresAt: null, createdBy: null } as const;
    await apply(pool);
    await accessKeys.insert({ ...byApi, ...facts }, newEvent(parts.secrets, 'admin.access_key_created', null));
    expect(await apply({ ...pool, accessKeys: [key] })).toEqual({ pools: 1, applications: 0, users: 0 });
    expect(await apply({ ...pool, accessKeys: [key] })).toEqual({ pools: 0, applications: 0, users: 0 });
    expect(await find()).toMatchObject({ secret, scopes: ['approve'], applicationId: site.id, status: 'activated' });
    const switchedOff = newEvent(parts.secrets, 'admin.access_key_changed', null);
    await accessKeys.update(pool.id, key.id, { status: 'revoked' }, switchedOff);
    await apply({ ...pool, accessKeys: [{ ...key, issuer: 'https://auth.example.com' }] });
    expect(await find()).toMatchObject({ status: 'revoked', issuer: 'https://auth.example.com' });
    const renewed = { ...key, secret: secret.toLowerCase() };
    await apply({ ...pool, accessKeys: [renewed] });
    expect(await find()).toMatchObject({ status: 'activated', secret: renewed.secret, issuer: null });
    await apply(pool);
    expect(await find()).toBeNull();
    expect(await find('by-api')).not.toBeNull();
    expect(await events('deleted')).toBe(1);
  });

  it('brings a key that manages the pool, with the id and secret it had elsewhere, by a role that is written', async () => {
    const key = { id: '5f9d0c1e2b3a4d5e6f708192', secret: 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe', role: 'operator' };
    const find = () => parts.accessKeys.find(key.id);
    await apply({ ...pool, accessKeys: [key] });
    expect(await find()).toMatchObject({ ...key, scopes: null, applicationId: null, status: 'activated' });
    await apply({ ...pool, accessKeys: [{ ...key, role: 'owner' }] });
    expect(await find()).toMatchObject({ role: 'owner' });
    await apply(pool);
    expect(await find()).toBeNull();
  });

  it('refuses access keys whose id is taken, or whose application is not there', async () => {
    const secret = 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe';
    const key = { id: 'company-backend', secret, scopes: ['approve'], applicationId: site.id };
    const other = { id: 'other', secret: `x${secret}`, name: 'Other', applications: [{ ...site, id: 'other-app' }] };
    await apply({ ...pool, accessKeys: [key] });
    await expect(apply({ ...other, accessKeys: [{ ...key, applicationId: 'other-app' }] })).rejects.toThrow(
      'userPools[0].accessKeys[0].id belongs to a stored key that this file did not make. Write a new id.',
    );
    await expect(apply({ ...other, accessKeys: [{ ...key, id: 'new' }] })).rejects.toThrow(
      `userPools[0].accessKeys[0].applicationId is "${site.id}", which is no application of this pool`,
    );
    expect(await parts.accessKeys.find('new')).toBeNull();
  });

  it('lets QR sessions write profiles only where the file says so', async () => {
    const savesCustomData = () => parts.directory.getApplication(site.id).savesCustomData;
    await apply(pool);
    expect(savesCustomData()).toBe(false);
    await apply({ ...pool, applications: [{ ...site, savesCustomData: true }] });
    expect(savesCustomData()).toBe(true);
    await apply({ ...pool, applications: [{ ...site, savesCustomData: false }] });
    expect(savesCustomData()).toBe(false);
  });

  it('changes nothing when applied again', async () => {
    await apply(pool);
    const before = [parts.directory.pools(), parts.directory.applications(), await findAlice()];
    expect(await apply(pool)).toEqual({ pools: 0, applications: 0, users: 0 });
    expect([parts.directory.pools(), parts.directory.applications(), await findAlice()]).toEqual(before);
  });

  it('applies what changed, and leaves a key that was removed as it is', async () => {
    await apply({
      ...pool,
      securitySettings: { qrcodeLoginStrategy: { returnFullUserInfo: true, qrcodeExpiresIn: 60 } },
      applications: [{ ...site, pollBinding: 'none', qrPayload: 'link' }],
    });
    const { createdAt, qrPayload } = parts.directory.getApplication(site.id);
    expect(qrPayload).toBe('link');
    expect(await apply({ ...pool, name: 'Renamed' })).toEqual({ pools: 1, applications: 1, users: 0 });
    expect(parts.directory.getPool(pool.id)).toMatchObject({
      name: 'Renamed',
      securitySettings: { qrcodeLoginStrategy: { returnFullUserInfo: true, qrcodeExpiresIn: 60 } },
    });
    expect(parts.directory.getApplication(site.id)).toMatchObject({
      pollBinding: 'none',
      qrPayload: 'link',
      createdAt,
    });
  });

  it('leaves alone what the file does not name', async () => {
    await apply(pool, { ...pool, id: 'other', applications: [{ ...site, id: 'other-app' }] });
    await apply({ ...pool, applications: [], users: [] });
    expect(parts.directory.findPool('other')).not.toBeNull();
    expect(parts.directory.findApplication(site.id)).not.toBeNull();
    expect(await findAlice()).not.toBeNull();
  });

  it('updates the fields it names and keeps the password a person chose', async () => {
    await apply(pool);
    const created = await findAlice();
    const passwordHash = await passwords.hash('a password of her own');
    const changed = {
      ...created,
      passwordHash,
      profile: { ...created.profile, city: 'Bern' },
      version: created.version + 1,
    };
    expect(await parts.users.update(changed, null)).toBeNull();

    const edited = { ...alice, password: 'another one for new people', nickname: 'Ali', email: 'ali@example.com' };
    expect(await apply({ ...pool, users: [edited] })).toEqual({ pools: 0, applications: 0, users: 1 });
    const user = await findAlice();
    expect(user).toMatchObject({ id: created.id, passwordHash, email: 'ali@example.com' });
    expect(user.profile).toEqual({ nickname: 'Ali', city: 'Bern' });
  });

  it('gives a user the id of the file, and finds them by it', async () => {
    const id = '5f9d0c1e2b3a4d5e6f708192';
    await apply({ ...pool, users: [{ ...alice, id }] });
    expect((await findAlice()).id).toBe(id);
    expect(await apply({ ...pool, users: [{ id, username: 'alice2', email: 'new@example.com' }] })).toMatchObject({
      users: 1,
    });
    expect(await parts.users.find(id)).toMatchObject({ username: 'alice2', email: 'new@example.com' });
  });

  it.each([
    ['is another one than the person has', { ...alice, id: '5f9d0c1e2b3a4d5e6f708192' }, 'Ids never change'],
    ['is of an application', { username: 'bob', id: site.id }, 'has the id of an application or a user pool'],
    ['is of another pool', { username: 'bob', id: '5f9d0c1e2b3a4d5e6f708193' }, 'No id is given twice'],
  ])('refuses an id that %s', async (_, user, message) => {
    await apply(pool);
    await insertUser({ id: '5f9d0c1e2b3a4d5e6f708193', username: 'there', userPoolId: 'other' });
    await expect(apply({ ...pool, applications: [], users: [user] })).rejects.toThrow(message);
  });

  describe('with a user whose id is of somebody who was deleted', () => {
    const id = '5f9d0c1e2b3a4d5e6f708192';
    const withId = { ...pool, users: [{ username: 'bob' }, { ...alice, id }] };

    it.each<[string, Partial<NewUserInput> | null]>([
      ['nobody came after', null],
      ['they registered again', { userSourceType: 'register', username: 'alice' }],
      ['they proved their address again', { userSourceType: 'register', email: alice.email, emailVerified: true }],
    ])('starts, makes nobody and warns: %s', async (_, after) => {
      await apply(withId);
      const event = newEvent(parts.secrets, 'user.deleted', null);
      await parts.users.delete(pool.id, [{ id, event, end: { at: 7, event } }]);
      const other = after && (await insertUser(after));
      const warnings: string[] = [];
      const report = { changed() {}, handedOver() {}, warn: (sentence: string) => warnings.push(sentence) };
      const applied = await applyConfigFile(fileOf(withId), 'pools.json', { ...parts, report });
      expect(applied).toEqual({ pools: 0, applications: 0, users: 0 });
      expect(warnings).toEqual([
        'userPools[0].users[1] has the id of somebody who was deleted, and makes nobody. Take it out of the file.',
      ]);
      expect(await parts.users.find(id)).toBeNull();
      if (other !== null) expect(await parts.users.find(other.id)).toEqual(other);
    });
  });

  it('refuses a new application or user pool with the id of a person, also of a deleted one', async () => {
    await apply(pool);
    const [there, gone] = [await insertUser({ username: 'there' }), await insertUser({ username: 'gone' })];
    const event = newEvent(parts.secrets, 'user.deleted', null);
    await parts.users.delete(pool.id, [{ id: gone.id, event, end: { at: 7, event } }]);
    for (const { id } of [there, gone]) {
      await expect(apply({ ...pool, applications: [{ ...site, id }] })).rejects.toThrow(
        'userPools[0].applications[0].id belongs to a person',
      );
      await expect(apply({ ...pool, id, applications: [] })).rejects.toThrow('userPools[0].id belongs to a person');
    }
  });

  it('refuses a user whose identifiers belong to two stored users', async () => {
    await apply({ ...pool, users: [{ username: 'alice' }, { email: 'bob@example.com' }] });
    await expect(apply({ ...pool, users: [{ username: 'alice', email: 'bob@example.com' }] })).rejects.toThrow(
      'userPools[0].users[0] names identifiers of two stored users',
    );
  });

  describe('with a user whose username somebody registered', () => {
    const register = (input: Partial<NewUserInput>) =>
      insertUser({ username: 'alice', userSourceType: 'register', ...input });

    it.each([
      ['by the name alone', {}],
      ['though they typed the same addresses', { email: alice.email, phone: alice.phone }],
    ])('stops the start, %s, and leaves that account as it is', async (_, contacts) => {
      await apply({ ...pool, users: [] });
      const stranger = await register(contacts);
      await expect(apply({ ...pool, users: [{ username: 'bob' }, alice] })).rejects.toThrow(
        'userPools[0].users[1] has the username alice of somebody who registered by themselves',
      );
      await expect(apply({ ...pool, users: [{ username: 'ＡＬＩＣＥ' }] })).rejects.toThrow('userPools[0].users[0]');
      expect(await findAlice()).toEqual(stranger);
    });

    it.each([
      ['proved an address that the file names', { email: alice.email, emailVerified: true }],
      ['were made by an operator', { userSourceType: 'adminCreated' as const }],
    ])('goes on where they %s', async (_, input) => {
      await apply({ ...pool, users: [] });
      const { id } = await register(input);
      expect(await apply(pool)).toEqual({ pools: 0, applications: 0, users: 1 });
      expect(await findAlice()).toMatchObject({ id, phone: alice.phone, phoneVerified: true });
    });
  });

  it('keeps whose tokens are trusted; without the key nobody is', async () => {
    const trusting = { ...pool, ownTokens };
    const entriesOf = () => parts.directory.ownTokenEntries();
    await apply(trusting);
    expect(entriesOf()).toMatchObject([{ userPoolId: pool.id, name: 'company', issuer: 'https://auth.example.com' }]);
    expect(await apply(trusting)).toEqual({ pools: 0, applications: 0, users: 0 });
    expect(await apply(pool)).toEqual({ pools: 1, applications: 0, users: 0 });
    expect(entriesOf()).toEqual([]);
  });

  it('refuses tokens that would stand for an application which is not of the pool', async () => {
    const [entry] = ownTokens;
    const other = { ...pool, id: 'other', applications: [], ownTokens: [{ ...entry, applicationId: 'nobody' }] };
    await expect(apply(pool, other)).rejects.toThrow(
      'userPools[1].ownTokens[0].applicationId is "nobody", which is no application of this pool.',
    );
    await apply(pool);
    const stranger = { ...other, ownTokens };
    await expect(apply(stranger)).rejects.toThrow('which is no application of this pool.');
    const stored = { ...pool, applications: [], ownTokens };
    await apply(stored);
    expect(parts.directory.ownTokenEntries()).toHaveLength(1);
  });

  it('refuses to move an application to another pool, and changes nothing', async () => {
    await apply(pool);
    await expect(apply({ ...pool, id: 'other', users: [] })).rejects.toThrow(
      `userPools[0].applications[0].id belongs to the stored pool ${pool.id}`,
    );
    expect(parts.directory.findPool('other')).toBeNull();
  });

  it('keeps the secret it drew for an app without one', async () => {
    const app = { id: 'app', name: 'Phone', tokenEndpointAuthMethod: 'none' };
    await apply({ ...pool, applications: [app] });
    const { secret } = parts.directory.getApplication('app');
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(await apply({ ...pool, applications: [app] })).toMatchObject({ applications: 0 });
    expect(parts.directory.getApplication('app').secret).toBe(secret);
  });
});

describe('seedDemo', () => {
  const origins = ['http://localhost:3001', 'http://127.0.0.1:3001'];

  it('makes a pool, two applications and a user who can sign in with what is shown', async () => {
    const notice = (await seedDemo({ dataDir, origins }, parts)) ?? '';
    const [made] = parts.directory.pools();
    expect(made?.securitySettings.allowedOrigins).toEqual(origins);
    const demo = findDemoApplications({ file: null, origin: 'http://localhost:3001' }, parts.directory);
    expect(demo.userPoolId).toBe(made?.id);
    expect(parts.directory.getApplication(demo.siteApplication.id)).toMatchObject({
      name: 'Demo web site',
      tokenEndpointAuthMethod: 'client_secret_post',
      secret: demo.siteApplication.secret,
    });
    expect(parts.directory.getApplication(demo.phoneApplication.id)).toMatchObject({
      name: 'Demo phone app',
      tokenEndpointAuthMethod: 'none',
      approvesScans: true,
    });
    for (const shown of [
      made?.id,
      made?.secret,
      demo.siteApplication.id,
      demo.siteApplication.secret,
      demo.phoneApplication.id,
    ]) {
      expect(notice).toContain(shown);
    }
    const user = await parts.users.findByLogin(demo.userPoolId, 'username', 'alice');
    const password = /Password +(\S+)/.exec(notice)?.[1] ?? '';
    expect(password).toMatch(/^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/);
    expect((await passwords.verify(password, user?.passwordHash ?? '')).matches).toBe(true);
  });

  it('keeps the login in a file for the owner alone, and later starts only say where', async () => {
    const notice = (await seedDemo({ dataDir, origins }, parts)) ?? '';
    const path = join(dataDir, 'demo-credentials.txt');
    const password = /Password +(\S+)/.exec(notice)?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toContain(password);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await seedDemo({ dataDir, origins }, parts)).toBe(`The demo login is in ${path}`);
    expect(parts.directory.pools()).toHaveLength(1);
  });

  it('is read back by a program that runs the demo beside the server', async () => {
    await seedDemo({ dataDir, origins }, parts);
    const sheet = readDemoSheet(readFileSync(join(dataDir, 'demo-credentials.txt'), 'utf8'));
    const found = findDemoApplications({ file: null, origin: origins[0] ?? '' }, parts.directory);
    const { siteApplication, phoneApplication, userPool, login } = sheet;
    expect({ siteApplication, phoneApplication, userPoolId: userPool.id }).toEqual(found);
    expect(userPool.secret).toBe(parts.directory.findPool(found.userPoolId)?.secret);
    const user = await parts.users.findByLogin(found.userPoolId, 'username', login.account);
    expect((await passwords.verify(login.password, user?.passwordHash ?? '')).matches).toBe(true);
    expect(() => readDemoSheet('passbeam demo')).toThrow('names no Demo user');
  });

  it('draws other secrets for every store', async () => {
    const first = await seedDemo({ dataDir, origins }, parts);
    const other = await openParts();
    const second = await seedDemo({ dataDir, origins }, other);
    await other.stores.close();
    const secretsOf = (text: string | null) =>
      [...(text ?? '').matchAll(/\b(?:Password|id|secret) +(\S+)/g)].map(([, drawn]) => drawn);
    expect(secretsOf(first)).toHaveLength(6);
    expect(secretsOf(first).filter((secret) => secretsOf(second).includes(secret))).toEqual([]);
  });

  it('adds the origins of a demo that moved to another port', async () => {
    await seedDemo({ dataDir, origins }, parts);
    await seedDemo({ dataDir, origins: ['http://localhost:4001'] }, parts);
    expect(() => findDemoApplications({ file: null, origin: 'http://localhost:4001' }, parts.directory)).not.toThrow();
  });

  it('makes nothing where pools exist', async () => {
    await apply(pool);
    expect(await seedDemo({ dataDir, origins }, parts)).toBeNull();
    expect(parts.directory.pools()).toHaveLength(1);
  });
});

describe('seedCompany', () => {
  const open = (isOn = true, origin = 'http://localhost:3001') =>
    seedCompany({ dataDir, isOn, origin, audience: 'http://localhost:3000' }, parts);
  const trusted = () => parts.directory.pools()[0]?.ownTokens ?? [];

  it('lets the demo pool trust the company that the demo plays, by a key of this start', async () => {
    await seedDemo({ dataDir, origins: [] }, parts);
    const first = await open();
    const { signingKey, password } = first ?? {};
    const sheet = readFileSync(join(dataDir, 'demo-credentials.txt'), 'utf8');
    expect(password).toBe(readDemoSheet(sheet).login.password);
    const [{ x } = {}] = (trusted()[0] as JwtEntry).keys ?? [];
    expect(trusted()).toEqual([
      expect.objectContaining({ issuer: 'http://localhost:3001/company', audiences: ['http://localhost:3000'] }),
    ]);
    expect(x).toBe(signingKey?.x);
    expect(JSON.stringify(trusted())).not.toContain(String(signingKey?.d));
    await open(true, 'http://localhost:4001');
    expect(trusted()).toEqual([expect.objectContaining({ issuer: 'http://localhost:4001/company' })]);
    expect((trusted()[0] as JwtEntry).keys?.[0]?.x).not.toBe(x);
  });

  it('ends that where the demo is off, or its password is lost', async () => {
    await seedDemo({ dataDir, origins: [] }, parts);
    await open();
    expect(await open(false)).toBeNull();
    expect(trusted()).toEqual([]);
    await open();
    rmSync(join(dataDir, 'demo-credentials.txt'));
    expect(await open()).toBeNull();
    expect(trusted()).toEqual([]);
  });

  it('trusts nobody in pools of a file', async () => {
    await apply(pool);
    expect(await open()).toBeNull();
    expect(trusted()).toEqual([]);
  });
});

describe('findDemoApplications with a file', () => {
  const find = (file: ReturnType<typeof fileOf>) =>
    findDemoApplications({ file, origin: 'http://localhost:5173' }, parts.directory);
  const phone = { id: 'phone', name: 'Phone', tokenEndpointAuthMethod: 'none' };

  it('takes the first application with a secret as site and the first without as phone', async () => {
    const file = fileOf({ ...pool, applications: [phone, site] });
    await applyConfigFile(file, 'pools.json', parts);
    expect(find(file)).toEqual({
      userPoolId: pool.id,
      siteApplication: { id: site.id, secret: site.secret },
      phoneApplication: { id: 'phone' },
    });
  });

  it('lets the site be the phone when there is no other', async () => {
    const file = fileOf(pool);
    await applyConfigFile(file, 'pools.json', parts);
    expect(find(file).phoneApplication).toEqual({ id: site.id });
  });

  const impossible: [string, typeof pool, string][] = [
    ['no secret', { ...pool, applications: [phone] }, 'has a secret'],
    ['no approver', { ...pool, applications: [{ ...site, approvesScans: false }] }, 'may approve scans'],
    ['another origin', { ...pool, securitySettings: {} }, 'http://localhost:5173 is not among the allowedOrigins'],
  ];
  it.each(impossible)('says why it cannot: %s', async (_, entry, reason) => {
    const file = fileOf(entry);
    await applyConfigFile(file, 'pools.json', parts);
    expect(() => find(file)).toThrow(reason);
  });
});

describe('demoOrigins', () => {
  it.each([
    ['http://localhost:3000', ['http://localhost:3001', 'http://127.0.0.1:3001']],
    ['http://127.0.0.1:3000', ['http://127.0.0.1:3001', 'http://localhost:3001']],
    ['https://login.example.com', ['http://login.example.com:3001']],
  ])('for %s', (publicUrl, origins) => {
    expect(demoOrigins({ publicUrl, demoPort: 3001 })).toEqual(origins);
  });
});
