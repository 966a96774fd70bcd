import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { onCore } from './process.ts';

const run = promisify(execFile);
const connections = 64;

/** wrk where the machine has it; else autocannon, which is slower itself and flatters whatever is slower than it. */
export const loadTool: 'wrk' | 'autocannon' = spawnSync('wrk', ['--version']).error ? 'autocannon' : 'wrk';

/** Replies per second to GETs of `url` over keep-alive connections. Throws when any reply was not a success. */
export async function repliesPerSecond(url: string, core: number, seconds: number): Promise<number> {
  return loadTool === 'wrk' ? byWrk(url, core, seconds) : byAutocannon(url, core, seconds);
}

async function byWrk(url: string, core: number, seconds: number): Promise<number> {
  const [command, args] = onCore(core, 'wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, url]);
  const { stdout } = await run(command, args);
  const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(stdout);
  if (failed) throw new Error(`the load on ${url} met failures: ${failed[0]}`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined) throw new Error(`wrk said nothing of its rate: ${stdout}`);
  return Number(rate);
}

async function byAutocannon(url: string, core: number, seconds: number): Promise<number> {
  const script = new URL(import.meta.resolve('autocannon')).pathname;
  const [command, args] = onCore(core, process.execPath, [
    script,
    '-c',
    String(connections),
    '-d',
    String(seconds),
    '-j',
    url,
  ]);
  const { stdout } = await run(command, args, { maxBuffer: 1 << 24 });
  const result = JSON.parse(stdout) as { requests: { average: number }; non2xx: number; errors: number };
  if (result.non2xx + result.errors > 0)
    throw new Error(`the load on ${url} met ${result.non2xx + result.errors} failures`);
  return result.requests.average;
}
