// `npm run cluster`: sets up what is missing, then runs several nodes, what they share, and a load balancer on this machine.
import { spawn } from 'node:child_process';
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

const cluster = spawn(pinnedNode, [join('scripts', 'cluster', 'main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: projectEnvironment(),
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
  process.on(signal, () => {
    // Ctrl-C reaches the cluster from the terminal as well.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    cluster.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  });
}

// npm runs scripts through a shell, which does not pass a signal on: a stopped npm must not leave a cluster behind.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && cluster.kill('SIGTERM'), 500).unref();
}

cluster.on('error', (error) => {
  console.error(`cannot run ${pinnedNode}: ${error.message}`);
  process.exit(1);
});
cluster.on('exit', (code) => process.exit(code ?? 1));
