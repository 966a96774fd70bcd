// Installs what a clean machine lacks: the packages (with the pinned Node.js), the browser parts, and a browser for tests.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { carryOut } from './progress.js';
import {
  binFolder,
  cacheFolder,
  isExecutable,
  machineEnvironment,
  pinnedNode,
  root,
  runQuietly,
  SetupError,
  which,
} from './project.js';

/** Sets up all that `npm start` needs: the packages and the browser parts. */
export async function setUp() {
  await carryOut([install, build]);
  linkCommand();
}

/** Also sets up the browser, the databases, the load balancer and what recipes need. Tests say so when they lack one and cannot run. */
export async function setUpForTests() {
  await carryOut([
    install,
    build,
    frameworks,
    chromium,
    browserForPages,
    postgresql,
    redis,
    haproxy,
    flask,
    go,
    goOauth2,
    php,
    apache,
    kotlin,
    androidJson,
  ]);
  linkCommand();
}

/** Also sets up the databases and the load generator. Without one the report has fewer figures, or another generator, and says so. */
export async function setUpForBenchmarks() {
  await carryOut([install, build, postgresql, redis, wrk]);
}

const install = {
  title: 'installing packages',
  isDone: isInstalled,
  async run() {
    await installLocked(root);
    if (!isExecutable(pinnedNode)) {
      throw new SetupError('The packages are there, but Node.js is not: are install scripts switched off?');
    }
  },
};

/** Links `npx passbeam` where the packages were installed before there was such a command; npm links it with new ones. */
export function linkCommand() {
  const program = join(root, 'apps', 'server', 'bin', 'passbeam.js');
  const link = join(binFolder, 'passbeam');
  if (process.platform === 'win32' || !existsSync(binFolder) || !existsSync(program) || existsSync(link)) return;
  try {
    symlinkSync(relative(binFolder, program), link);
  } catch (error) {
    // Another set-up was faster.
    if (error.code !== 'EEXIST') throw error;
  }
}

/** @param {string} folder */
async function installLocked(folder) {
  // Development dependencies are installed even under NODE_ENV=production, because the pinned Node.js is one of them.
  const quietly = ['--prefix', folder, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runNpm('ci', ...quietly);
  if (code === 0) return;
  if (!missesOtherPlatformsOnly(output, join(folder, 'package-lock.json'))) throw failure('npm ci', output);
  await npm('install', '--no-save', ...quietly);
}

/** Whether `npm ci` failed only because the lock file lacks other platforms' packages, which `npm install` takes. */
function missesOtherPlatformsOnly(output, lockPath) {
  const complaints = [...output.matchAll(/\b(Missing|Invalid): (.+?)@\S* (?:from lock file|does not)/g)];
  const locked = Object.values(packagesOf(lockPath) ?? {});
  const optional = new Set(locked.flatMap((entry) => Object.keys(entry.optionalDependencies ?? {})));
  return complaints.length > 0 && complaints.every(([, kind, name]) => kind === 'Missing' && optional.has(name));
}

/** The packages that only the pages in e2e/frameworks and docs/recipes need. */
const frameworks = {
  title: 'installing the frameworks of test pages and recipes',
  isDone: () => matchesLock(join(root, 'e2e', 'frameworks')),
  run: () => installLocked(join(root, 'e2e', 'frameworks')),
};

const lockPath = join(root, 'package-lock.json');
const stampPath = join(cacheFolder, 'browser-parts.json');

const build = {
  title: 'building the browser parts',
  isDone: isBuilt,
  async run() {
    const sources = sourcesHash();
    await npm('run', 'build');
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(stampPath, JSON.stringify({ sources, outputs: buildOutputs() }));
  },
};

const chromium = debianPackage('chromium', () => findChromium() !== null);
/** Draws pages with a third less work; where it is not to be had, Chromium does. */
const browserForPages = debianPackage(
  'chromium-headless-shell',
  () => Boolean(process.env.CHROMIUM_PATH) || which('chromium-headless-shell') !== null,
);
const postgresql = debianPackage('postgresql', hasPostgres);
const haproxy = debianPackage('haproxy', () => which('haproxy') !== null || isExecutable('/usr/sbin/haproxy'));
const flask = debianPackage('python3-flask', () => existsSync('/usr/lib/python3/dist-packages/flask'));
const go = debianPackage('golang-go', () => which('go') !== null);
/** What Go programs that sign people in are made with, for the one of the guide. */
const goOauth2 = debianPackage('golang-golang-x-oauth2-dev', () =>
  existsSync('/usr/share/gocode/src/golang.org/x/oauth2'),
);
const php = debianPackage('php-cli', () => which('php') !== null);
/** A relying party to sign in to: Apache comes along. */
const apache = debianPackage('libapache2-mod-auth-openidc', () =>
  existsSync('/usr/lib/apache2/modules/mod_auth_openidc.so'),
);
const kotlin = debianPackage('kotlin', () => which('kotlinc') !== null);
/** The JSON classes that every Android has, for the Kotlin of the guide. */
const androidJson = debianPackage('libandroid-json-org-java', () => existsSync('/usr/share/java/json-android.jar'));
const wrk = debianPackage('wrk', () => which('wrk') !== null);
const redis = debianPackage('redis-server', () => ['redis-server', 'valkey-server'].some((name) => which(name)));

/** The step that installs a Debian package. Where that is not possible it counts as done, and whatever needs the package reports it missing. */
export function debianPackage(name, isThere) {
  return {
    title: `installing ${name}`,
    isDone: () => isThere() || process.getuid?.() !== 0 || which('apt-get') === null,
    async run() {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      const apt = ['apt-get', 'install', '-y', '--no-install-recommends', name];
      const first = await runQuietly(apt, env);
      if (first.code === 0) return;
      await runQuietly(['apt-get', 'update'], env);
      const second = await runQuietly(apt, env);
      if (second.code !== 0) process.stdout.write(`\n${inShort(second.output)}\n`);
    },
  };
}

/** Whether PostgreSQL is installed: Debian has a folder for the programs of each version; elsewhere they are in PATH. */
function hasPostgres() {
  const home = '/usr/lib/postgresql';
  const versions = existsSync(home) ? readdirSync(home) : [];
  return which('initdb') !== null || versions.some((version) => isExecutable(join(home, version, 'bin', 'initdb')));
}

/** @returns {string | null} the path of the browser that tests use */
export function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return isExecutable(CHROMIUM_PATH) ? CHROMIUM_PATH : null;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const name of names) {
    const path = which(name);
    if (path) return path;
  }
  const usual = ['/usr/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return usual.find(isExecutable) ?? null;
}

export const chromiumAdvice = process.env.CHROMIUM_PATH
  ? `CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which is no program`
  : 'no Chromium was found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';

/** Whether npm's record of node_modules has every package of the lock file in its version. */
function isInstalled() {
  return isExecutable(pinnedNode) && matchesLock(root);
}

function matchesLock(folder) {
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const present = packagesOf(join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    // The lock file also has packages for other platforms, which need not be installed.
    const isOptional = path === '' || entry.optional || entry.devOptional || entry.peer;
    return present[path] ? present[path].version === entry.version : isOptional;
  });
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}

function isBuilt() {
  try {
    const { sources, outputs } = JSON.parse(readFileSync(stampPath, 'utf8'));
    return sources === sourcesHash() && outputs.every((folder) => existsSync(join(root, folder)));
  } catch {
    return false;
  }
}

/** The folders of the workspaces with a build script. */
function buildable() {
  return ['packages', 'apps'].flatMap((home) =>
    foldersIn(home).filter((folder) => {
      const manifest = join(root, folder, 'package.json');
      return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.build !== undefined;
    }),
  );
}

function buildOutputs() {
  return buildable()
    .map((folder) => join(folder, 'dist'))
    .filter((folder) => existsSync(join(root, folder)));
}

/** A hash over the contents of the sources. Their times would not do, because a checkout touches files that did not change. */
function sourcesHash() {
  const hash = createHash('sha256');
  // The console shows the examples of the documents.
  const shown = [join('docs', 'recipes'), join('docs', 'guide')];
  const folders = [...new Set([...foldersIn('packages'), ...buildable(), ...shown])].sort();
  const files = folders.flatMap((folder) => filesIn(join(root, folder)));
  for (const file of [...files, lockPath]) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function foldersIn(home) {
  if (!existsSync(join(root, home))) return [];
  return readdirSync(join(root, home), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(home, entry.name));
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesIn(path);
      return entry.isFile() && !entry.name.endsWith('.test.ts') ? [path] : [];
    });
}

async function npm(...parameters) {
  const { code, output } = await runNpm(...parameters);
  if (code !== 0) throw failure(`npm ${parameters.join(' ')}`, output);
}

function runNpm(...parameters) {
  return runQuietly(['npm', ...parameters], machineEnvironment());
}

function failure(command, output) {
  return new SetupError(`${command} failed:\n${inShort(output)}`);
}

/** Shortens an output from its middle: npm tells the cause at the beginning, a compiler at the end. */
function inShort(output) {
  const lines = output.trimEnd().split('\n');
  return (lines.length <= 50 ? lines : [...lines.slice(0, 20), '  …', ...lines.slice(-30)]).join('\n');
}
