import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './folder.ts';
import { startProgram } from './program.ts';
import { foldersOfPath, which } from './which.ts';

export interface ApacheServer {
  readonly url: string;
  /** What it wrote to its log of errors. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

const modules = '/usr/lib/apache2/modules';
/** Debian installs Apache into a folder that is not in the PATH of ordinary users. */
const path = which(['apache2', 'httpd'], [...foldersOfPath, '/usr/sbin']);

const missing =
  path !== null && existsSync(join(modules, 'mod_auth_openidc.so'))
    ? null
    : 'no Apache with mod_auth_openidc was found: install it (Debian: apt-get install libapache2-mod-auth-openidc)';

/** For `describe.skipIf(isApacheMissing())`. When true, a line says so; `scripts/test.js` counts skipped tests as failures where CI is true. */
export function isApacheMissing(): boolean {
  if (missing !== null) console.log(`SKIPPED: ${missing}`);
  return missing !== null;
}

/** Starts Apache with mod_auth_openidc, and pages at `/` and `/protected/`. `settings` are lines of its configuration: they say who sees what. */
export async function startApache(port: number, settings: readonly string[]): Promise<ApacheServer> {
  if (path === null || missing !== null) throw new CannotRun(missing ?? '');
  const folder = makeFolder('apache-');
  const pages = join(folder.path, 'pages');
  mkdirSync(join(pages, 'protected'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), 'open to everybody');
  writeFileSync(join(pages, 'protected', 'index.html'), 'for people who signed in');
  chmodSync(folder.path, 0o755);
  const isRoot = process.getuid?.() === 0;
  const loaded = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'mime', 'auth_openidc'];
  const text = [
    `ServerRoot "${folder.path}"`,
    `ServerName 127.0.0.1:${port}`,
    `Listen 127.0.0.1:${port}`,
    `PidFile "${folder.path}/apache.pid"`,
    // Its outputs are sockets, which Apache cannot open by name.
    'ErrorLog "|/bin/cat"',
    'LogLevel notice',
    // Apache serves nothing as root.
    ...(isRoot ? ['User www-data', 'Group www-data'] : []),
    ...loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`),
    'TypesConfig /dev/null',
    `DocumentRoot "${pages}"`,
    'DirectoryIndex index.html',
    ...settings,
  ].join('\n');
  const file = join(folder.path, 'apache.conf');
  writeFileSync(file, `${text}\n`);
  const program = startProgram('Apache', [path, '-D', 'FOREGROUND', '-f', file]);
  const url = `http://127.0.0.1:${port}`;
  await program.untilLine(/resuming normal operations/);
  return {
    url,
    lines: () => program.lines,
    async stop() {
      await program.stop();
      folder.remove();
    },
  };
}
