import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '@passbeam/workshop/free-port';
import { type Program, startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, openBrowsers } from '../support/browser.ts';
import { phoneToken } from '../support/phone-api.ts';
import { type Product, phoneApplication, siteApplication, startProduct, userPoolId } from '../support/product.ts';
import { installPackages, strangersFolder } from '../support/stranger.ts';
import { blockNamed } from './blocks.ts';

/** Does what a reader does who copies the three blocks of README.md and fills in only the address, the ids and the secret. */

const folder = join(strangersFolder, 'dist', 'readme');
type Approve = (scannedText: string, accessToken: string, ask: (consent: object) => Promise<boolean>) => Promise<void>;

let product: Product;
let browsers: Browsers;
let site: Program;
let siteUrl: string;
let approve: Approve;
let accessToken: string;

beforeAll(async () => {
  const port = await freePort();
  siteUrl = `http://localhost:${port}/`;
  [product, browsers] = await Promise.all([
    startProduct({ direct: true, allowedOrigins: [`http://localhost:${port}`], environment: { DEMO: 'off' } }),
    openBrowsers(),
    installPackages(),
    mkdir(folder, { recursive: true }),
  ]);
  for (const file of ['login.html', 'server.ts', 'app.ts']) await writeFile(join(folder, file), await filledIn(file));
  const environment = {
    APP_SECRET: siteApplication.secret,
    SESSION_SECRET: 'of-the-journey-4f1d7c93',
    PORT: String(port),
  };
  site = startProgram('server.ts', [process.execPath, 'server.ts'], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  ({ approve } = (await import(pathToFileURL(join(folder, 'app.ts')).href)) as { approve: Approve });
  accessToken = await phoneToken(product);
  await site.untilAnswer(siteUrl);
});
afterAll(async () => {
  await site?.kill();
  await browsers?.close();
  await product?.stop();
});

async function filledIn(file: string): Promise<string> {
  const block = await blockNamed('README.md', file);
  return block
    .replaceAll('https://login.example.com', product.url)
    .replaceAll('YOUR_APP_ID', siteApplication.id)
    .replaceAll('YOUR_PHONE_APP_ID', phoneApplication.id);
}

const scannedText = (qrcodeId: string) => JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId, userPoolId });

/** A page that shows a QR code, in a browser with cookies of its own. */
async function visitor() {
  const context = await browsers.desk.browser()?.newContext();
  if (!context) throw new Error('there is no browser');
  const page = await context.newPage();
  await page.goto(siteUrl);
  const code = await page.waitForFunction(
    () => (document.querySelector('passbeam-qr') as (HTMLElement & { qrcodeId?: string }) | null)?.qrcodeId,
  );
  return { page, qrcodeId: String(await code.jsonValue()), close: () => context.close() };
}

describe('the three blocks of README.md', () => {
  it('are a login: page, backend and app', async () => {
    const { page, qrcodeId, close } = await visitor();
    const asked: object[] = [];
    await approve(scannedText(qrcodeId), accessToken, async (consent) => asked.push(consent) > 0);
    await page.getByText('Signed in as Alice').waitFor();
    expect(asked).toEqual([expect.objectContaining({ applicationName: 'Demo web site', browser: expect.any(String) })]);
    await close();
  });

  it('log nobody in when the person declined the code', async () => {
    const { page, qrcodeId, close } = await visitor();
    await approve(scannedText(qrcodeId), accessToken, async () => false);
    await page.waitForFunction(() => document.querySelector('passbeam-qr:state(cancelled)') !== null);
    await page.reload();
    expect(await page.getByText('Signed in as').count()).toBe(0);
    await close();
  });

  it('log nobody in with a ticket that an attacker got for a code of their own', async () => {
    const attacker = await visitor();
    // The attacker keeps what their own page would have posted, to post it from the victim's browser.
    const loot = new Promise<string>((resolve) => {
      attacker.page.route('**/login/qr', async (route) => {
        resolve(route.request().postData() ?? '');
        await route.abort();
      });
    });
    await approve(scannedText(attacker.qrcodeId), accessToken, async () => true);
    const body = await loot;
    expect(JSON.parse(body)).toMatchObject({ ticket: expect.any(String), pollSecret: expect.any(String) });

    const victim = await visitor();
    const post = (sent: string) =>
      victim.page.evaluate(async (text) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/login/qr', { method: 'POST', headers, body: text })).status;
      }, sent);
    expect(await post(body)).toBe(403);
    await victim.page.context().clearCookies();
    expect(await post(body)).toBe(403);
    await victim.page.reload();
    expect(await victim.page.getByText('Signed in as').count()).toBe(0);

    // The refusal did not use up the ticket: it still logs in the attacker's own browser.
    await attacker.page.unroute('**/login/qr');
    const own = await attacker.page.evaluate(async (text) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/login/qr', { method: 'POST', headers, body: text })).status;
    }, body);
    expect(own).toBe(200);
    await Promise.all([attacker.close(), victim.close()]);
  });
});
