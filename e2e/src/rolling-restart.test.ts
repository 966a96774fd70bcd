import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AuthenticationClient } from '@passbeam/sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alice, freePort, phoneApplication, siteApplication, writeConfiguration } from './support/product.ts';

const clusterScript = new URL('../../scripts/cluster.js', import.meta.url).pathname;
const atOnce = 4;

let folder: string;
let url: string;
let cluster: ChildProcess;
const lines: string[] = [];
const waiting = new Set<() => void>();

/** Resolves to whether the cluster wrote such a line; false when it ended without. */
function untilLine(pattern: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      const isThere = lines.some((line) => pattern.test(line));
      if (!isThere && cluster.exitCode === null && cluster.signalCode === null) return;
      waiting.delete(look);
      resolve(isThere);
    };
    waiting.add(look);
    look();
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passbeam-e2e-'));
  const port = await freePort();
  url = `http://localhost:${port}`;
  const environment = {
    PASSBEAM_CONFIG: await writeConfiguration(folder),
    DEMO: 'off',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
  };
  cluster = spawn(process.execPath, [clusterScript, '--nodes', '2', '--port', String(port)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [cluster.stdout, cluster.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  cluster.once('close', () => {
    for (const look of waiting) look();
  });
});
afterAll(async () => {
  if (cluster.exitCode === null && cluster.signalCode === null) {
    const closed = new Promise((resolve) => cluster.once('close', resolve));
    cluster.kill('SIGTERM');
    await closed;
  }
  await rm(folder, { recursive: true, force: true });
});

it('no login fails while every node is restarted in turn', { timeout: 240_000 }, async ({ skip }) => {
  const isUp = await untilLine(/^cluster of 2 ready/);
  const missing = lines.find((line) => line.includes('was found: install'));
  if (missing !== undefined) {
    console.log(`SKIPPED: ${missing}`);
    skip(missing);
  }
  expect(isUp, lines.join('\n')).toBe(true);

  const site = new AuthenticationClient({ host: url, appId: siteApplication.id, appSecret: siteApplication.secret });
  const phone = new AuthenticationClient({ host: url, appId: phoneApplication.id, tokenEndpointAuthMethod: 'none' });
  const { username, password } = alice;
  phone.setAccessToken((await phone.signInByUsernamePassword({ username, password })).access_token as string);

  /** Each step is asked of whichever node comes next: what one acknowledged, the other must know. */
  async function logIn(): Promise<void> {
    const { qrcodeId } = await site.geneQrCode({ type: 'MOBILE_APP' });
    const status = async () => site.getQrCodeStatus({ qrcodeId });
    expect((await status()).status).toBe('PENDING');
    await phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
    expect((await status()).status).toBe('SCANNED');
    await phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
    const confirmed = await status();
    expect(confirmed.status).toBe('AUTHORIZED');
    const ticket = confirmed.ticket as string;
    const tokenSet = await site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    const profile = await site.getProfile({}, { accessToken: tokenSet.access_token as string });
    expect(profile.username).toBe(username);
    await expect(site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).rejects.toMatchObject({
      isTransient: false,
    });
  }

  await logIn();
  let isOver = false;
  let logins = 0;
  const failures: string[] = [];
  const people = Array.from({ length: atOnce }, async () => {
    while (!isOver) {
      await logIn().then(
        () => (logins += 1),
        (error: unknown) => failures.push(`${String(error)}, after: ${lines.at(-1)}`),
      );
    }
  });
  cluster.kill('SIGUSR2');
  const isDone = await untilLine(/^rolling restart done/);
  isOver = true;
  await Promise.all(people);

  expect(failures).toEqual([]);
  expect(isDone, lines.join('\n')).toBe(true);
  const told = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[0] ?? []);
  expect(told(/^node \d: (stopped in|ended with \S+|ready)/)).toEqual([
    ...['node 1: stopped in', 'node 1: ready'],
    ...['node 2: stopped in', 'node 2: ready'],
  ]);
  expect(logins).toBeGreaterThan(0);
  console.log(`${logins} logins during a rolling restart`);
});
