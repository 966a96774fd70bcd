// `npm start`: sets up what is missing, then becomes the server. `--watch` restarts it when its sources change.
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

const watches = process.argv.includes('--watch');
const others = process.argv.slice(2).filter((parameter) => parameter !== '--watch');
const server = spawn(
  pinnedNode,
  [
    ...(watches ? ['--watch', '--watch-preserve-output'] : []),
    ...(existsSync(join(root, '.env')) ? ['--env-file=.env'] : []),
    join('apps', 'server', 'src', 'main.ts'),
    ...others,
  ],
  { cwd: root, stdio: 'inherit', env: projectEnvironment() },
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // Ctrl-C reaches the server from the terminal as well; twice would mean "at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    server.kill(signal);
  });
}

// npm runs scripts through a shell, which does not pass a signal on: a stopped npm must not leave the server behind.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && server.kill('SIGTERM'), 500).unref();
}

server.on('error', (error) => {
  console.error(`cannot run ${pinnedNode}: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
