// `npm run check`: format, lint, types, unused code. Every check runs even after one failed, so that one run shows all mistakes.
import { fileURLToPath } from 'node:url';
import { showProgress } from './progress.js';
import { projectEnvironment, runQuietly } from './project.js';

const checks = [
  { title: 'format and lint', command: ['biome', 'check', '.'] },
  { title: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { title: 'unused code', command: ['knip'] },
];

/** @returns {Promise<string[]>} the titles of the checks that failed */
export async function runChecks() {
  const failed = [];
  for (const { title, command } of checks) {
    const stop = showProgress(title);
    const { code, output } = await runQuietly(command, projectEnvironment());
    stop(code === 0 ? 'passed' : 'FAILED');
    if (code === 0) continue;
    failed.push(title);
    console.log(output);
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = (await runChecks()).length > 0 ? 1 : 0;
