// `npm run bench`: sets up what is missing, then measures; parameters after `--` go to bench/src/options.ts.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedNode, projectEnvironment, root, SetupError } from './project.js';
import { setUpForBenchmarks } from './setup.js';

try {
  await setUpForBenchmarks();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const bench = spawn(pinnedNode, [join('bench', 'src', 'main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: projectEnvironment(),
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => bench.kill(signal));
bench.on('exit', (code) => process.exit(code ?? 1));
