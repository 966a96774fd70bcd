import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AuthenticationClient } from '@passbeam/sdk';
import { commandProgram } from '@passbeam/workshop/passbeam';
import { bareEnvironment } from '@passbeam/workshop/program';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signInPhone } from './support/phone-api.ts';
import { type Product, siteApplication, startProduct, userPoolId, userPoolSecret } from './support/product.ts';

/** An operator replaces a secret that leaked, by the command line; the file still has the old one. */
const run = promisify(execFile);
let product: Product;

beforeAll(async () => {
  product = await startProduct({ direct: true, isManaged: true, environment: { DEMO: 'off' } });
});
afterAll(() => product?.stop());

/** A whole login, exchanged with this secret. */
async function logIn(appSecret: string): Promise<string> {
  const site = new AuthenticationClient({ host: product.url, appId: siteApplication.id, appSecret });
  const page = new AuthenticationClient({
    host: product.url,
    appId: siteApplication.id,
    tokenEndpointAuthMethod: 'none',
  });
  const { qrcodeId } = await page.geneQrCode();
  const phone = await signInPhone(product);
  await phone.scan(qrcodeId);
  await phone.confirm(qrcodeId);
  const { ticket = '' } = await page.checkQrCodeStatus({ qrcodeId });
  return (await site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).access_token as string;
}

async function rotate(...options: string[]): Promise<string> {
  const env = {
    ...bareEnvironment(),
    PASSBEAM_URL: product.url,
    ACCESS_KEY_ID: userPoolId,
    ACCESS_KEY_SECRET: userPoolSecret,
  };
  const words = ['app', 'rotate', siteApplication.id, '--json', ...options];
  const { stdout } = await run(process.execPath, [commandProgram, ...words], { env });
  return JSON.parse(stdout).secret;
}

it('the old secret works during the overlap, and never again afterwards, though the file that is applied at each start has it', async () => {
  expect(await logIn(siteApplication.secret)).toMatch(/^ey/);
  const second = await rotate('--overlap', '1h');
  expect(await logIn(siteApplication.secret)).toMatch(/^ey/);
  expect(await logIn(second)).toMatch(/^ey/);

  const third = await rotate();
  for (const old of [siteApplication.secret, second]) {
    await expect(logIn(old)).rejects.toMatchObject({ code: 'client_auth_failed' });
  }
  await product.crash();
  expect(product.output()).toContain('applications[0].secret was replaced before and is never taken again');
  for (const old of [siteApplication.secret, second]) {
    await expect(logIn(old)).rejects.toMatchObject({ code: 'client_auth_failed' });
  }
  expect(await logIn(third)).toMatch(/^ey/);
});
