// `npm test`: sets up what is missing, then the checks, the unit tests and the journeys in a real browser.
// `npm run test:faults`: only the fault tests, with many rounds. `npm run test:large`: only reads of a large store, of full size, and the console over one. `npm run test:soak`: only the soak test, for ten minutes.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChecks } from './check.js';
import { cacheFolder, pinnedNode, projectEnvironment, root, SetupError } from './project.js';
import { chromiumAdvice, findChromium, setUpForTests } from './setup.js';

const [selection, ...rest] = process.argv.slice(2);
if (rest.length > 0 || ![undefined, 'faults', 'large', 'soak'].includes(selection)) {
  console.error(
    'Write npm test, npm run test:faults, npm run test:large or npm run test:soak. For parts: npx vitest run --project unit <path>.',
  );
  process.exit(2);
}
const faultRounds = '20';
const soakSeconds = '600';

const isCi = process.env.CI === 'true';
const summaryPath = join(cacheFolder, 'test-summary.json');
mkdirSync(cacheFolder, { recursive: true });
rmSync(summaryPath, { force: true });

try {
  await setUpForTests();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

const chromium = findChromium();
if (selection === 'faults') {
  process.env.FAULT_ROUNDS ??= faultRounds;
  await runProject('alone', 'e2e/src/faults');
} else if (selection === 'large') {
  process.env.LARGE_STORE = 'on';
  await runProject('unit', 'apps/server/src/stores/sql/reading');
  await runProject('alone', 'e2e/src/large');
} else if (selection === 'soak') {
  process.env.SOAK_SECONDS ??= soakSeconds;
  await runProject('alone', 'e2e/src/soak');
} else {
  await runEverything();
}

writeFileSync(summaryPath, JSON.stringify(total));
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
for (const failure of failures) console.log(`  failed: ${failure}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runEverything() {
  for (const title of await runChecks()) fail(title);
  if (chromium === null) {
    if (isCi) fail(`journeys: ${chromiumAdvice}`);
    else console.log(`\nSKIPPED journeys: ${chromiumAdvice}`);
  }
  for (const project of chromium === null ? ['unit'] : ['unit', 'e2e', 'alone']) await runProject(project);
}

function fail(what) {
  total.failed += 1;
  failures.push(what);
}

async function runProject(project, ...paths) {
  const resultPath = join(cacheFolder, `vitest-${project}.json`);
  rmSync(resultPath, { force: true });
  const code = await vitest(
    'run',
    ...paths,
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultPath}`,
  );
  const result = readResult(resultPath);
  const before = total.failed;
  for (const file of result?.testResults ?? []) countFile(file);
  // A crash, or a folder without tests, fails the run without a failed test.
  if (code !== 0 && total.failed === before) fail(`${project}: the run ended with ${code}`);
  else if (!result?.numTotalTests) fail(`${project}: nothing ran`);
}

function countFile({ name, status, assertionResults }) {
  for (const test of assertionResults) {
    if (test.status === 'passed') total.passed += 1;
    else if (test.status === 'failed') fail(`${name.replace(`${root}/`, '')} › ${test.fullName}`);
    else countSkipped(test);
  }
  if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
    fail(`${name.replace(`${root}/`, '')} could not run`);
  }
}

/** On CI every engine is installed, so a skipped test there is one that could not run, and counts as failed. */
function countSkipped(test) {
  if (isCi && test.status !== 'todo') fail(`skipped: ${test.fullName}`);
  else total.skipped += 1;
}

function readResult(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function vitest(...parameters) {
  const entry = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return new Promise((resolve) => {
    const child = spawn(pinnedNode, [entry, ...parameters], {
      cwd: root,
      env: projectEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
