import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { Approval, ApprovalFetch, createApproval } from '@passbeam/sdk';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phoneToken } from './support/phone-api.ts';
import { type Product, phoneApplication, siteApplication, startProduct } from './support/product.ts';

/** Installs the packages as a developer does: from the running server, into an empty project, without a registry. */

const run = promisify(execFile);
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

let product: Product;
let project: string;

beforeAll(async () => {
  product = await startProduct({ direct: true, environment: { DEMO: 'off' } });
  project = await mkdtemp(join(tmpdir(), 'passbeam-outside-'));
  await writeFile(join(project, 'package.json'), '{ "name": "outside", "private": true }');
  const addresses = ['/sdk/passbeam-sdk.tgz', '/widget/passbeam-widget.tgz'].map((path) => product.url + path);
  const quietly = ['--no-audit', '--no-fund', '--registry=http://127.0.0.1:9'];
  await run('npm', ['install', ...quietly, ...addresses], { cwd: project });
});
afterAll(async () => {
  await product?.stop();
  if (project) await rm(project, { recursive: true, force: true });
});

it('are served from memory, and answered with 304 when the caller has them', async () => {
  for (const path of ['/sdk/passbeam-sdk.tgz', '/widget/passbeam-widget.tgz']) {
    const reply = await fetch(product.url + path);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/gzip']);
    const etag = reply.headers.get('etag') ?? '';
    expect((await fetch(product.url + path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  }
});

/** Two Node.js: the one that runs this test, and the machine's own, which may be older. */
describe.each([
  ['the pinned Node.js', process.execPath],
  ['the machine’s', 'node'],
])('on %s', (_whose, node) => {
  it('load as ES modules', async () => {
    const program = `
      import { AuthenticationClient, createPollSecret } from '@passbeam/sdk';
      import { createApproval } from '@passbeam/sdk/approval';
      import { geneQrCode } from '@passbeam/sdk/qr';
      import { PassbeamQrElement } from '@passbeam/widget';
      import * as defined from '@passbeam/widget/define';
      const { secret } = await createPollSecret();
      const client = new AuthenticationClient({ host: '${product.url}', appId: 'nobody', tokenEndpointAuthMethod: 'none' });
      const { code } = await client.geneQrCode().catch((error) => error);
      console.log(secret.length, code, typeof geneQrCode, typeof createApproval, defined.PassbeamQrElement === PassbeamQrElement);`;
    await writeFile(join(project, 'program.mjs'), program);
    const { stdout } = await run(node, ['program.mjs'], { cwd: project });
    expect(stdout.trim()).toBe('43 app_not_found function function true');
  });

  it('load as CommonJS', async () => {
    const program = `
      const { AuthenticationClient, createPollSecret, ApiError } = require('@passbeam/sdk');
      const { createApproval } = require('@passbeam/sdk/approval');
      const { geneQrCode } = require('@passbeam/sdk/qr');
      const { PassbeamQrElement } = require('@passbeam/widget');
      const defined = require('@passbeam/widget/define');
      createPollSecret().then(async ({ secret }) => {
        const error = await geneQrCode({ host: '${product.url}', appId: 'nobody' }).catch((error) => error);
        console.log(secret.length, error.code, error instanceof ApiError, typeof createApproval, defined.PassbeamQrElement === PassbeamQrElement);
      });`;
    await writeFile(join(project, 'program.cjs'), program);
    const { stdout } = await run(node, ['program.cjs'], { cwd: project });
    expect(stdout.trim()).toBe('43 app_not_found true function true');
  });
});

describe('the phone side, bundled for a runtime that is neither a browser nor Node.js,', () => {
  let bundle: string;

  beforeAll(async () => {
    const entry = join(project, 'node_modules/@passbeam/sdk/approval/approval.js');
    const lib = { entry, name: 'passbeam', formats: ['iife' as const], fileName: 'approval' };
    const output = await build({ root: project, configFile: false, logLevel: 'error', build: { lib, write: false } });
    const [chunk] = [output].flat().flatMap((built) => ('output' in built ? built.output : []));
    bundle = chunk?.type === 'chunk' ? chunk.code : '';
  });

  it('is small', () => {
    const [bytes, zipped] = [Buffer.byteLength(bundle), gzipSync(bundle).length];
    expect(bytes).toBeGreaterThan(5_000);
    expect({ bytes, zipped }, `${bytes} bytes, ${zipped} zipped`).toSatisfy(() => bytes < 24_000 && zipped < 9_000);
  });

  it('names nothing of browsers or of Node.js', () => {
    const foreign =
      /\b(window|document|navigator|location|localStorage|sessionStorage|XMLHttpRequest|performance|crypto|process|Buffer|require|URL)\b(?=[.([])/g;
    expect(bundle.match(foreign)).toBeNull();
  });

  it('approves a code where there is nothing but the language, timers, and a request that is handed in', async () => {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
    const world = createContext({ setTimeout, clearTimeout, setInterval, clearInterval });
    runInContext(bundle, world);
    const { createApproval: create } = runInContext('passbeam', world) as { createApproval: typeof createApproval };
    const request: ApprovalFetch = async (url, init) => {
      const reply = await fetch(url, init);
      const text = await reply.text();
      return { status: reply.status, headers: { get: (name) => reply.headers.get(name) }, text: async () => text };
    };
    const token = await phoneToken(product);
    const approval = create({
      host: product.url,
      appId: phoneApplication.id,
      accessToken: () => token,
      fetch: request,
    });
    const { qrcodeId } = await siteCall('gene-qrcode', { type: 'MOBILE_APP' });
    expect(approval.scan(JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId }))).toBe(true);
    await stepOf(approval, 'consent');
    approval.approve();
    await stepOf(approval, 'outcome');
    expect(approval.getState()).toMatchObject({ outcome: 'approved' });
    expect((await siteCall(`get-qrcode-status?qrcodeId=${qrcodeId}`)).status).toBe('AUTHORIZED');
  });

  function stepOf(approval: Approval, step: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => approval.getState().step === step && resolve();
      approval.subscribe(look);
      look();
    });
  }

  async function siteCall(path: string, body?: object): Promise<{ qrcodeId: string; status: string }> {
    const headers = { 'content-type': 'application/json', 'x-authing-app-id': siteApplication.id };
    const sent = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await fetch(`${product.url}/api/v3/${path}`, sent)).json()).data;
  }
});

describe('in strict TypeScript', () => {
  it.each([
    ['node16', 'node16', 'module'],
    ['node16', 'node16', 'commonjs'],
    ['nodenext', 'nodenext', 'module'],
    ['nodenext', 'nodenext', 'commonjs'],
    ['esnext', 'bundler', 'module'],
  ])('have their types: module %s, resolution %s, %s', async (module, moduleResolution, type) => {
    const folder = join(project, `${module}-${type}`);
    await mkdir(folder);
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    await writeFile(join(folder, 'program.ts'), typedProgram);
    const { stdout } = await run(compiler, ['-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });
});

const typedProgram = `
import { AuthenticationClient, type TokenSetDto } from '@passbeam/sdk';
import { type ApprovalState, createApproval } from '@passbeam/sdk/approval';
import { streamQrCodeStatus } from '@passbeam/sdk/qr';
import { PassbeamQrElement, type PassbeamQrEventMap } from '@passbeam/widget';
import '@passbeam/widget/define';

export async function logIn(client: AuthenticationClient, told: PassbeamQrEventMap['authorized']['detail']): Promise<TokenSetDto> {
  const { qrcodeId, ticket, pollSecret } = told;
  if (ticket === undefined) throw new Error('no ticket');
  return client.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId, ...(pollSecret !== undefined && { pollSecret }) });
}

const widget = document.createElement('passbeam-qr');
widget.appId = '0123456789abcdef01234567';
widget.customData = { from: 'desk' };
widget.size = 200;
widget.addEventListener('created', ({ detail }) => detail.qrcodeId.length);
widget.addEventListener('trouble', ({ detail: { code, willRetry } }) => console.log(code, willRetry));
const id: string | null = widget.qrcodeId;
// @ts-expect-error status can only be read
widget.status = 'pending';
// @ts-expect-error there is no blue theme
widget.theme = 'blue';
export class Own extends PassbeamQrElement {}
const approval = createApproval({ host: 'https://login.example.test', appId: 'app', accessToken: async () => null, fetch });
const siteOf = (state: ApprovalState): string => (state.step === 'consent' ? state.consent.applicationName : '');
export { approval, id, siteOf, streamQrCodeStatus };
`;
