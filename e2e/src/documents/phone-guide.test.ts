import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ErrorCode, errorTable } from '@passbeam/protocol';
import { which } from '@passbeam/workshop/which';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, openBrowsers } from '../support/browser.ts';
import { phoneToken } from '../support/phone-api.ts';
import { type Product, phoneApplication, siteApplication, startProduct, userPoolId } from '../support/product.ts';
import { installPackages, strangersFolder, strangersPrograms } from '../support/stranger.ts';
import { blockNamed, root } from './blocks.ts';

/** The programs of docs/guide/phone.md, against a running server. */

const run = promisify(execFile);
const guide = 'docs/guide/phone.md';
/** Debian's packages of the compiler, and of the JSON classes that Android has. */
const jars = ['/usr/share/java/kotlin-stdlib.jar', '/usr/share/java/json-android.jar'];
const isKotlinMissing = which(['kotlinc']) === null || !jars.every((jar) => existsSync(jar));
if (isKotlinMissing) console.log('SKIPPED Kotlin of the guide: apt-get install kotlin libandroid-json-org-java');

let product: Product;
let token: string;
/** Where the page of the React Native screen is served. */
let pages: Server;
let pageUrl: string;
const served = new Map<string, string>();

beforeAll(async () => {
  pages = createServer((request, response) => {
    response.setHeader('content-type', request.url === '/screen.js' ? 'text/javascript' : 'text/html');
    response.end(
      served.get(request.url ?? '') ?? '<!doctype html><title>screen</title><script src="/screen.js" defer></script>',
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => pages.once('listening', resolve));
  pageUrl = `http://localhost:${(pages.address() as AddressInfo).port}`;
  product = await startProduct({ direct: true, allowedOrigins: [pageUrl], environment: { DEMO: 'off' } });
  token = await phoneToken(product);
});
afterAll(async () => {
  pages?.close();
  await product?.stop();
});

async function programOf(file: string): Promise<string> {
  return (await blockNamed(guide, file))
    .replaceAll('https://login.example.com', product.url)
    .replaceAll('YOUR_PHONE_APP_ID', phoneApplication.id)
    .replaceAll('YOUR_USER_POOL_ID', userPoolId);
}

async function siteCall(path: string, body?: object): Promise<{ qrcodeId: string; status: string }> {
  const headers = { 'content-type': 'application/json', 'x-authing-app-id': siteApplication.id };
  const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`${product.url}/api/v3/${path}`, sent)).json()).data;
}
const newCode = async () => (await siteCall('gene-qrcode', { type: 'MOBILE_APP' })).qrcodeId;
const statusOf = async (qrcodeId: string) => (await siteCall(`get-qrcode-status?qrcodeId=${qrcodeId}`)).status;
const textOf = (random: string, pool = userPoolId) =>
  JSON.stringify({ scene: 'APP_AUTH', random, qrcodeId: random, userPoolId: pool });

it('the table of refusals has the numbers of the wire', () => {
  const rows = readFileSync(join(root, guide), 'utf8').matchAll(/^\| `(\w+)` \| (\d+)(?:, (\d+))? \|/gm);
  const said = [...rows].map(([, name, statusCode, apiCode]) => [name, Number(statusCode), apiCode && Number(apiCode)]);
  expect(said.length).toBeGreaterThan(10);
  for (const [name, statusCode, apiCode] of said) {
    const row = errorTable[name as ErrorCode];
    expect([name, row.statusCode, row.apiCode]).toEqual([name, statusCode, apiCode]);
  }
});

describe.skipIf(isKotlinMissing)('Approval.kt', () => {
  let folder: string;
  const classPath = () => [join(folder, 'app.jar'), ...jars].join(':');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'passbeam-kotlin-'));
    await writeFile(join(folder, 'Approval.kt'), await programOf('Approval.kt'));
    // Its arguments are a token, moves, and scanned texts; it prints what it reads and hears.
    await writeFile(
      join(folder, 'Main.kt'),
      `fun main(args: Array<String>) {
        val (token, moves) = args
        for (text in args.drop(2)) {
          val id = qrcodeIdIn(text)
          println(id)
          if (id != null) for (action in moves.split(",")) try {
            val more = if (action == "SCAN") mapOf("door" to "camera") else emptyMap()
            println(moveCode(id, action, token, more).optJSONObject("consent")?.getString("applicationName"))
          } catch (refused: Refused) {
            println(refused.refusal + ": " + refused.message)
          }
        }
      }`,
    );
    const sources = ['Approval.kt', 'Main.kt'].map((file) => join(folder, file));
    await run('kotlinc', [...sources, '-cp', jars.join(':'), '-d', join(folder, 'app.jar')]);
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function kotlin(moves: string, texts: string[], accessToken = token): Promise<string[]> {
    const { stdout } = await run('java', ['-cp', classPath(), 'MainKt', accessToken, moves, ...texts]);
    return stdout.trim().split('\n');
  }

  it('approves codes, as JSON text and as link', async () => {
    const [first, second] = [await newCode(), await newCode()];
    const said = await kotlin('SCAN,CONFIRM', [textOf(first), `${product.url}/q/${second}`]);
    expect(said).toEqual([first, 'Demo web site', 'null', second, 'Demo web site', 'null']);
    expect([await statusOf(first), await statusOf(second)]).toEqual(['AUTHORIZED', 'AUTHORIZED']);
  });

  it('declines a code', async () => {
    const qrcodeId = await newCode();
    await kotlin('SCAN,CANCEL', [textOf(qrcodeId)]);
    expect(await statusOf(qrcodeId)).toBe('CANCELLED');
  });

  it('tells refusals by their names', async () => {
    const unknown = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
    expect(await kotlin('SCAN', [textOf(unknown)])).toEqual([unknown, `qr_not_found: ${errorTable.qr_not_found.en}`]);
    const [, said] = await kotlin('SCAN', [textOf(await newCode())], 'ended');
    expect(said).toContain('not_signed_in: ');
  });

  it('reads no text of anybody else', async () => {
    const id = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
    const others = [
      'WIFI:S:cafe;;',
      '{"scene":"WXAPP_AUTH","random":"r1"}',
      textOf(id, 'another-pool'),
      `${product.url}@evil.test/q/${id}`,
      `${product.url}/q/${id}/`,
      `${product.url}/Q/${id}`,
      `https://evil.test/q/${id}`,
    ];
    expect(await kotlin('SCAN', others)).toEqual(others.map(() => 'null'));
    expect(await kotlin('SCAN', [`${product.url.toUpperCase()}/q/${id}`])).toContain(id);
  });
});

describe('ApprovalScreen.tsx', () => {
  const native = join(strangersFolder, 'native');
  const folder = join(strangersFolder, 'dist', 'native');
  const modules = ['react-native', 'expo-camera'].map((name) => [name, join(native, `${name}.tsx`)] as const);
  let browsers: Browsers;
  let phone: Page;

  beforeAll(async () => {
    await installPackages();
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ApprovalScreen.tsx'), await programOf('ApprovalScreen.tsx'));
    await writeFile(
      join(folder, 'main.tsx'),
      `import { createRoot } from 'react-dom/client';
      import { ApprovalScreen } from './ApprovalScreen';
      let token = new URLSearchParams(location.search).get('token');
      const signIn = async () => { token = ${JSON.stringify(token)}; };
      createRoot(document.body.appendChild(document.createElement('div'))).render(
        <ApprovalScreen accessToken={async () => token} signIn={signIn} />,
      );`,
    );
    const output = await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"development"' },
      resolve: { alias: Object.fromEntries(modules) },
      build: { write: false, lib: { entry: join(folder, 'main.tsx'), name: 'screen', formats: ['iife'] } },
    });
    const [chunk] = [output].flat().flatMap((built) => ('output' in built ? built.output : []));
    served.set('/screen.js', chunk?.type === 'chunk' ? chunk.code : '');
    browsers = await openBrowsers();
  });
  afterAll(() => browsers?.close());

  const button = (name: string) => phone.getByRole('button', { name, exact: true });

  async function open(accessToken = token): Promise<void> {
    phone = await browsers.phone.newPage();
    await phone.goto(`${pageUrl}/?token=${accessToken}`);
    await button('Use the camera').click();
  }

  it('is strictly typed', async () => {
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      strict: true,
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: true,
      noImplicitReturns: true,
      noUnusedLocals: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      paths: Object.fromEntries(modules.map(([name, path]) => [name, [path]])),
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.tsx'] }));
    const { stdout } = await run(join(strangersPrograms, 'tsc'), ['-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });

  it('scans, shows who is asking, and approves', async () => {
    const qrcodeId = await newCode();
    await open();
    await phone.getByLabel('camera').fill(textOf(qrcodeId));
    await phone.getByRole('heading', { name: 'Sign in to Demo web site?' }).waitFor();
    await phone.getByText('Decline if you did not start this.').waitFor();
    await phone.getByText(/Asked \d+ seconds ago/).waitFor();
    await button('Confirm').click();
    await phone.getByRole('heading', { name: 'Signed in on the web site' }).waitFor();
    expect(await statusOf(qrcodeId)).toBe('AUTHORIZED');
    await button('Scan another').click();
    await phone.getByLabel('camera').waitFor();
  });

  it('opened by a link asks one question more, and declines', async () => {
    const qrcodeId = await newCode();
    await open();
    const link = `${product.url}/q/${qrcodeId}`;
    await phone.evaluate((detail) => window.dispatchEvent(new CustomEvent('url', { detail })), link);
    await phone.getByText('You came by a link.').waitFor();
    await button('Decline').click();
    await phone.getByRole('heading', { name: 'Declined' }).waitFor();
    expect(await statusOf(qrcodeId)).toBe('CANCELLED');
  });

  it('lets a person sign in first, and asks then', async () => {
    const qrcodeId = await newCode();
    await open('ended');
    await phone.getByLabel('camera').fill(textOf(qrcodeId));
    await phone.getByText('You are not signed in any more.').waitFor();
    await button('Sign in').click();
    await phone.getByRole('heading', { name: 'Sign in to Demo web site?' }).waitFor();
  });
});
