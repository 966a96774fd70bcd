import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, projectEnvironment, root, SetupError } from './project.js';

/**
 * Sets up what is missing, then runs a program of the project on the pinned Node.js as if it were this process: with the same
 * terminal, signals and exit code.
 * @param {{ setUp: () => Promise<void>, nodeOptions?: string[], program: string[], parameters?: string[], readsEnvFile?: boolean }} task
 *   `program` is its path from the project's root, in parts. With `readsEnvFile` it also reads settings of the server from `.env`.
 */
export async function become({ setUp, nodeOptions = [], program, parameters = process.argv.slice(2), readsEnvFile }) {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exit(1);
  }

  const envFile = readsEnvFile && existsSync(join(root, '.env')) ? ['--env-file=.env'] : [];
  const child = spawn(pinnedNode, [...nodeOptions, ...envFile, join(...program), ...parameters], {
    cwd: root,
    stdio: 'inherit',
    env: projectEnvironment(),
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
      // The terminal sends Ctrl-C to the program as well, and a second signal would mean "end at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }

  // npm runs scripts through a shell, which passes no signal on. So this process ends when that shell does, to leave nothing behind.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  }

  child.on('error', (error) => {
    console.error(`cannot run ${pinnedNode}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
