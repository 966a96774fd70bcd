import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sdkVersion } from '../src/version.ts';
import { buildSdk } from './build.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../../..');

let project: string;
let built: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'passbeam-sdk-'));
  built = join(project, 'node_modules/@passbeam/sdk');
  await mkdir(built, { recursive: true });
  await buildSdk(built);
}, 60_000);

afterAll(() => rm(project, { recursive: true, force: true }));

/** A program outside this repository, which has the built package and nothing else of ours. */
const program = `
import { ApiError, AuthenticationClient, createPollSecret, type TokenSetDto } from '@passbeam/sdk';
import { type Approval, createApproval } from '@passbeam/sdk/approval';
import { geneQrCode } from '@passbeam/sdk/qr';
const client = new AuthenticationClient({ host: 'https://login.example.test', appId: 'app', tokenEndpointAuthMethod: 'none' });
export async function login(ticket: string): Promise<TokenSetDto> {
  const tokens = await client.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId: 'q' });
  const expiresIn: number = tokens.expires_in;
  const { status } = await client.getQrCodeStatus({ qrcodeId: 'q' });
  if (status === 'SCANNED' && expiresIn > 0) return tokens;
  // @ts-expect-error the protocol has no status LOST
  if (status === 'LOST') return tokens;
  // @ts-expect-error SCANNED is a status, not an action
  await client.setQrCodeStatus({ qrcodeId: 'q', action: 'SCANNED' });
  return tokens;
}
export const wrong = (error: unknown) => error instanceof ApiError && error.code === 'ticket_invalid';
const approval: Approval = createApproval({ host: 'https://login.example.test', appId: 'app', accessToken: () => 'token' });
export function heading(): string {
  const state = approval.getState();
  // @ts-expect-error only an outcome has a heading of its own here
  if (state.step === 'checking') return state.heading;
  if (state.step !== 'consent') return '';
  // @ts-expect-error snapshots are read-only
  state.secondsLeft = 0;
  return state.consent.applicationName;
}
export { createPollSecret, geneQrCode };
`;

it.each([
  ['NodeNext', 'NodeNext'],
  ['ESNext', 'Bundler'],
])('type-checks in a project of its own, module %s', async (module, moduleResolution) => {
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    module,
    moduleResolution,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  await writeFile(join(project, 'program.ts'), program);
  await writeFile(join(project, 'package.json'), '{"type":"module"}');
  const { stdout } = await run(join(repository, 'node_modules/.bin/tsc'), ['-p', project]).catch((error) => error);
  expect(stdout).toBe('');
});

it('loads in Node by its own name', async () => {
  const script = `import { createPollSecret, ManagementClient } from '@passbeam/sdk'; import { geneQrCode } from '@passbeam/sdk/qr';
    console.log(typeof ManagementClient, typeof geneQrCode, (await createPollSecret()).secret.length)`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
  expect(stdout.trim()).toBe('function function 43');
});

it('imports nothing but its own files, and node:crypto in the entry for Node', async () => {
  const files = (await readdir(built, { recursive: true })).filter(
    (name) => /\.(js|ts)$/.test(name) && !/^cjs/.test(name),
  );
  for (const file of files) {
    const text = await readFile(join(built, file), 'utf8');
    const imports = [...text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)].map(([, specifier]) => specifier);
    const allowed = file === 'node.js' ? /^(\.\/[\w-]+\.js|node:crypto)$/ : /^\.\.?\/([\w-]+\/)?[\w-]+\.js$/;
    for (const specifier of imports) expect(specifier, file).toMatch(allowed);
  }
  expect(files.filter((name) => name.includes('test'))).toEqual([]);
});

it('sends the version of its package.json in its headers', async () => {
  const { version } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'));
  expect(sdkVersion).toBe(`passbeam-sdk:${version}`);
});
