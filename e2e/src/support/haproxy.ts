import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunningBalancer } from './plain-balancer.ts';
import { freePort } from './product.ts';

const settings = new URL('../../../deploy/haproxy.cfg', import.meta.url);
const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'haproxy'))
  .find(existsSync);

/** HAProxy by our own settings, but for the addresses, which are this machine's; null where it is not installed. */
export async function startHaproxy(folder: string, nodePorts: readonly number[]): Promise<RunningBalancer | null> {
  if (program === undefined) return null;
  const port = await freePort();
  let text = (await readFile(settings, 'utf8')).replace('bind :3000', `bind 127.0.0.1:${port}`);
  for (const [index, nodePort] of nodePorts.entries()) {
    text = text.replaceAll(`node${index + 1}:3000`, `127.0.0.1:${nodePort}`);
  }
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, text);
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const url = `http://localhost:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`HAProxy ended:\n${said}`);
    await wait(50);
  }
  return { url, stop: () => end(child) };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
