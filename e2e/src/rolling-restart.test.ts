import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AuthenticationClient } from '@passbeam/sdk';
import { freePort } from '@passbeam/workshop/free-port';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasHaproxy, startHaproxy } from '../../deploy/haproxy.fixture.ts';
import { type Browsers, openBrowsers } from './support/browser.ts';
import { type RunningBalancer, startPlainBalancer } from './support/plain-balancer.ts';
import { alice, phoneApplication, writeConfiguration } from './support/product.ts';
import { patientPages, Visitors } from './support/visitors.ts';
import { serveWidgetSite, type WidgetSite } from './support/widget-page.ts';

const clusterScript = fileURLToPath(new URL('../../scripts/cluster.js', import.meta.url));
const atOnce = 2;

let folder: string;
let url: string;
let cluster: ChildProcess;
/** In front of the same nodes, beside the cluster's own. */
const balancers: RunningBalancer[] = [];
let site: WidgetSite;
let browsers: Browsers;
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
  [site, browsers] = await Promise.all([serveWidgetSite(), openBrowsers()]);
  const port = await freePort();
  url = `http://localhost:${port}`;
  const environment = {
    PASSBEAM_CONFIG: await writeConfiguration(folder, undefined, { allowedOrigins: [site.origin] }),
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
  await browsers?.close();
  await site?.close();
  for (const balancer of balancers) await balancer.stop();
  if (cluster.exitCode === null && cluster.signalCode === null) {
    const closed = new Promise((resolve) => cluster.once('close', resolve));
    cluster.kill('SIGTERM');
    await closed;
  }
  await rm(folder, { recursive: true, force: true });
});

it('no login fails and no waiting page is lost while every node is restarted in turn', { timeout: 240_000 }, async ({
  skip,
}) => {
  const isUp = await untilLine(/^cluster of 2 ready/);
  const missing = lines.find((line) => line.includes('was found: install'));
  if (missing !== undefined) {
    console.log(`SKIPPED: ${missing}`);
    skip(missing);
  }
  expect(isUp, lines.join('\n')).toBe(true);
  const told = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.slice(-1) ?? []);

  const nodePorts = told(/^node \d listening on port (\d+)/).map(Number);
  const plain = await startPlainBalancer(nodePorts);
  balancers.push(plain);
  const haproxy = hasHaproxy ? await startHaproxy(folder, nodePorts) : null;
  if (haproxy === null) console.log('without HAProxy, which is not installed');
  else balancers.push(haproxy);

  const phone = new AuthenticationClient({ host: url, appId: phoneApplication.id, tokenEndpointAuthMethod: 'none' });
  const { username, password } = alice;
  const { access_token } = await phone.signInByUsernamePassword({ username, password });
  const comeBy = (way: string, host: string) =>
    new Visitors(host, access_token as string, (failure) => `${way}: ${failure}, after: ${lines.at(-1)}`);
  const visitors = [
    comeBy('the balancer of the cluster', url),
    comeBy('a plain balancer', plain.url),
    ...(haproxy === null ? [] : [comeBy('HAProxy', haproxy.url)]),
  ];
  for (const visitor of visitors) await visitor.logIn();
  phone.setAccessToken(access_token as string);
  const widget = await site.open(browsers.desk, plain.url);
  const qrcodeId = await widget.code();

  let isOver = false;
  const isGoingOn = () => !isOver;
  const restarted = Promise.withResolvers<void>();
  const visits = visitors.flatMap((visitor) => [
    ...Array.from({ length: atOnce }, () => visitor.logInWhile(isGoingOn)),
    visitor.watchWhile(isGoingOn, restarted.promise),
  ]);
  cluster.kill('SIGUSR2');
  const isDone = await untilLine(/^rolling restart done/);
  isOver = true;
  restarted.resolve();
  await Promise.all(visits);

  // The widget's page has been open all the while, and shows the same code.
  expect(await widget.code()).toBe(qrcodeId);
  await phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
  await phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
  expect(await widget.ticket()).toMatch(/^tk_/);

  expect(visitors.flatMap(({ failures }) => failures)).toEqual([]);
  expect(isDone, lines.join('\n')).toBe(true);
  expect(lines.filter((line) => /^node \d: (stopped in|ended with|ready)/.test(line)).map(withoutTimes)).toEqual([
    ...['node 1: stopped', 'node 1: ready'],
    ...['node 2: stopped', 'node 2: ready'],
  ]);
  for (const { logins, streams } of visitors) {
    expect(logins).toBeGreaterThan(0);
    expect(streams).toBeGreaterThan(patientPages);
  }
  console.log(visitors.map(({ logins, streams }) => `${logins} logins, ${streams} by streams`).join('; '));
});

const withoutTimes = (line: string) => line.replace(/stopped in .*/, 'stopped');
