import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { startProgram } from './program.ts';
import { foldersOfPath, which } from './which.ts';

export interface HaproxyServer {
  readonly url: string;
  stop(): Promise<void>;
}

const settings = new URL('../../deploy/haproxy.cfg', import.meta.url);
/** Debian installs HAProxy into a folder that is not in the PATH of ordinary users. */
const path = which(['haproxy'], [...foldersOfPath, '/usr/sbin']);

export const hasHaproxy = path !== null;

/**
 * Starts HAProxy with deploy/haproxy.cfg at addresses of this machine; resolves when a node is ready. With `triesOnce`, no request is
 * tried on another node, so one that stops listening too early shows.
 * @throws Error when HAProxy is missing, or warns of a setting
 */
export async function startHaproxy(nodePorts: readonly number[], { triesOnce = false } = {}): Promise<HaproxyServer> {
  if (path === null) throw new CannotRun('HAProxy is not installed');
  const port = await freePort();
  let text = replace(readFileSync(settings, 'utf8'), 'bind :3000', `bind 127.0.0.1:${port}`);
  for (const [index, nodePort] of nodePorts.entries()) {
    text = replace(text, `node${index + 1}:3000`, `127.0.0.1:${nodePort}`);
  }
  if (triesOnce) {
    text = replace(text, '  option redispatch 1\n', '');
    text = replace(text, 'retries 2', 'retries 0');
    text = replace(text, 'retry-on conn-failure', 'retry-on none');
  }
  const folder = makeFolder('haproxy-');
  const file = join(folder.path, 'haproxy.cfg');
  writeFileSync(file, text);
  execFileSync(path, ['-c', '-dW', '-f', file], { stdio: 'pipe' });
  const program = startProgram('HAProxy', [path, '-db', '-f', file]);
  const url = `http://localhost:${port}`;
  await program.untilAnswer(`${url}/readyz`);
  return {
    url,
    async stop() {
      await program.stop();
      folder.remove();
    },
  };
}

/** @throws Error when the text to replace is not there: then haproxy.cfg has changed, and this file must follow */
function replace(text: string, before: string, after: string): string {
  if (!text.includes(before)) throw new Error(`deploy/haproxy.cfg has no ${before.trim()}`);
  return text.replaceAll(before, after);
}
