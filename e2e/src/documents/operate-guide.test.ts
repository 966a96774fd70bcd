import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AuthenticationClient, ManagementClient } from '@passbeam/sdk';
import { type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import { isPostgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  alice,
  configuration,
  phoneApplication,
  siteApplication,
  userPoolId,
  userPoolSecret,
} from '../support/product.ts';
import { type Block, blocksOf, root } from './blocks.ts';
import { reasonNotRun } from './shell.ts';

/** Does each task of docs/guide/operate.md by its own commands, and looks whether it is done. */

const run = promisify(execFile);
const document = 'docs/guide/operate.md';
const lines = readFileSync(join(root, document), 'utf8').split('\n');
const blocks = await blocksOf(document);
const shellBlocks = blocks.filter(({ language }) => language === 'sh');
/** The heading that a block stands under. */
const headingOf = ({ line }: Block) =>
  lines
    .slice(0, line)
    .findLast((text) => /^#+ /.test(text) && !/^# (npm|npx|In) /.test(text))
    ?.replace(/^#+ /, '') ?? '';

let server: Passbeam;
let folder: string;
let configFile: string;
let management: ManagementClient;
const file = configuration(1, { isManaged: true });
const tried = new Set<Block>();

beforeAll(async () => {
  // Packages that were installed before there was `npx passbeam` do not link it.
  const linking = "import('./scripts/setup.js').then(({ linkCommand }) => linkCommand())";
  await run(process.execPath, ['-e', linking], { cwd: root });
  folder = await mkdtemp(join(tmpdir(), 'passbeam-operate-'));
  configFile = join(folder, 'passbeam.json');
  writeFileSync(configFile, JSON.stringify(file));
  writeFileSync(join(folder, 'key'), userPoolSecret);
  const environment = { PASSBEAM_CONFIG: configFile, DATA_DIR: join(folder, 'data'), DEMO: 'off', LOG_LEVEL: 'warn' };
  server = await startPassbeam({ environment });
  management = new ManagementClient({ host: server.url, accessKeyId: userPoolId, accessKeySecret: userPoolSecret });
});
afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

const blocksUnder = (heading: string) => shellBlocks.filter((block) => headingOf(block) === heading);

/** What the guide leaves to its reader. */
function filledIn(text: string, others: Record<string, string>): string {
  const values = {
    'https://login.example.com': server.url,
    YOUR_ACCESS_KEY_ID: userPoolId,
    YOUR_APP_ID: siteApplication.id,
    '/run/secrets/passbeam_access_key': join(folder, 'key'),
    'year.csv': join(folder, 'year.csv'),
    'people.csv': join(folder, 'people.csv'),
    'passbeam.dump': join(folder, 'passbeam.dump'),
    // There is no container engine here: what would run inside of a container runs beside it.
    'docker exec passbeam ': '',
    '/data/': `${server.dataDir}/`,
    ...others,
  };
  return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(name, value), text);
}

/** Runs a block as a reader does who exported what "Commands" says. */
async function follow(block: Block | undefined, others: Record<string, string> = {}, env: NodeJS.ProcessEnv = {}) {
  if (block === undefined) throw new Error('there is no such block');
  tried.add(block);
  const { PATH, HOME } = process.env;
  const [settings] = blocksUnder('Commands');
  const text = `${filledIn(settings?.text ?? '', {})}\n${filledIn(block.text, others)}`;
  const settingsOfServer = { DATA_DIR: server.dataDir, PASSBEAM_CONFIG: configFile };
  const { stdout } = await run('sh', ['-euc', text], { cwd: root, env: { PATH, HOME, ...settingsOfServer, ...env } });
  return stdout;
}

const site = (appSecret = siteApplication.secret) =>
  new AuthenticationClient({ host: server.url, appId: siteApplication.id, appSecret });
const signIn = ({ username, password } = alice, client = site()) =>
  client.signInByUsernamePassword({ username, password });

/** Alice's phone confirms a code of the site, which exchanges it. */
async function logInByPhone() {
  const phone = new AuthenticationClient({
    host: server.url,
    appId: phoneApplication.id,
    tokenEndpointAuthMethod: 'none',
  });
  const { access_token: token = '' } = await signIn(alice, phone);
  phone.setAccessToken(token);
  const { qrcodeId } = await site().geneQrCode();
  await phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
  await phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
  const { ticket = '' } = await site().checkQrCodeStatus({ qrcodeId });
  const { access_token = '' } = await site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
  return access_token;
}

async function isTaken(accessToken: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${accessToken}`, 'x-authing-app-id': siteApplication.id };
  return (await (await fetch(`${server.url}/api/v3/get-profile`, { headers })).json()).statusCode === 200;
}

/** Each task by its heading: its blocks, in order, and what must be so afterwards. */
const tasks: Record<string, (blocks: Block[]) => Promise<void>> = {
  'Change a setting': async ([block]) => {
    const before = file.userPools[0]?.name;
    const name = `${before} anew`;
    file.userPools[0] = { ...file.userPools[0], name } as (typeof file.userPools)[0];
    writeFileSync(configFile, JSON.stringify(file));
    expect(await follow(block)).toContain(`userPools[0].name: "${before}" becomes "${name}"\nApplied.\n`);
    const isRenamed = async () => expect((await management.getUserPool()).userPoolName).toBe(name);
    await vi.waitFor(isRenamed, { timeout: 15_000, interval: 250 });
  },
  'Register an application': async ([block]) => {
    const [, id = '', secret = ''] = /^id +(\S+)\nsecret +(\S+)\n$/.exec(await follow(block)) ?? [];
    const shop = new AuthenticationClient({ host: server.url, appId: id, appSecret: secret });
    expect((await shop.geneQrCode()).qrcodeId).toMatch(/\S/);
  },
  'Rotate a secret without an outage': async ([block]) => {
    const out = await follow(block);
    const [, secret = ''] = /^secret +(\S+)\n/.exec(out) ?? [];
    expect(out).toMatch(/current[\s\S]*ending/);
    await signIn(alice, site(secret));
    await signIn();
  },
  'Suspend a person': async ([suspend, activate]) => {
    const { access_token = '' } = await signIn();
    await follow(suspend);
    expect(await isTaken(access_token)).toBe(false);
    await expect(signIn()).rejects.toMatchObject({ code: 'user_suspended' });
    await follow(activate);
    await signIn();
  },
  'Find out why somebody could not log in': async ([block]) => {
    await expect(signIn({ ...alice, password: 'not hers' })).rejects.toMatchObject({ code: 'wrong_credentials' });
    await logInByPhone();
    const story = await follow(block);
    expect(story).toMatch(/^alice \(\S+\) is Activated/);
    expect(story).toMatch(
      /user\.sign_in_failed[\s\S]*qr\.created[\s\S]*qr\.scanned[\s\S]*qr\.confirmed[\s\S]*qr\.exchanged/,
    );
  },
  'End all logins of a stolen phone': async ([block]) => {
    const confirmed = await logInByPhone();
    const { list } = await management.searchUsers({ text: alice.username });
    const sessions = await management.listUserSessions({ userId: list[0]?.userId ?? '' });
    const phone = sessions.list.find(({ confirmedCount }) => confirmedCount > 0);
    expect(await follow(block, { LOGIN_ID: phone?.sessionId ?? '' })).toMatch(/confirmed\n[\s\S]*\n2 ended\.\n$/);
    expect(await isTaken(confirmed)).toBe(false);
  },
  'Stop codes that are on screens': async ([block]) => {
    const { qrcodeId } = await site().geneQrCode();
    expect(await follow(block)).toMatch(/PENDING[\s\S]*unfinished\.\n1 ended\.\n$/);
    expect((await site().checkQrCodeStatus({ qrcodeId })).status).toBe('CANCELLED');
  },
  'Export for an auditor': async ([block]) => {
    await follow(block);
    expect(readFileSync(join(folder, 'year.csv'), 'utf8')).toMatch(/^at,type,outcome/);
  },
  'Import people': async ([block]) => {
    const list = [{ targetType: 'USER' as const, key: 'department', label: 'Department', dataType: 'STRING' as const }];
    await management.setCustomFields({ list });
    const sheet = blocks.find(({ language }) => language === 'csv');
    writeFileSync(join(folder, 'people.csv'), sheet?.text ?? '');
    const out = await follow(block);
    expect(out).toBe(
      'Nobody was written. 2 created, 0 changed, 0 unchanged, 0 refused.\n2 created, 0 changed, 0 unchanged, 0 refused.\n',
    );
    const ann = await management.getUser({ userId: 'ann', userIdType: 'username' });
    expect(await management.getCustomData({ targetType: 'USER', targetIdentifier: ann.userId })).toEqual({
      department: 'Sales',
    });
  },
  'Read alarms': async ([block]) => {
    expect(await follow(block)).toMatch(/^(nothing|at \(UTC\) )/);
  },
  'Let an administrator in again': async ([block]) => {
    const [names = '', link = ''] = block?.text.split('\n') ?? [];
    if (block === undefined) throw new Error('there is no such block');
    expect(await follow({ ...block, text: names })).toContain('nobody yet');
    const stderr = expect.stringContaining('nobody signs in as "alice".');
    await expect(follow({ ...block, text: link })).rejects.toMatchObject({ stderr });
    tried.add(block);
  },
  'The key that signs tokens': async ([rotate, drop]) => {
    expect(await follow(rotate)).toMatch(/signs from now on\.\n[\s\S]*verifies until/);
    expect(await follow(drop)).toMatch(/^(\S+) signs from now on\.\n {2}\1 [^\n]* signs\n$/);
  },
  'Backup and restore': async ([copy, copyInContainer, restore]) => {
    const copied = join(server.dataDir, 'backup.db');
    for (const block of [copyInContainer, copy]) {
      await rm(copied, { force: true });
      const [line = ''] = block?.text.split('\n') ?? [];
      const isMissing = line.startsWith('sqlite3') && reasonNotRun(line) !== null;
      await follow(isMissing ? copyInContainer : block, { 'node -e': `'${process.execPath}' -e` });
      if (block !== undefined) tried.add(block);
    }
    await management.updateUser({ userId: alice.username, options: { userIdType: 'username' }, nickname: 'Later' });
    await server.stop();
    await follow(restore);
    await server.start();
    const found = await management.getUser({ userId: alice.username, userIdType: 'username' });
    expect(found.nickname).toBe(alice.nickname);
    await signIn();
  },
};

describe('docs/guide/operate.md', () => {
  it.each(Object.entries(tasks))('%s', async (heading, task) => {
    const found = blocksUnder(heading);
    const most = Math.max(...found.map(({ text }) => text.trim().split('\n').length));
    expect(most, 'each task takes two commands at most').toBeLessThanOrEqual(2);
    await task(found);
  });

  it.skipIf(isPostgresMissing())('Backup and restore of PostgreSQL', async () => {
    const block = blocksUnder('Backup and restore')[3];
    const postgres = await startPostgres();
    try {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      await client.query('create database other');
      await client.end();
      const other = new URL(postgres.url);
      other.pathname = '/other';
      const settings = { SECRET_KEY: 'p2N8vT5xQ7mR1cW9zK4bH6jL3fD0sG8aY5uE2iO7tXr' };
      const keysOf = async (url: string, command = 'list') => {
        const env = { ...process.env, ...settings, DATABASE_URL: url };
        const { stdout } = await run('npx', ['passbeam', 'keys', command, '--json'], { cwd: root, env });
        return JSON.parse(stdout).keys;
      };
      await keysOf(postgres.url, 'rotate');
      await follow(block, {}, { DATABASE_URL: postgres.url, EMPTY_DATABASE_URL: other.href });
      expect(await keysOf(other.href)).toEqual(await keysOf(postgres.url));
    } finally {
      await postgres.stop();
    }
  });

  it('has no block for a shell that was not tried, but for those that only begin', async () => {
    const others = shellBlocks.filter((block) => ![...tried].some(({ line }) => line === block.line));
    const left = others.filter(
      ({ text }) =>
        !text
          .trim()
          .split('\n')
          .every((line) => reasonNotRun(line) !== null),
    );
    const expected = isPostgresMissing() ? ['Commands', 'Backup and restore'] : ['Commands'];
    // What "Commands" exports stands before each other block.
    expect(left.map(headingOf)).toEqual(expected);
  });
});
