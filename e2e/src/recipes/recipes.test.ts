import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@passbeam/workshop/free-port';
import { startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, openBrowsers } from '../support/browser.ts';
import { type PhoneApi, signInPhone } from '../support/phone-api.ts';
import { type Product, siteApplication, startProduct } from '../support/product.ts';
import { installPackages, strangersFolder, strangersPrograms } from '../support/stranger.ts';
import { copies, prepareRecipes, type RunningRecipe, recipes, recipesFolder, startRecipe } from './recipes.ts';

let product: Product;
let browsers: Browsers;
let phone: PhoneApi;
const ports = new Map<string, number>();
beforeAll(async () => {
  for (const { name } of recipes) ports.set(name, await freePort());
  [product, browsers] = await Promise.all([
    startProduct({
      direct: true,
      allowedOrigins: [...ports.values()].map((port) => `http://localhost:${port}`),
      environment: { DEMO: 'off' },
    }),
    openBrowsers(),
  ]);
  phone = await signInPhone(product);
  await installPackages();
  await prepareRecipes();
});
afterAll(() => Promise.all([product?.stop(), browsers?.close()]));

for (const { name, missing } of recipes) if (missing !== null) console.log(`SKIPPED docs/recipes/${name}: ${missing}`);

describe.each(recipes)('docs/recipes/$name', (recipe) => {
  let site: RunningRecipe;
  beforeAll(async () => {
    if (recipe.missing !== null) return;
    site = await startRecipe(recipe, {
      port: ports.get(recipe.name) ?? 0,
      host: product.url,
      appId: siteApplication.id,
      appSecret: siteApplication.secret,
    });
  });
  afterAll(() => site?.stop());

  it.skipIf(recipe.missing !== null)('logs a person in whose phone confirmed the code', async () => {
    const page = await browsers.desk.newPage();
    await page.goto(site.url);
    const code = await page.waitForFunction(
      () => (document.querySelector('passbeam-qr') as (HTMLElement & { qrcodeId?: string }) | null)?.qrcodeId,
    );
    const qrcodeId = String(await code.jsonValue());
    await phone.scan(qrcodeId);
    await phone.confirm(qrcodeId);
    await page.getByText('Signed in as Alice').waitFor();
    await page.close();
    await browsers.desk.clearCookies();
  });

  it.skipIf(recipe.missing !== null)('refuses the ticket of a login that another browser began', async () => {
    const stranger = await confirmedElsewhere();
    const page = await browsers.desk.newPage();
    await page.goto(site.url);
    const status = await page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/login/qr', { method: 'POST', headers, body: JSON.stringify(body) })).status;
    }, stranger);
    expect(status).toBe(403);
    const headers = { 'content-type': 'application/json' };
    const unknown = await fetch(`${site.url}login/qr`, { method: 'POST', headers, body: JSON.stringify(stranger) });
    expect(unknown.status, 'a visitor to whom no page was shown').toBe(403);
    await page.goto(site.url);
    await page.locator('passbeam-qr').waitFor();
    expect(await page.getByText('Signed in as').count()).toBe(0);
    await page.close();
    await browsers.desk.clearCookies();
  });
});

it('ask for packages in the versions that are tested here', async () => {
  const wanted = async (folder: string) => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => !name.startsWith('@passbeam/'));
  };
  const here = await wanted(strangersFolder);
  for (const name of ['express', 'react', 'vue', 'next']) {
    expect(here, name).toEqual(expect.arrayContaining(await wanted(join(recipesFolder, name))));
  }
});

it('are strictly typed where they are TypeScript', async () => {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const path = join(copies, 'tsconfig.json');
  await writeFile(path, JSON.stringify({ compilerOptions, include: ['react/*.tsx', 'next/app/**/*'] }));
  const compiler = join(strangersPrograms, 'tsc');
  const { stdout } = await promisify(execFile)(compiler, ['-p', path]).catch((error) => error);
  expect(stdout).toBe('');
});

describe('docs/recipes/curl', () => {
  it('logs in from a terminal', async () => {
    const login = startProgram('login.sh', [join(recipesFolder, 'curl', 'login.sh')], {
      env: {
        ...process.env,
        PASSBEAM_URL: product.url,
        APP_ID: siteApplication.id,
        APP_SECRET: siteApplication.secret,
      },
    });
    const [, qrcodeId = ''] = await login.untilLine(/^code: (\w+)$/);
    await phone.scan(qrcodeId);
    await login.untilLine(/^status: SCANNED$/);
    await phone.confirm(qrcodeId);
    expect(await login.ended).toBe(0);
    expect(login.lines.at(-1)).toBe('signed in: Alice');
  });
});

/** A ticket of the attacker's own login, to be posted from the victim's browser. */
async function confirmedElsewhere(): Promise<{ ticket: string; qrcodeId: string }> {
  const call = async (path: string, body?: object) => {
    const reply = await fetch(`${product.url}/api/v3/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'x-authing-app-id': siteApplication.id, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await reply.json()).data;
  };
  const { qrcodeId } = await call('gene-qrcode', { type: 'MOBILE_APP' });
  await phone.scan(qrcodeId);
  await phone.confirm(qrcodeId);
  const { ticket } = await call(`get-qrcode-status?qrcodeId=${qrcodeId}`);
  return { ticket, qrcodeId };
}
