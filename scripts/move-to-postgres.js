// `npm run move-to-postgres`: sets up what is missing, then copies the embedded database into PostgreSQL.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, projectEnvironment, root, SetupError } from './project.js';
import { setUp } from './setup.js';

try {
  await setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(1);
}

const move = spawn(
  pinnedNode,
  [
    // As `npm start` reads it.
    ...(existsSync(join(root, '.env')) ? ['--env-file=.env'] : []),
    join('apps', 'server', 'src', 'move-to-postgres.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: projectEnvironment() },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => move.kill(signal));
move.on('error', (error) => {
  console.error(`cannot run ${pinnedNode}: ${error.message}`);
  process.exit(1);
});
move.on('exit', (code) => process.exit(code ?? 1));
