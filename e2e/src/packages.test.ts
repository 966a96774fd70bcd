import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from './support/product.ts';

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
      import { geneQrCode } from '@passbeam/sdk/qr';
      import { PassbeamQrElement } from '@passbeam/widget';
      import * as defined from '@passbeam/widget/define';
      const { secret } = await createPollSecret();
      const client = new AuthenticationClient({ host: '${product.url}', appId: 'nobody', tokenEndpointAuthMethod: 'none' });
      const { code } = await client.geneQrCode().catch((error) => error);
      console.log(secret.length, code, typeof geneQrCode, defined.PassbeamQrElement === PassbeamQrElement);`;
    await writeFile(join(project, 'program.mjs'), program);
    const { stdout } = await run(node, ['program.mjs'], { cwd: project });
    expect(stdout.trim()).toBe('43 app_not_found function true');
  });

  it('load as CommonJS', async () => {
    const program = `
      const { AuthenticationClient, createPollSecret, ApiError } = require('@passbeam/sdk');
      const { geneQrCode } = require('@passbeam/sdk/qr');
      const { PassbeamQrElement } = require('@passbeam/widget');
      const defined = require('@passbeam/widget/define');
      createPollSecret().then(async ({ secret }) => {
        const error = await geneQrCode({ host: '${product.url}', appId: 'nobody' }).catch((error) => error);
        console.log(secret.length, error.code, error instanceof ApiError, defined.PassbeamQrElement === PassbeamQrElement);
      });`;
    await writeFile(join(project, 'program.cjs'), program);
    const { stdout } = await run(node, ['program.cjs'], { cwd: project });
    expect(stdout.trim()).toBe('43 app_not_found true true');
  });
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
export { id, streamQrCodeStatus };
`;
