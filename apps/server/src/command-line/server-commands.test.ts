import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AuthenticationClient, ManagementClient } from '@passbeam/sdk';
import { makeFolder } from '@passbeam/workshop/folder';
import { commandProgram, type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import { isPostgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import { bareEnvironment, startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { passbeam } from './command.fixture.ts';

/** The real program, calling a real server as operators do. */

const poolId = '6543210fedcba9876543210f';
const poolSecret = 'k7Qm2xVb9TzLw4Rc8NfYp3HsJd6GaUeX';
const siteSecret = 'Zt5Wn8Cq3KxPv7Lb2MhRj9FyDs4GuEaT';
const alice = { username: 'alice', password: 'correct horse battery' };
const configuration = {
  userPools: [
    {
      id: poolId,
      secret: poolSecret,
      name: 'Pool',
      configuration: 'seed',
      applications: [{ id: 'site', secret: siteSecret, name: 'Web site', approvesScans: true }],
      users: [{ ...alice, email: 'alice@example.com', phone: '+8613800000001' }, { username: 'alicia' }],
    },
  ],
};
const folder = makeFolder('passbeam-commands-');
afterAll(() => folder.remove());

describe.each(['sqlite', 'postgres'] as const)('a server on %s', (kind) => {
  const isLeftOut = kind === 'postgres' && isPostgresMissing();
  let server: Passbeam;
  let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
  let env: NodeJS.ProcessEnv;
  const run = (...words: string[]) => passbeam(env, ...words);
  const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).out);
  const owner = () => new ManagementClient({ host: server.url, accessKeyId: poolId, accessKeySecret: poolSecret });
  const signIn = (password = alice.password, appSecret = siteSecret) =>
    new AuthenticationClient({ host: server.url, appId: 'site', appSecret }).signInByUsernamePassword({
      ...alice,
      password,
    });

  beforeAll(async () => {
    if (isLeftOut) return;
    const environment: NodeJS.ProcessEnv = { DEMO: 'off', LOG_LEVEL: 'error', CONSOLE: 'off' };
    if (kind === 'postgres') {
      postgres = await startPostgres();
      Object.assign(environment, {
        DATABASE_URL: postgres.url,
        SECRET_KEY: 'p2N8vT5xQ7mR1cW9zK4bH6jL3fD0sG8aY5uE2iO7tXr',
      });
    }
    server = await startPassbeam({ configuration, environment });
    env = { PASSBEAM_URL: server.url, ACCESS_KEY_ID: poolId, ACCESS_KEY_SECRET: poolSecret };
  }, 90_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.stop();
  }, 30_000);
  const test = (name: string, body: () => Promise<void>) => it.skipIf(isLeftOut)(name, body, 90_000);

  test('registers an application, gives it a new secret, and lists both', async () => {
    const name = `Shop ${Date.now()}`;
    const { appId, secret } = await json(
      'app',
      'create',
      '--name',
      name,
      '--domain',
      'shop.example',
      '--redirect-uri',
      'https://shop.example/a',
    );
    expect(secret).toMatch(/^\S{24,}$/);
    expect((await run('app', 'list', '--search', name)).out).toMatch(
      new RegExp(`${appId} +${name} +web +on +shop.example\n$`),
    );
    const { code, out } = await run('app', 'rotate', appId, '--overlap', '24h');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^secret {2}\S{24,}\nThe one before works until .* UTC\.\n$/),
    });
    expect(out).not.toContain(secret);
    expect((await run('app', 'secrets', appId)).out).toMatch(/current[\s\S]*ending/);
    const page = await json('app', 'create', '--name', `${name} app`, '--public', '--approves-scans');
    expect(page).toMatchObject({ customSecurityEnabled: false });
    expect(page).toMatchObject({
      secret: null,
      approvesScans: true,
      oidcConfig: { token_endpoint_auth_method: 'none' },
    });
    expect((await run('app', 'rotate', 'no-such-app')).code).toBe(1);
  });

  test('registers an application with the origins of its pages, and refuses what is none', async () => {
    const call = ['app', 'create', '--name', `Pages ${Date.now()}`];
    const origins = ['https://shop.example.com', 'https://*.preview.example.com'];
    const { appId } = await json(...call, ...origins.flatMap((origin) => ['--origin', origin]));
    const page = await fetch(`${server.url}/api/v3/gene-qrcode`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://pr-7.preview.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-authing-app-id',
      },
    });
    expect(page.headers.get('access-control-allow-origin')).toBe('https://pr-7.preview.example.com');
    expect(await run(...call, '--origin', 'shop.example.com/page')).toMatchObject({ code: 1, out: '' });
    expect((await run('app', 'secrets', appId)).code).toBe(0);
  });

  test('tells an operator the id of the application it registers, and why it shows no secret', async () => {
    const key = await owner().createAccessKey({ role: 'operator' });
    const operator = { ...env, ACCESS_KEY_ID: key.accessKeyId, ACCESS_KEY_SECRET: key.accessKeySecret };
    const { code, out, told } = await passbeam(operator, 'app', 'create', '--name', `By an operator ${Date.now()}`);
    expect({ code, told }).toEqual({ code: 0, told: '' });
    expect(out).toMatch(/^id {6}\S+\nAn owner finds the secret in the console, .*needs the role owner/);
    const [, appId = ''] = /^id +(\S+)/.exec(out) ?? [];
    expect((await run('app', 'secrets', appId)).out).toMatch(/current/);
    await signIn();
    expect((await passbeam(operator, 'user', 'end-logins', 'alice', '--dry-run')).code).toBe(0);
  });

  test('finds a person, ends their logins, suspends and activates them by any whole identifier', async () => {
    await run('user', 'end-logins', 'alice');
    await signIn();
    expect((await run('user', 'find', 'ali')).out).toMatch(/alice +alice@example.com +\+8613800000001 .*\n.*alicia/);
    expect(await run('user', 'find', 'zoe')).toMatchObject({ code: 0, out: 'nobody\n' });
    const { list } = await json('user', 'logins', 'alice');
    expect(list).toMatchObject([{ appId: 'site', amr: ['pwd'] }]);
    expect((await run('user', 'end-logins', 'alice', '--dry-run')).out).toBe('1 would end.\n');
    const unknown = ['user', 'end-logins', 'alice', '--login', 'no-login-of-hers'];
    expect(await run(...unknown, '--dry-run')).toMatchObject({ code: 1, out: '0 would end.\n' });
    expect(await run(...unknown)).toMatchObject({ code: 1, out: '0 ended.\n' });
    expect((await run('user', 'end-logins', '+8613800000001', '--login', list[0].sessionId)).out).toBe('1 ended.\n');
    await signIn();
    expect((await run('user', 'suspend', 'Alice@example.com')).out).toMatch(/is suspended: their logins ended/);
    expect((await run('user', 'logins', 'alice')).out).toBe('no login stands\n');
    await expect(signIn()).rejects.toMatchObject({ code: 'user_suspended' });
    expect(await run('user', 'suspend', 'ali')).toMatchObject({
      code: 1,
      out: '',
      told: expect.stringContaining('nobody is called so, whole'),
    });
    expect((await run('user', 'activate', 'alice')).code).toBe(0);
    await signIn();
  });

  test('counts and ends with a named login what it confirmed', async () => {
    const { access_token: accessToken } = await signIn();
    const site = new AuthenticationClient({ host: server.url, appId: 'site', appSecret: siteSecret });
    const { qrcodeId } = await site.geneQrCode();
    for (const action of ['SCAN', 'CONFIRM'] as const)
      await site.changeQrCodeStatus({ qrcodeId, action }, { accessToken });
    const { ticket = '' } = await owner().getQrCodeStatus({ qrcodeId });
    await site.exchangeTokenSetWithQrCodeTicket({ ticket });
    const { list } = await json('user', 'logins', 'alice');
    const phone = list.find(({ confirmedCount }: { confirmedCount: number }) => confirmedCount === 1);
    const call = ['user', 'end-logins', 'alice', '--login', phone.sessionId];
    expect((await run(...call, '--dry-run')).out).toBe('2 would end.\n');
    expect((await run(...call)).out).toBe('2 ended.\n');
  });

  test('tells why somebody could not log in, and exports what was recorded', async () => {
    const from = new Date(Date.now() - 1000).toISOString();
    await signIn();
    await expect(signIn('not the password')).rejects.toMatchObject({ code: 'wrong_credentials' });
    const { out } = await run('audit', 'story', '--user', 'alice', '--from', '1h');
    expect(out).toMatch(/^alice \(\S+\) is Activated; last login 2/);
    expect(out).toMatch(/user\.sign_in_failed +failure +alice/);
    const failures = await json('audit', 'list', '--outcome', 'failure', '--type', 'user.*', '--limit', '1');
    expect(failures.list).toMatchObject([{ type: 'user.sign_in_failed' }]);
    const path = join(folder.path, `${kind}-${Date.now()}.csv`);
    expect((await run('audit', 'export', '--from', '1h', '--out', path)).out).toMatch(/\.csv: \d+ bytes\n$/);
    expect(readFileSync(path, 'utf8')).toMatch(/^at,type,outcome[^\n]*\n(?=[\s\S]*user\.sign_in_failed)/);
    expect(await run('audit', 'export', '--out', path)).toMatchObject({ code: 1, told: `${path} is there already.\n` });
    const lines = (await run('audit', 'export', '--format', 'jsonl', '--from', from)).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toContain('user.sign_in_failed');
    expect(await run('audit', 'list', '--from', 'yesterday')).toMatchObject({ code: 2, out: '' });
  });

  test('tells the story of one code, and ends codes on screens', async () => {
    const site = new AuthenticationClient({ host: server.url, appId: 'site', appSecret: siteSecret });
    await site.geneQrCode();
    const [{ code }] = (await json('codes', 'live', '--app', 'site')).list;
    expect((await run('audit', 'story', '--code', code)).out).toMatch(/qr\.created +success/);
    expect(await run('codes', 'end', code.slice(0, 16))).toMatchObject({ code: 0, out: '1 ended.\n' });
    expect(await run('codes', 'end', code)).toMatchObject({
      code: 1,
      out: '0 ended.\n1 of those named did not end: finished already, or no code of this user pool.\n',
    });
    await site.geneQrCode();
    expect((await run('codes', 'end', '--app', 'site')).out).toBe('1 ended.\n');
    expect((await run('codes', 'live')).out).toBe('0 unfinished.\n');
    expect((await run('codes', 'end')).code).toBe(2);
  });

  test('imports people from a file or from standard input, after a trial', async () => {
    const path = join(folder.path, 'people.csv');
    const [ann, ben] = ['ann', 'ben'].map((name) => `${name}${Date.now()}`);
    writeFileSync(path, `login,email\n${ann},${ann}@example.com\n${ben},no address\n`);
    const call = ['user', 'import', path, '--column', 'login=username', '--column', 'email=email'];
    const trial = await run(...call, '--dry-run');
    expect(trial).toMatchObject({
      code: 1,
      out: expect.stringContaining('Nobody was written. 1 created, 0 changed, 0 unchanged, 1 refused.'),
    });
    expect(trial.out).toMatch(/^line +field +reason\n3 +email /);
    expect((await run('user', 'find', ann ?? '')).out).toBe('nobody\n');
    expect((await json(...call)).created).toBe(1);
    expect((await run('user', 'find', ann ?? '')).out).toContain(`${ann}@example.com`);
    expect(await run('user', 'import', join(folder.path, 'none.csv'))).toMatchObject({
      code: 1,
      told: expect.stringContaining('is not there'),
    });
    expect((await run('user', 'import', 'people')).code).toBe(2);
    const reading = startProgram(
      'import',
      [process.execPath, commandProgram, 'user', 'import', '-', '--format', 'json'],
      {
        env: { ...bareEnvironment(), ...env },
        takesInput: true,
      },
    );
    reading.write(JSON.stringify([{ username: ben }]));
    reading.closeInput();
    expect(await reading.ended).toBe(0);
    expect(reading.lines.at(-1)).toBe('1 created, 0 changed, 0 unchanged, 0 refused.');
  });

  test('takes the secret from a file or standard input, and never shows it', async () => {
    const path = join(folder.path, 'secret');
    writeFileSync(path, `${poolSecret}\n`);
    const { ACCESS_KEY_SECRET: _, ...without } = env;
    expect((await passbeam(without, 'app', 'list', '--secret-file', path)).code).toBe(0);
    expect((await passbeam({ ...without, ACCESS_KEY_SECRET_FILE: path }, 'app', 'list')).code).toBe(0);
    const reading = startProgram('app list', [process.execPath, commandProgram, 'app', 'list', '--secret-file', '-'], {
      env: { ...bareEnvironment(), ...without },
      takesInput: true,
    });
    reading.write(poolSecret);
    reading.closeInput();
    expect(await reading.ended).toBe(0);
    expect(await passbeam(without, 'app', 'list')).toMatchObject({
      code: 2,
      told: expect.stringContaining('ACCESS_KEY_SECRET is not set'),
    });
    const wrong = await passbeam({ ...without, ACCESS_KEY_SECRET: `${poolSecret}x` }, 'app', 'list', '--json');
    expect(JSON.parse(wrong.told)).toMatchObject({ error: { code: 'signature_wrong' } });
    expect(wrong).toMatchObject({ code: 1, out: '' });
    expect(wrong.told).not.toContain(poolSecret);
  });
});

describe('beside a server', () => {
  const keys = { ACCESS_KEY_ID: poolId, ACCESS_KEY_SECRET: poolSecret };

  it('says when there is none', async () => {
    const { code, out, told } = await passbeam({ ...keys, PASSBEAM_URL: 'http://127.0.0.1:1' }, 'app', 'list');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(told).toMatch(/^The server could not be reached/);
    expect(told).not.toMatch(/^\s+at /m);
  });

  it('tells progress after a second, on standard error, and ends cleanly on Ctrl-C', async () => {
    // A server that takes its time: it never answers.
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    await new Promise((resolve) => silent.once('listening', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const program = startProgram('app list', [process.execPath, commandProgram, 'app', 'list'], {
      env: { ...bareEnvironment(), ...keys, PASSBEAM_URL: url },
      stopSignal: 'SIGINT',
    });
    await program.untilLine(/working, 1 s/);
    expect(await program.stop()).toBe(130);
    expect(program.lines.at(-1)).toBe('ended before it was done');
    expect(program.lines.join('\n')).not.toMatch(/^\s+at /m);
  }, 30_000);

  it('ends quietly when its reader does', async () => {
    const env = { ...bareEnvironment() };
    const child = spawn('sh', ['-c', `"${process.execPath}" "${commandProgram}" completion bash | head -1`], { env });
    const told: string[] = [];
    child.stderr.on('data', (chunk) => told.push(String(chunk)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, told }).toEqual({ code: 0, told: [] });
  }, 30_000);
});
