import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** SIGHUP: a server that runs applies its configuration file again. */

const id = 'pool-of-the-file';
const secret = 'a-secret-of-the-pool-of-the-file-1234567';
const folder = mkdtempSync(join(tmpdir(), 'passbeam-signal-'));
const path = join(folder, 'passbeam.yaml');
let passbeam: Passbeam;

const fileOf = (name: string) =>
  `userPools:\n  - id: ${id}\n    secret: ${secret}\n    name: ${name}\n    securitySettings:\n      registerDisabled: true\n`;
/** Writes the file and tells the server; returns its digest. */
function put(text: string): string {
  writeFileSync(path, text);
  return createHash('sha256').update(text).digest('hex');
}
const applied = (digest: string) =>
  passbeam.program.untilLine(new RegExp(`(?=.*"digest":"${digest}").*configuration file applied`));

async function ask(name: string, body: object = {}, headers: Record<string, string> = {}) {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return (await (await fetch(`${passbeam.url}/api/v3/${name}`, init)).json()).data;
}
async function manage(name: string, body: object = {}) {
  const { access_token } = await ask('get-management-token', { accessKeyId: id, accessKeySecret: secret });
  return ask(name, body, { authorization: access_token });
}
const nameNow = async () => (await manage('get-userpool')).userPoolName;

beforeAll(async () => {
  put(fileOf('Before'));
  passbeam = await startPassbeam({ environment: { PASSBEAM_CONFIG: path, DEMO: 'off', CONSOLE: 'off' } });
});
afterAll(async () => {
  await passbeam?.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('applies what the file says by now, while it serves, and records who did', async () => {
  expect(await nameNow()).toBe('Before');
  const digest = put(fileOf('After'));
  passbeam.program.signal('SIGHUP');
  await applied(digest);
  expect(await nameNow()).toBe('After');
  const { list } = await manage('list-audit-events', { types: ['settings.changed'], limit: 1 });
  expect(list[0]).toMatchObject({ type: 'settings.changed', detail: { source: 'config_file', digest } });
});

it('changes nothing by a file with a mistake, says so in the log, and goes on', async () => {
  put(fileOf('Wrong').replace('registerDisabled: true', 'registerDisabled: maybe'));
  passbeam.program.signal('SIGHUP');
  await passbeam.program.untilLine(/registerDisabled.*the configuration file was not applied/);
  expect(await nameNow()).toBe('After');
  expect(passbeam.program.lines.join('\n')).not.toContain(secret);
  const digest = put(fileOf('At last'));
  passbeam.program.signal('SIGHUP');
  await applied(digest);
  expect(await nameNow()).toBe('At last');
});

it('applies one after the other what comes at once', async () => {
  const digests = ['One', 'Two'].map((name) => {
    const digest = put(fileOf(name));
    passbeam.program.signal('SIGHUP');
    return digest;
  });
  await applied(digests[1] ?? '');
  expect(await nameNow()).toBe('Two');
  expect(passbeam.program.isRunning()).toBe(true);
});
