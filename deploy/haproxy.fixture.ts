import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@passbeam/workshop/free-port';

const settings = new URL('haproxy.cfg', import.meta.url);
/** Debian keeps it out of the path of those who are not root. */
const program = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'haproxy'))
  .find(existsSync);

export const hasHaproxy = program !== undefined;

/**
 * HAProxy by our own settings, but for the addresses, which are this machine's; resolves when it found a node ready.
 * @throws Error when it is not installed, or when it so much as warns of a setting
 */
export async function startHaproxy(
  folder: string,
  nodePorts: readonly number[],
): Promise<{ url: string; stop(): Promise<void> }> {
  if (program === undefined) throw new Error('HAProxy is not installed');
  const port = await freePort();
  let text = (await readFile(settings, 'utf8')).replace('bind :3000', `bind 127.0.0.1:${port}`);
  for (const [index, nodePort] of nodePorts.entries()) {
    text = text.replaceAll(`node${index + 1}:3000`, `127.0.0.1:${nodePort}`);
  }
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, text);
  execFileSync(program, ['-c', '-dW', '-f', file], { stdio: 'pipe' });
  const child = spawn(program, ['-db', '-f', file], { stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}`);
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
