import { parseArgs } from 'node:util';
import { CannotRun } from '@passbeam/workshop/cannot-run';
import { makeFolder } from '@passbeam/workshop/folder';
import { startCluster } from './cluster.ts';

/** The process behind `npm run cluster`: reads the options, starts a cluster, and passes keys and signals to it. */
const usage = `npm run cluster -- [--nodes N] [--port P]

  --nodes N   how many nodes, 1 to 8 (2)
  --port P    where the load balancer listens; the demo gets the next one (3000)

Runs PostgreSQL, Valkey or Redis, the nodes, and a load balancer in front of them, all thrown away at the end.
Type r and Enter, or send SIGUSR2, for a rolling restart; Ctrl-C ends it.`;

const options = readOptions();
const folder = makeFolder('passbeam-cluster-').path;
const ending = new AbortController();
const say = (line: string) => process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second signal means "at once": everything that runs is killed with this process.
    if (ending.signal.aborted) process.exit(1);
    ending.abort();
  });
}

// Signals and keys are handled from the beginning: otherwise an early signal would end the process, and an early key would act later.
let restart = async (): Promise<void> => {
  if (!ending.signal.aborted) say('not all is up yet: ask again when it is');
};
process.on('SIGUSR2', () => void restart());
process.stdin.setEncoding('utf8').on('data', (text) => {
  if (String(text).trim().toLowerCase() === 'r') void restart();
});

try {
  const cluster = await startCluster({ ...options, folder, say, signal: ending.signal });
  restart = cluster.restart;
  await cluster.ended;
  process.exit(0);
} catch (error) {
  if (ending.signal.aborted) process.exit(0);
  const inFull = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${error instanceof CannotRun ? error.message : `the cluster ended: ${inFull}`}\n`);
  process.exit(1);
}

function readOptions(): { nodes: number; port: number } {
  try {
    const { values } = parseArgs({
      options: { nodes: { type: 'string' }, port: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    return { nodes: whole('nodes', values.nodes ?? '2', 1, 8), port: whole('port', values.port ?? '3000', 1, 65_534) };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
    process.exit(1);
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`--${name} is ${JSON.stringify(text)}. Write a whole number from ${least} to ${most}.`);
}
