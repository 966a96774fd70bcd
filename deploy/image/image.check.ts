import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listening } from '@passbeam/workshop/passbeam';
import { type Program, startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyBuildContext } from './build-context.ts';
import { carryOut, type Image } from './carry-out.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const isRoot = process.getuid?.() === 0;
/** The user id that stands for the image's user `node`, who owns nothing but /data. */
const owner = isRoot ? 1000 : (process.getuid?.() ?? 1000);
/** A PATH with the pinned Node.js and the machine's npm, but none of the project's own programs. */
const path = [
  dirname(process.execPath),
  ...(process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules')),
].join(delimiter);

/** `npm run test:image`. It is not part of `npm test`, because it installs packages for a minute. */
describe('the image, carried out on this machine', () => {
  let folder: string;
  let image: Image;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'passbeam-image-'));
    await chmod(folder, 0o755);
    const contextFolder = join(folder, 'context');
    await mkdir(contextFolder);
    await copyBuildContext(repository, contextFolder);
    const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8');
    image = await carryOut(dockerfile, { contextFolder, folder: join(folder, 'stages'), path, owner });
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }), 60_000);

  it('has the built pages, and nothing that only developers or tests need', async () => {
    expect(existsSync(join(image.workFolder, 'packages/widget/dist/passbeam-qr.js'))).toBe(true);
    expect(existsSync(join(image.workFolder, 'apps/demo/dist/index.html'))).toBe(true);
    expect((await readdir(image.workFolder)).sort()).toEqual([
      '.compiled',
      '.npmrc',
      'LICENSE',
      'apps',
      'node_modules',
      'package-lock.json',
      'package.json',
      'packages',
    ]);
    const packages = await readdir(join(image.workFolder, 'node_modules'));
    for (const name of ['vite', 'vitest', 'typescript', 'playwright-core', 'node', '@biomejs', 'autocannon']) {
      expect(packages).not.toContain(name);
    }
    expect(await sizeOf(join(image.workFolder, 'node_modules'))).toBeLessThan(150e6);
    const files = await readdir(join(image.workFolder, 'apps'), { recursive: true });
    expect(files.filter((name) => /\.(test|fixture)\.ts$/.test(name) && !name.includes('node_modules'))).toEqual([]);
  });

  it('starts as a user who may write only to /data, gets healthy, and ends on its stop signal', async () => {
    expect(image.user).toBe('node');
    const environment = {
      ...image.environment,
      HOST: '127.0.0.1',
      PORT: '0',
      DEMO_PORT: '0',
    };
    const server = start(image.command, environment);
    try {
      const [, url = ''] = await server.untilLine(listening);
      const health = { ...environment, PORT: new URL(url).port };
      expect(await start(image.healthCommand, health).ended).toBe(0);
      const page = await fetch(`${url}/widget/passbeam-qr.js`);
      expect(page.status).toBe(200);
      expect(await server.stop()).toBe(0);
      expect(await start(image.healthCommand, health).ended).toBe(1);
    } finally {
      await server.kill();
    }
  }, 60_000);

  it('has the commands of operators', async () => {
    const command = start(['npx', 'passbeam', 'check'], image.environment);
    expect(await command.ended).toBe(0);
    expect(command.lines).toEqual(['The environment is good.']);
  }, 60_000);

  /** Bytes of all files in a folder. */
  async function sizeOf(folder: string): Promise<number> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(
      files
        .filter((entry) => entry.isFile())
        .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  function start([program = '', ...parameters]: string[], environment: Record<string, string>): Program {
    return startProgram('the image', [program === 'node' ? process.execPath : program, ...parameters], {
      cwd: image.workFolder,
      env: { ...environment, PATH: path },
      stopSignal: (image.stopSignal ?? 'SIGKILL') as NodeJS.Signals,
      ...(isRoot && { uid: owner, gid: owner }),
    });
  }
});
