import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cores, givingWay, onCore } from '../machine.ts';
import { type Answers, type Load, userAgent, usualConnections } from './load.ts';

const run = promisify(execFile);

export async function byWrk(load: Load, seconds: number): Promise<Answers> {
  const folder = await mkdtemp(join(tmpdir(), 'passbeam-wrk-'));
  try {
    const script = join(folder, 'load.lua');
    const paths = join(folder, 'paths');
    await writeFile(paths, `${load.paths.join('\n')}\n`);
    await writeFile(script, lua(load, paths));
    const url = load.origin + load.paths[0];
    // The long timeout lets slow answers count as answers rather than as errors.
    const connections = load.connections ?? usualConnections;
    const args = [
      '-t1',
      '-H',
      `user-agent: ${userAgent}`,
      '--latency',
      '--timeout',
      '20s',
      `-c${connections}`,
      `-d${seconds}s`,
      '-s',
      script,
      url,
    ];
    const [command, given] = load.isBeside ? givingWay('wrk', args) : ['wrk', args];
    const { stdout } = await run(...onCore(cores.load, command, given));
    return readAnswers(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The script for wrk. For one path, wrk makes its fixed request once. For many, all requests are made once and drawn at random. */
function lua({ paths, post }: Load, pathsFile: string): string {
  const fixed = post
    ? `wrk.method = 'POST'\nwrk.headers['content-type'] = ${text(post.type)}\nwrk.body = ${text(post.body)}\n`
    : '';
  if (paths.length === 1) return fixed;
  return `${fixed}
local requests = {}
function init()
  math.randomseed(os.time())
  for path in io.lines(${text(pathsFile)}) do requests[#requests + 1] = wrk.format(nil, path) end
end
function request() return requests[math.random(#requests)] end
`;
}

/** Quotes a text for Lua, where a JSON string of plain characters means the same. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** Reads the report of wrk. @throws Error when connections failed, or the report is not understood */
export function readAnswers(report: string): Answers {
  const failed = /Socket errors: (.*)/.exec(report);
  if (failed) throw new Error(`the load met failures: ${failed[0]}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
  const all = Number(/(\d+) requests in/.exec(report)?.[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(report)?.[1] ?? 0);
  const [, slow, unit = ''] = /^ +99% +([\d.]+)(us|ms|s) *$/m.exec(report) ?? [];
  const p99Ms = Number(slow) * (milliseconds[unit] ?? Number.NaN);
  if (!(perSecond > 0 && all > 0 && p99Ms > 0)) throw new Error(`wrk said nothing of its rate: ${report}`);
  return { perSecond, p99Ms, refusedShare: refused / all };
}

const milliseconds: Record<string, number> = { us: 0.001, ms: 1, s: 1_000 };
