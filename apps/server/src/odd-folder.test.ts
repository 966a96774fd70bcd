import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@passbeam/workshop/free-port';
import { startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

const root = join(import.meta.dirname, '../../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passbeam a#b 100% ü-'));
  for (const path of ['apps/server/src', 'apps/server/package.json']) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start() {
  const port = await freePort();
  const server = startProgram('passbeam', [process.execPath, join(folder, 'apps/server/src/main.ts')], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data'), DEMO: 'off' },
  });
  const ended = server.ended.then((code) => ({ code, errors: server.lines.join('\n') }));
  return { server, ended, url: `http://127.0.0.1:${port}` };
}

it('a server without its widget does not start, and says what to do', { timeout: 60_000 }, async () => {
  const { ended } = await start();
  expect(await ended).toEqual({ code: 1, errors: expect.stringMatching(/widget.*npm run build -w packages\/widget/) });
});

it('a server in a folder with spaces, #, % and ü serves the files beside it', { timeout: 60_000 }, async () => {
  await mkdir(join(folder, 'packages/widget/dist'), { recursive: true });
  await writeFile(join(folder, 'packages/widget/dist/passbeam-qr.js'), 'the widget');
  const { server, ended, url } = await start();
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 30_000 });
  const widget = await fetch(`${url}/widget/passbeam-qr.js`);
  expect([widget.status, await widget.text()]).toEqual([200, 'the widget']);
  expect((await fetch(`${url}/docs/static/swagger-ui.css`)).status).toBe(200);
  await server.stop();
  expect((await ended).code).toBe(0);
});
