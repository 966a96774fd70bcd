// Where things are and how programs are run: plain JavaScript for Node 18, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const binFolder = join(root, 'node_modules', '.bin');
/** The Node.js whose version the lock file pins. Everything except these scripts runs on it. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');
export const cacheFolder = join(root, '.cache');

/** An error whose message is shown to people without its stack, which would not help them. */
export class SetupError extends Error {}

/** The environment with the machine's own programs: npm must not run on the pinned Node.js, which it may be about to replace. */
export function machineEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** The environment in which the project's programs, the pinned Node.js among them, come first. */
export function projectEnvironment() {
  return {
    // A third of a start is reading sources: what Node.js made of them is kept.
    NODE_COMPILE_CACHE: join(cacheFolder, 'compiled'),
    ...process.env,
    PATH: [binFolder, process.env.PATH].join(delimiter),
  };
}

/**
 * Runs a program to its end without showing its output; resolves to its exit code and output.
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly([program, ...parameters], env) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 127, output: String(error.message) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/**
 * @param {string} name
 * @returns {string | null} the path of the program, if a folder of PATH has it
 */
export function which(name) {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}
