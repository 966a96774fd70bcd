import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuthenticationClient } from '@passbeam/sdk';
import { makeFolder } from '@passbeam/workshop/folder';
import { freePort } from '@passbeam/workshop/free-port';
import { type HaproxyServer, hasHaproxy, startHaproxy } from '@passbeam/workshop/haproxy';
import { type Program, startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browsers, openBrowsers } from './support/browser.ts';
import { alice, configuration, phoneApplication } from './support/product.ts';
import { patientPages, Visitors } from './support/visitors.ts';
import { serveWidgetSite, type WidgetSite } from './support/widget-page.ts';

const clusterScript = fileURLToPath(new URL('../../scripts/cluster.js', import.meta.url));
const atOnce = 2;

const folder = makeFolder('passbeam-e2e-');
let url: string;
let cluster: Program;
/** Further load balancers in front of the same nodes, besides the cluster's own. */
const balancers: HaproxyServer[] = [];
let site: WidgetSite;
let browsers: Browsers;

/** Resolves to true when the cluster writes such a line, and to false when it ends before. */
function untilLine(pattern: RegExp): Promise<boolean> {
  return cluster.untilLine(pattern).then(
    () => true,
    () => false,
  );
}

beforeAll(async () => {
  [site, browsers] = await Promise.all([serveWidgetSite(), openBrowsers()]);
  const port = await freePort();
  url = `http://localhost:${port}`;
  const file = join(folder.path, 'passbeam.json');
  writeFileSync(file, JSON.stringify(configuration(port + 1, { allowedOrigins: [site.origin] })));
  const environment = {
    PASSBEAM_CONFIG: file,
    DEMO: 'off',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'error',
  };
  cluster = startProgram('the cluster', [process.execPath, clusterScript, '--nodes', '2', '--port', String(port)], {
    env: { ...process.env, ...environment },
  });
});
afterAll(async () => {
  await browsers?.close();
  await site?.close();
  for (const balancer of balancers) await balancer.stop();
  await cluster?.stop();
  folder.remove();
});

it('no login fails and no waiting page is lost while every node is restarted in turn', {
  timeout: 240_000,
  retry: 0,
}, async ({ skip }) => {
  const { lines } = cluster;
  const isUp = await untilLine(/^cluster of 2 ready/);
  const missing = lines.find((line) => line.includes('was found: install'));
  if (missing !== undefined) {
    console.log(`SKIPPED: ${missing}`);
    skip(missing);
  }
  expect(isUp, lines.join('\n')).toBe(true);
  const told = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.slice(-1) ?? []);

  const nodePorts = told(/^node \d listening on port (\d+)/).map(Number);
  const ways = [{ way: 'the balancer of the cluster', host: url }];
  if (!hasHaproxy) console.log('without HAProxy, which is not installed');
  // A balancer that tries nothing twice shows failures that others hide: of a node that stops listening too early.
  for (const triesOnce of hasHaproxy ? [true, false] : []) {
    const haproxy = await startHaproxy(nodePorts, { triesOnce });
    balancers.push(haproxy);
    ways.push({ way: triesOnce ? 'HAProxy without retries' : 'HAProxy', host: haproxy.url });
  }

  const phone = new AuthenticationClient({ host: url, appId: phoneApplication.id, tokenEndpointAuthMethod: 'none' });
  const { username, password } = alice;
  const { access_token } = await phone.signInByUsernamePassword({ username, password });
  const visitors = ways.map(
    ({ way, host }) =>
      new Visitors(host, access_token as string, (failure) => `${way}: ${failure}, after: ${lines.at(-1)}`),
  );
  for (const visitor of visitors) await visitor.logIn();
  phone.setAccessToken(access_token as string);
  const widget = await site.open(browsers.desk, balancers[0]?.url ?? url);
  const qrcodeId = await widget.code();

  let isOver = false;
  const isGoingOn = () => !isOver;
  const restarted = Promise.withResolvers<void>();
  const visits = visitors.flatMap((visitor) => [
    ...Array.from({ length: atOnce }, () => visitor.logInWhile(isGoingOn)),
    visitor.watchWhile(isGoingOn, restarted.promise),
  ]);
  cluster.signal('SIGUSR2');
  const isDone = await untilLine(/^rolling restart done/);
  isOver = true;
  restarted.resolve();
  await Promise.all(visits);

  // The widget's page was open during all restarts, and still shows the same code.
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
