import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '@passbeam/workshop/free-port';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** `npm run cluster` as somebody at a terminal meets it; that no login fails meanwhile is in rolling-restart.test.ts. */
const script = fileURLToPath(new URL('../../scripts/cluster.js', import.meta.url));

let cluster: ChildProcess;
let demoUrl: string;
let lines: string[];
let ended: Promise<number | null>;
beforeEach(async () => {
  const port = await freePort();
  demoUrl = `http://localhost:${port + 1}`;
  lines = [];
  cluster = spawn(process.execPath, [script, '--nodes', '1', '--port', String(port)], {
    env: { ...process.env, LOG_LEVEL: 'error' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  ended = new Promise((resolve) => cluster.once('close', resolve));
  for (const stream of [cluster.stdout, cluster.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
});
afterEach(async () => {
  cluster.kill('SIGTERM');
  await ended;
});

const said = (pattern: RegExp) => vi.waitUntil(() => lines.some((line) => pattern.test(line)), 60_000);

function skipWithoutEngines(skip: (why: string) => void): void {
  const missing = lines.find((line) => line.includes('was found: install'));
  if (missing === undefined) return;
  console.log(`SKIPPED: ${missing}`);
  skip(missing);
}

it('Ctrl-C during the start is answered at once and ends what has started', async ({ skip }) => {
  await said(/^PostgreSQL ready|was found: install/);
  skipWithoutEngines(skip);
  cluster.stdin?.write('r\n');
  await said(/^not all is up yet/);
  cluster.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(lines.slice(-2)).toEqual(['stopping', 'stopped']);
  expect(lines.filter((line) => /^node 1|ready on/.test(line))).toEqual([]);
});

it('the demo stays while a node is restarted, and Ctrl-C does not wait for the rest of it', async ({ skip }) => {
  await said(/^cluster of 1 ready|was found: install/);
  skipWithoutEngines(skip);
  cluster.stdin?.write('r\n');
  await said(/^node 1: stopped in/);
  for (const page of ['/', '/phone', '/session', '/phone/settings']) {
    expect((await fetch(`${demoUrl}${page}`)).status, page).toBe(200);
  }
  cluster.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(lines.slice(-2)).toEqual(['stopping', 'stopped']);
  expect(lines).not.toContain('rolling restart done');
});
