import { fileURLToPath } from 'node:url';
import { freePort } from '@passbeam/workshop/free-port';
import { type Program, startProgram } from '@passbeam/workshop/program';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** Tests `npm run cluster` as somebody at a terminal uses it. That no login fails during a restart is tested in rolling-restart.test.ts. */
const script = fileURLToPath(new URL('../../scripts/cluster.js', import.meta.url));

let cluster: Program;
let demoUrl: string;
beforeEach(async () => {
  const port = await freePort();
  demoUrl = `http://localhost:${port + 1}`;
  cluster = startProgram('the cluster', [process.execPath, script, '--nodes', '1', '--port', String(port)], {
    env: { ...process.env, LOG_LEVEL: 'error' },
    takesInput: true,
  });
});
afterEach(async () => {
  await cluster.stop();
});

function skipWithoutEngines(skip: (why: string) => void): void {
  const missing = cluster.lines.find((line) => line.includes('was found: install'));
  if (missing === undefined) return;
  console.log(`SKIPPED: ${missing}`);
  skip(missing);
}

it('Ctrl-C during the start is answered at once and ends what has started', async ({ skip }) => {
  await cluster.untilLine(/^PostgreSQL ready|was found: install/);
  skipWithoutEngines(skip);
  cluster.write('r\n');
  await cluster.untilLine(/^not all is up yet/);
  cluster.signal('SIGINT');
  expect(await cluster.ended).toBe(0);
  expect(cluster.lines.slice(-2)).toEqual(['stopping', 'stopped']);
  expect(cluster.lines.filter((line) => /^node 1|ready on/.test(line))).toEqual([]);
});

it('the demo stays while a node is restarted, and Ctrl-C does not wait for the rest of the restart', async ({
  skip,
}) => {
  await cluster.untilLine(/^cluster of 1 ready|was found: install/);
  skipWithoutEngines(skip);
  cluster.write('r\n');
  await cluster.untilLine(/^node 1: stopped in/);
  for (const page of ['/', '/phone', '/session', '/phone/settings']) {
    expect((await fetch(`${demoUrl}${page}`)).status, page).toBe(200);
  }
  cluster.signal('SIGINT');
  expect(await cluster.ended).toBe(0);
  expect(cluster.lines.slice(-2)).toEqual(['stopping', 'stopped']);
  expect(cluster.lines).not.toContain('rolling restart done');
});
