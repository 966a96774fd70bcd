import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngines } from './engines.ts';
import { loadTool } from './load/load.ts';
import {
  allowManyConnections,
  describeMachine,
  keepLoadsCoreAwake,
  leaveTheServersCore,
  type Machine,
  machineLine,
} from './machine.ts';
import { readOptions } from './options.ts';
import { endProgress } from './progress.ts';
import { barChart } from './report/chart.ts';
import { intoPage, markdownReport, plainReport } from './report/report.ts';
import type { Context, Result, Section } from './section.ts';
import { growth } from './sections/growth.ts';
import { images } from './sections/images.ts';
import { logins } from './sections/logins.ts';
import { polls } from './sections/polls.ts';
import { operatorReads } from './sections/reads.ts';
import { redirects } from './sections/redirects.ts';
import { redisReads } from './sections/redis.ts';
import { scans } from './sections/scans.ts';
import { tokens } from './sections/tokens.ts';
import { waiting } from './sections/waiting.ts';

/** What the product and its peers cost, measured in turn within one run, as ratios: absolute figures mainly describe the machine. */
const sections: Section[] = [
  polls,
  images,
  logins,
  redirects,
  scans,
  waiting,
  growth,
  redisReads,
  tokens,
  operatorReads,
];

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = readOptions(
  process.argv.slice(2),
  sections.map(({ name }) => name),
);
const machine = describeMachine(loadTool);
const results: Result[] = [];
const failed: string[] = [];

console.log(machineLine(machine));
if (loadTool === 'autocannon')
  console.log('wrk was not found; autocannon is slower and flatters what is slower than it');
leaveTheServersCore();
keepLoadsCoreAwake();
allowManyConnections();
for (const section of sections.filter(({ name }) => options.only.includes(name))) await measure(section);
await keep(machine);
if (failed.length > 0) {
  console.log(`\nNot everything could be measured: ${failed.join(', ')}`);
  process.exitCode = 1;
}

/** Measures a section with a folder and engines of its own, so that nothing is left over from another section. */
async function measure(section: Section): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'passbeam-bench-'));
  const engines = createEngines();
  const context: Context = { ...options, folder, engines };
  try {
    const result = await section.measure(context);
    results.push(result);
    if (result.missing.length > 0) failed.push(section.name);
    endProgress();
    console.log(plainReport(result));
  } catch (error) {
    failed.push(section.name);
    endProgress();
    console.log(`\n${section.name} could not be measured: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    await engines.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function keep(machine: Machine): Promise<void> {
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'bench.json'), `${JSON.stringify({ machine, options, results }, null, 2)}\n`);
  console.log('\nKept in .cache/bench.json');
  if (!options.writes) return;
  const page = join(root, 'docs', 'benchmarks.md');
  const charts = results.flatMap(({ bars }) => bars ?? []);
  await mkdir(join(root, 'docs', 'images'), { recursive: true });
  await writeFile(
    join(root, 'docs', 'images', 'benchmarks.svg'),
    barChart('Benchmarks of passbeam', machineLine(machine), charts),
  );
  await writeFile(page, intoPage(await readFile(page, 'utf8'), markdownReport(machine, results)));
  console.log('Written to docs/benchmarks.md and docs/images/benchmarks.svg');
}
