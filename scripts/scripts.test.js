import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { knownSettings } from '@passbeam/workshop/passbeam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
/** The scripts that run before anything is installed. Programs in folders run on the pinned Node.js. */
const scripts = readdirSync(join(repository, 'scripts')).filter((name) => /(?<!\.test)\.js$/.test(name));

/** The machine's own folders of PATH, with the Node.js that runs the scripts on a clean clone. */
const machinePath = process.env.PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
const machineNode =
  machinePath.map((folder) => join(folder, 'node')).find((path) => existsSync(path)) ?? process.execPath;

describe('each script', () => {
  it.each(scripts)('%s can be read by the Node.js of the machine', (name) => {
    const { status, stderr } = spawnSync(machineNode, ['--check', join(repository, 'scripts', name)], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each(scripts)('%s needs nothing installed', (name) => {
    const source = readFileSync(join(repository, 'scripts', name), 'utf8');
    const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(imported.filter((from) => !from.startsWith('node:') && !from.startsWith('./'))).toEqual([]);
  });
});

// Stands in for npm in a temporary project: it records each call, and creates the files that the real one would.
const npmStandIn = `#!/bin/sh
echo "$*" >> "$NPM_CALLS"
case "$1" in
  ci|install)
    if [ "$1" = ci ] && [ -n "$NPM_CI_SAYS" ]; then echo "$NPM_CI_SAYS"; exit 1; fi
    mkdir -p node_modules/node/bin
    ln -sf "$PINNED" node_modules/node/bin/node
    cp package-lock.json node_modules/.package-lock.json ;;
  run) mkdir -p packages/widget/dist ;;
  test)
    mkdir -p .cache
    if [ -n "$SUMMARY" ]; then echo "$SUMMARY" > .cache/test-summary.json; fi
    exit "\${TEST_STATUS:-0}" ;;
esac
`;

let project;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'passbeam-scripts-')));
  cpSync(join(repository, 'scripts'), join(project, 'scripts'), { recursive: true });
  cpSync(join(repository, '.ci'), join(project, '.ci'), { recursive: true });
  write('package.json', '{"type":"module"}');
  write(
    'package-lock.json',
    JSON.stringify({
      packages: {
        '': {},
        'node_modules/lint': { version: '1.0.0', optionalDependencies: { '@lint/darwin': '1.0.0' } },
        'node_modules/@lint/linux': { version: '1.0.0', optional: true },
      },
    }),
  );
  write('packages/widget/package.json', '{"scripts":{"build":"vite build"}}');
  write('docs/guide/phone.md', '# Phone');
  write('docs/recipes/README.md', '# Recipes');
  write('packages/widget/src/element.ts', 'export const a = 1;');
  write('apps/server/src/main.ts', 'process.exit(0)');
  write('bin/npm', npmStandIn);
  chmodSync(join(project, 'bin/npm'), 0o755);
});
afterEach(() => rmSync(project, { recursive: true }));

function write(path, content) {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

function environment(extra = {}) {
  return {
    PATH: [join(project, 'bin'), ...machinePath].join(delimiter),
    NPM_CALLS: join(project, 'calls'),
    PINNED: process.execPath,
    ...extra,
  };
}

function start(extra = {}, ...parameters) {
  rmSync(join(project, 'calls'), { force: true });
  const { status, stdout, stderr } = spawnSync(machineNode, ['scripts/start.js', ...parameters], {
    cwd: project,
    env: environment(extra),
    encoding: 'utf8',
  });
  const calls = existsSync(join(project, 'calls'))
    ? readFileSync(join(project, 'calls'), 'utf8').trim().split('\n')
    : [];
  return { status, stdout, stderr, calls: calls.map((call) => call.split(' ')[0]) };
}

// Stands in for apt-get. `install` fails until `update` was called, as on a machine whose package lists are old.
const aptStandIn = `#!/bin/sh
echo "$*" >> "$APT_CALLS"
if [ "$1" = update ]; then touch "$APT_CALLS.updated"; fi
if [ "$1" = install ] && [ ! -e "$APT_CALLS.updated" ]; then exit 100; fi
`;

/** The calls of apt-get in the step for a package, depending on whether its program is installed. */
function setUpPackage(isThere) {
  write('bin/apt-get', aptStandIn);
  chmodSync(join(project, 'bin/apt-get'), 0o755);
  const script = `import { debianPackage } from './scripts/setup.js';
    const step = debianPackage('postgresql', () => ${isThere});
    if (!step.isDone()) await step.run();`;
  const { status, stderr } = spawnSync(machineNode, ['--input-type=module', '-e', script], {
    cwd: project,
    env: environment({ APT_CALLS: join(project, 'apt-calls') }),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const path = join(project, 'apt-calls');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('a package of the machine', () => {
  const install = 'install -y --no-install-recommends postgresql';

  it('that is installed is left alone', () => {
    expect(setUpPackage(true)).toEqual([]);
  });

  it('that is missing is installed if root runs the script, with new package lists when the old ones fail', () => {
    expect(setUpPackage(false)).toEqual(process.getuid() === 0 ? [install, 'update', install] : []);
  });
});

describe('start', () => {
  it('installs and builds on a clean clone, and says so', () => {
    const { status, stdout, calls } = start();
    expect(calls).toEqual(['ci', 'run']);
    expect(stdout).toMatch(/\[1\/2\] installing packages …\n\[1\/2\] installing packages: done in \d+ s\n\[2\/2\]/);
    expect(status).toBe(0);
  });

  it('does nothing the second time, quickly and without output', () => {
    start();
    const before = Date.now();
    expect(start()).toEqual({ status: 0, stdout: '', stderr: '', calls: [] });
    expect(Date.now() - before).toBeLessThan(3000);
  });

  it('installs again when the lock file wants another version', () => {
    start();
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8');
    write(
      'package-lock.json',
      lock.replace('"node_modules/lint":{"version":"1.0.0"', '"node_modules/lint":{"version":"1.1.0"'),
    );
    expect(start().calls).toEqual(['ci', 'run']);
  });

  it('does not install again when only packages of other platforms are missing', () => {
    start();
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/lint': { version: '1.0.0' } } }),
    );
    expect(start().calls).toEqual([]);
  });

  it('builds again when a source file changed or the result is gone', () => {
    start();
    appendFileSync(join(project, 'packages/widget/src/element.ts'), '//');
    expect(start().calls).toEqual(['run']);
    rmSync(join(project, 'packages/widget/dist'), { recursive: true });
    expect(start().calls).toEqual(['run']);
    write('packages/widget/src/element.test.ts', '');
    expect(start().calls).toEqual([]);
  });

  it('installs the locked versions when the lock file lacks only packages of other platforms', () => {
    const { calls, status } = start({ NPM_CI_SAYS: 'npm error Missing: @lint/darwin@ from lock file' });
    expect(calls).toEqual(['ci', 'install', 'run']);
    expect(status).toBe(0);
  });

  it.each([
    'npm error Missing: needed@1.0.0 from lock file',
    "npm error Invalid: lock file's @lint/darwin@1.0.0 does not satisfy @lint/darwin@2.0.0",
    'npm error network',
  ])('shows why npm failed and stops: %s', (sentence) => {
    const { calls, status, stderr } = start({ NPM_CI_SAYS: sentence });
    expect(calls).toEqual(['ci']);
    expect(stderr).toContain(sentence);
    expect(status).toBe(1);
  });

  it.each([
    [['--port', '4000'], '--port', 'Write PORT=4000 npm start'],
    [['--data-dir=/srv/passbeam'], '--data-dir', 'Write DATA_DIR=/srv/passbeam npm start'],
    [['--config', 'mine.yaml'], '--config', 'Write PASSBEAM_CONFIG=mine.yaml npm start'],
    [['--colour'], '--colour', 'npm start -- --help names them.'],
    [['4000'], '4000', 'npm start -- --help names them.'],
  ])('refuses %j before anything is installed, and names the variable', (parameters, option, advice) => {
    const stderr = `npm start takes no ${option}: settings are variables of the environment. ${advice}\n`;
    expect(start({}, ...parameters)).toEqual({ status: 2, stdout: '', stderr, calls: [] });
  });

  it('names in its help only variables that the server knows', () => {
    const { status, stdout, calls } = start({}, '--help');
    const names = [...stdout.matchAll(/^ {2}([A-Z_]+) /gm)].map(([, name]) => name);
    expect(names).toContain('PORT');
    expect(names.filter((name) => !knownSettings.includes(name))).toEqual([]);
    expect({ status, calls }).toEqual({ status: 0, calls: [] });
  });

  it('passes the environment to the server, and returns its exit code', () => {
    write('apps/server/src/main.ts', 'console.log(process.env.PORT, process.cwd()); process.exit(7)');
    expect(start({ PORT: '4000' })).toMatchObject({ status: 7, stdout: expect.stringContaining(`4000 ${project}\n`) });
  });

  it('reads .env, but variables of the environment win', () => {
    write('.env', 'PORT=1\nHOST=::1\n');
    write('apps/server/src/main.ts', 'console.log(process.env.PORT, process.env.HOST)');
    expect(start({ PORT: '2' }).stdout).toContain('2 ::1\n');
  });

  it('forwards a signal and ends as the server ends', async () => {
    write(
      'apps/server/src/main.ts',
      `process.on('SIGTERM', () => { console.log('closing'); process.exit(3); }); setInterval(() => {}, 1000); console.log('up');`,
    );
    const child = spawn(machineNode, ['scripts/start.js'], { cwd: project, env: environment() });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.endsWith('up\n')) child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(output).toMatch(/up\nclosing\n$/);
    expect(code).toBe(3);
  });

  it('leaves no server behind when npm is stopped, although the shell in between passes no signal on', async () => {
    write(
      'apps/server/src/main.ts',
      `process.on('SIGTERM', () => { console.log('closing'); process.exit(); }); setInterval(() => {}, 1000); console.log('up');`,
    );
    const shell = spawn('sh', ['-c', `${machineNode} scripts/start.js; true`], {
      cwd: project,
      env: environment({ npm_lifecycle_event: 'start' }),
    });
    let output = '';
    shell.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.endsWith('up\n')) shell.kill('SIGTERM');
    });
    // The pipe closes when the last process that writes to it has ended.
    await new Promise((resolve) => shell.on('close', resolve));
    expect(output).toMatch(/up\nclosing\n$/);
  });
});

describe('.ci/run', () => {
  const run = (extra) => {
    const { status, stdout } = spawnSync('bash', ['.ci/run'], {
      cwd: project,
      env: environment(extra),
      encoding: 'utf8',
    });
    return { status, lastLine: stdout.trimEnd().split('\n').at(-1) };
  };

  it.each([
    ['success', { SUMMARY: '{"passed":12,"failed":0}' }, 0, '12 passed, 0 failed'],
    ['failures', { SUMMARY: '{"passed":11,"failed":2}', TEST_STATUS: '1' }, 1, '11 passed, 2 failed'],
    ['a crash', { TEST_STATUS: '1' }, 1, '0 passed, 1 failed'],
    ['a crash after the tests', { SUMMARY: '{"passed":12,"failed":0}', TEST_STATUS: '9' }, 1, '12 passed, 1 failed'],
    ['nothing having run', { SUMMARY: '{"passed":0,"failed":0}' }, 1, '0 passed, 1 failed'],
  ])('closes with one line after %s', (_, extra, status, lastLine) => {
    expect(run(extra)).toEqual({ status, lastLine });
  });

  it('does not report the summary of an earlier run as its own', () => {
    run({ SUMMARY: '{"passed":12,"failed":0}' });
    expect(run({})).toEqual({ status: 1, lastLine: '0 passed, 1 failed' });
  });
});
