import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@passbeam/workshop/free-port';
import { type Program, startProgram } from '@passbeam/workshop/program';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, openBrowsers } from './support/browser.ts';
import { signInPhone } from './support/phone-api.ts';
import { type Product, siteApplication, startProduct } from './support/product.ts';
import { installPackages, strangersFolder, strangersPrograms } from './support/stranger.ts';

/** Tests the built package in pages of React 19, Vue 3 and Next, which the set-up of the tests installs apart from the workspace. */

const run = promisify(execFile);
const folder = strangersFolder;
const programs = strangersPrograms;
const vite = fileURLToPath(new URL('../../node_modules/.bin/vite', import.meta.url));

let product: Product;
let browsers: Browsers;
let pages: Server;
let next: Program;
let addresses: Record<'react' | 'vue' | 'next', string>;

beforeAll(async () => {
  await installPackages();
  for (const framework of ['react', 'vue']) {
    await run(vite, ['build', framework, '--outDir', `../dist/${framework}`, '--emptyOutDir', '--base', './'], {
      cwd: folder,
    });
  }
  const [port, nextPort] = [await freePort(), await freePort()];
  pages = serve(join(folder, 'dist')).listen(port);
  addresses = {
    react: `http://localhost:${port}/react/`,
    vue: `http://localhost:${port}/vue/`,
    next: `http://localhost:${nextPort}/`,
  };
  const allowedOrigins = [port, nextPort].map((each) => `http://localhost:${each}`);
  [product, browsers] = await Promise.all([
    startProduct({ direct: true, allowedOrigins, environment: { DEMO: 'off' } }),
    openBrowsers(),
  ]);
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  const inNext = { cwd: join(folder, 'next'), env };
  await run(join(programs, 'next'), ['build'], inNext);
  const nextProgram = join(folder, 'node_modules/next/dist/bin/next');
  next = startProgram('next', [process.execPath, nextProgram, 'start', '-p', String(nextPort)], inNext);
  await next.untilAnswer(addresses.next);
}, 240_000);
afterAll(async () => {
  await next?.kill();
  pages?.close();
  await browsers?.close();
  await product?.stop();
});

it('gives React and Vue the types of the tag, its properties and its events', async () => {
  const { stdout } = await run(join(programs, 'tsc'), ['-p', folder]).catch((error) => error);
  expect(stdout).toBe('');
});

describe.each(['react', 'vue'] as const)('%s', (framework) => {
  it('keeps one code, which logs in, while it renders five times a second with inline objects', async () => {
    const page = await open(framework);
    await expect.poll(() => noted(page, 'created')).toBeTruthy();
    await page.waitForFunction(() => Number(document.querySelector('main')?.dataset.renders) >= 10);
    const created = await noted(page, 'created');
    expect(created).toMatch(/^[\w-]+$/);
    await confirm(created);
    await expect.poll(() => noted(page, 'authorized'), { timeout: 10_000 }).toMatch(/^tk_/);
    expect(await noted(page, 'created')).toBe(created);
    await page.close();
  });
});

describe('next', () => {
  it('renders the tag on the server, and a component that starts late reads what it missed', async () => {
    const html = await (await fetch(`${addresses.next}?${query()}`)).text();
    expect(html).toContain('<passbeam-qr');
    const page = await open('next');
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    await expect.poll(() => noted(page, 'created'), { timeout: 15_000 }).toBeTruthy();
    const created = await noted(page, 'created');
    expect(created).toMatch(/^[\w-]+$/);
    await confirm(created);
    await expect.poll(() => noted(page, 'authorized'), { timeout: 10_000 }).toMatch(/^tk_/);
    expect(problems).toEqual([]);
    await page.close();
  });
});

const query = () => new URLSearchParams({ host: product.url, app: siteApplication.id });

async function open(framework: keyof typeof addresses): Promise<Page> {
  const page = await browsers.desk.newPage();
  await page.goto(`${addresses[framework]}?${query()}`);
  return page;
}

const noted = async (page: Page, event: string) =>
  (await page.evaluate((key) => document.body.dataset[key], event)) ?? '';

async function confirm(qrcodeId: string): Promise<void> {
  const phone = await signInPhone(product);
  await phone.scan(qrcodeId);
  await phone.confirm(qrcodeId);
}

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

function serve(home: string): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(home, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
}
