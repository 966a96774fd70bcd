#!/usr/bin/env node
// `npx passbeam`: plain JavaScript, because the Node.js of the machine may be older than the one that runs the sources.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = fileURLToPath(new URL('../src/passbeam.ts', import.meta.url));
const envFile = join(root, '.env');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

if (process.features.typescript && Number(process.versions.node.split('.')[0]) >= 24) {
  if (existsSync(envFile)) process.loadEnvFile(envFile);
  await import('../src/passbeam.ts');
} else if (existsSync(pinnedNode)) {
  const options = existsSync(envFile) ? [`--env-file=${envFile}`] : [];
  const child = spawn(pinnedNode, [...options, program, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  // A terminal sends Ctrl-C to the command as well.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  child.on('exit', (code) => process.exit(code ?? 1));
} else {
  console.error('passbeam needs Node.js 24. In a checkout npm start brings it.');
  process.exit(1);
}
