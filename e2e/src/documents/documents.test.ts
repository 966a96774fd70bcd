import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@passbeam/workshop/free-port';
import { startPassbeam } from '@passbeam/workshop/passbeam';
import { isPostgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import { Ajv } from 'ajv';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { type Browsers, openBrowsers } from '../support/browser.ts';
import { phoneToken, signInPhone } from '../support/phone-api.ts';
import {
  type Product,
  phoneApplication,
  siteApplication,
  startProduct,
  userPoolId,
  userPoolSecret,
} from '../support/product.ts';
import { installPackages, strangersFolder, strangersPrograms } from '../support/stranger.ts';
import { type Block, blocksOf, root } from './blocks.ts';
import { api, programs, type World } from './programs.ts';
import { namesWithoutThing, reasonNotRun } from './shell.ts';

/** Runs every block of code that a reader may copy, or checks it as far as this machine can. */

const run = promisify(execFile);
const { stdout } = await run('git', ['ls-files', '*.md'], { cwd: root });
/** The documents for users; the others are records for people who change the code. */
const documents = stdout
  .trim()
  .split('\n')
  .filter((path) =>
    /^(README|CONTRIBUTING|SECURITY)\.md$|^docs\/(guide|recipes|reference)\/|^(packages|deploy)\/.*README\.md$/.test(
      path,
    ),
  );
const blocks = (await Promise.all(documents.map(blocksOf))).flat();
const of = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const place = ({ document, line }: Block) => `${document}:${line}`;
const named = (list: Block[]) => list.map((block) => [place(block), block] as const);
const folderOf = (document: string) => join(strangersFolder, 'dist', 'documents', dirname(document));

let product: Product;
let browsers: Browsers;
let siteUrl: string;
let world: Omit<World, 'folder'>;
let dataFolder: string;

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'passbeam-documents-'));
  siteUrl = `http://localhost:${await freePort()}`;
  [product, browsers] = await Promise.all([
    startProduct({ direct: true, allowedOrigins: [siteUrl], environment: { DEMO: 'off', DATA_DIR: dataFolder } }),
    openBrowsers(),
    installPackages(),
    rm(join(strangersFolder, 'dist', 'documents'), { recursive: true, force: true }),
  ]);
  const phone = await signInPhone(product);
  world = {
    product,
    phone,
    async confirm(qrcodeId) {
      await phone.scan(qrcodeId);
      await phone.confirm(qrcodeId);
    },
  };
  Object.assign(process.env, { APP_SECRET: siteApplication.secret, USER_POOL_SECRET: userPoolSecret });
  for (const block of of('ts', 'sh')) {
    if (block.file === null) continue;
    await mkdir(folderOf(block.document), { recursive: true });
    await writeFile(join(folderOf(block.document), block.file), filledIn(block.text));
  }
});
afterAll(async () => {
  await browsers?.close();
  await product?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

const filledIn = (text: string) =>
  text
    .replaceAll('https://login.example.com', product.url)
    .replaceAll('YOUR_PHONE_APP_ID', phoneApplication.id)
    .replaceAll('YOUR_APP_ID', siteApplication.id)
    .replaceAll('YOUR_USER_POOL_ID', userPoolId);

it('every block has a language that a test below runs or checks', () => {
  const languages = 'html ts tsx sh yaml sql css text swift kotlin dart go json ini nginx csv';
  const known = languages.split(' ');
  expect(blocks.filter(({ language }) => !known.includes(language)).map(place)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(20);
});

describe('blocks of TypeScript', () => {
  it('are strictly typed against the packages as users install them', async () => {
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noImplicitReturns: true,
      noUnusedLocals: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    };
    const folder = join(strangersFolder, 'dist', 'documents');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['**/*.ts'] }));
    const { stdout } = await run(join(strangersPrograms, 'tsc'), ['-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });

  /** Blocks that run elsewhere: in `readme.test.ts`, `openid-guide.test.ts` and `own-tokens-guide.test.ts`, or in a browser below. */
  const elsewhere = [
    ...['README.md server.ts', 'README.md app.ts', 'packages/widget/README.md late.ts'],
    ...['cli.ts', 'express.ts', 'authjs.ts', 'passport.ts', 'page.ts'].map((file) => `docs/guide/openid.md ${file}`),
    ...['token.ts', 'try.ts', 'who.ts', 'ask.ts', 'who-is-this.ts'].map((file) => `docs/guide/own-tokens.md ${file}`),
  ];
  const here = of('ts').filter(({ document, file }) => !elsewhere.includes(`${document} ${file}`));

  it.each(named(here))('%s runs', async (_, { document, file }) => {
    const program = programs[`${document} ${file}`];
    if (!program)
      throw new Error(`nothing runs ${file}: name it in its first line, and tell in programs.ts how it is run`);
    await program({ ...world, folder: folderOf(document) });
  });
});

describe('blocks for pages', () => {
  it('html is the page that the README journey logs in by', async () => {
    const pages = of('html').map(({ text }) => text);
    expect(pages.length).toBeGreaterThan(0);
    expect(new Set(pages).size).toBe(1);
  });

  it.each(named(of('css')))('%s is CSS of which the browser accepts each rule', async (_, { text }) => {
    const page = await pageWith('<passbeam-qr></passbeam-qr>');
    await page.addStyleTag({ content: text });
    const rules = await page.evaluate(() =>
      [...(document.styleSheets[0]?.cssRules ?? [])].map((rule) => (rule as CSSStyleRule).style.length),
    );
    expect(rules).toHaveLength(text.split('{').length - 1);
    expect(rules).not.toContain(0);
  });

  it('late.ts of the widget reports a code that was shown before it listened', async () => {
    const late = of('ts').find(({ file }) => file === 'late.ts');
    const page = await pageWith(`<script type="module" src="${product.url}/widget/passbeam-qr.js"></script>
      <passbeam-qr host="${product.url}" app-id="${siteApplication.id}"></passbeam-qr>`);
    await page.waitForFunction(() => document.querySelector('passbeam-qr:state(pending)') !== null);
    const told = page.waitForEvent('console', (message) => message.text().startsWith('the code on this page'));
    await page.addScriptTag({ type: 'module', content: stripTypeScriptTypes(late?.text ?? '') });
    const qrcodeId = await page.evaluate(
      () => (document.querySelector('passbeam-qr') as unknown as { qrcodeId: string }).qrcodeId,
    );
    expect((await told).text()).toBe(`the code on this page ${qrcodeId}`);
  });

  it('the content security policy of the widget lets it show a code, and blocks nothing', async () => {
    const [policy] = of('text').filter(({ document }) => document === 'packages/widget/README.md');
    const page = await pageWith(
      `<script type="module" src="/passbeam-qr.js"></script>
      <passbeam-qr host="${product.url}" app-id="${siteApplication.id}"></passbeam-qr>`,
      { 'content-security-policy': `default-src 'none'; ${filledIn(policy?.text ?? '').trim()}` },
    );
    const refused: string[] = [];
    page.on('console', (message) => message.text().includes('Content Security Policy') && refused.push(message.text()));
    await page.waitForFunction(() => document.querySelector('passbeam-qr:state(pending)') !== null);
    expect(refused).toEqual([]);
  });

  /** Opens a page from a real server: Chromium treats a reply made up by a test as a page of the internet, which may not call this machine. */
  async function pageWith(body: string, headers: Record<string, string> = {}) {
    const script = readFileSync(join(root, 'packages/widget/dist/passbeam-qr.js'));
    const server = createServer((request, response) => {
      if (request.url?.endsWith('.js')) return response.setHeader('content-type', 'text/javascript').end(script);
      response.writeHead(200, { 'content-type': 'text/html', ...headers });
      return response.end(`<!doctype html><title>page</title>${body}`);
    }).listen(Number(new URL(siteUrl).port));
    onTestFinished(() => void server.close());
    const page = await browsers.desk.newPage();
    onTestFinished(() => page.close());
    await page.goto(siteUrl);
    return page;
  }
});

it('npm start prints what README.md says it prints', async () => {
  const [printed] = of('text').filter(({ document }) => document === 'README.md');
  const labels = (printed?.text ?? '').split('\n').map((line) => line.trim().split(/\s{2,}|http/)[0] ?? '');
  const said = labels.filter((label) => /^\w/.test(label));
  expect(said.length).toBeGreaterThan(5);
  const fresh = await startProduct({ isNew: true });
  try {
    for (const label of said) expect(fresh.output()).toContain(label);
  } finally {
    await fresh.stop();
  }
});

describe('blocks of YAML', () => {
  // deploy/compose.test.ts reads what is for compose.
  const here = of('yaml').filter(({ text }) => !text.startsWith('# compose.'));
  it.each(named(here))('%s is read by the server, or by the chart', async (_, { text, document }) => {
    if (document.startsWith('deploy/helm/')) {
      const schema = JSON.parse(readFileSync(join(root, 'deploy/helm/passbeam/values.schema.json'), 'utf8'));
      const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
      const values = parse(readFileSync(join(root, 'deploy/helm/passbeam/values.yaml'), 'utf8'));
      validate({ ...values, publicUrl: 'https://login.example.com', ...parse(text) });
      const about = (validate.errors ?? []).filter(({ instancePath }) => instancePath.startsWith('/extra'));
      expect(about).toEqual([]);
      expect(Object.keys(parse(text)).filter((key) => !Object.hasOwn(values, key))).toEqual([]);
      return;
    }
    // Fills in what readers put in themselves: ids, and secrets of their own.
    const own = text
      .replaceAll('change-me', '5f2b8c1e9d3a4f7061b2c3d4e5f60718')
      .replace(/YOUR_(USER_POOL|APP|ACCESS_KEY|INTROSPECTION|CALLBACK)_SECRET/g, 'a-secret-of-the-reader-0123456789')
      .replaceAll('YOUR_USER_POOL_ID', userPoolId)
      .replaceAll('YOUR_APP_ID', siteApplication.id);
    expect(parse(own).userPools).toHaveLength(1);
    const server = await startPassbeam({ configuration: own, environment: { LOG_LEVEL: 'warn' } });
    await server.remove();
  });
});

describe.skipIf(isPostgresMissing())('blocks of SQL', () => {
  it.each(named(of('sql')))('%s is accepted by PostgreSQL', async (_, { text }) => {
    const server = await startPostgres();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    // Statements to run before an upgrade need the server's tables.
    const indexes = [...text.matchAll(/create index concurrently (\w+)/g)].map(([, name]) => name);
    if (indexes.length > 0) {
      const passbeam = await startPassbeam({
        environment: { DATABASE_URL: server.url, SECRET_KEY: randomBytes(32).toString('hex') },
      });
      await passbeam.remove();
      for (const name of indexes) await client.query(`drop index ${name}`);
    }
    try {
      for (const statement of text
        .replaceAll('passbeam', 'reader')
        .split(';')
        .filter((each) => each.trim()))
        await client.query(statement);
    } finally {
      await client.end();
      await server.stop();
    }
  });
});

describe('blocks for a shell', () => {
  it.each(named(of('sh')))(
    '%s has the syntax of sh, and names only scripts, files and services that exist',
    async (_, { text }) => {
      const { stderr } = await run('sh', ['-n', '-c', text]).catch((error) => error);
      expect(stderr).toBe('');
      expect(namesWithoutThing(text)).toEqual([]);
    },
  );

  // operate-guide.test.ts runs those of the operators' guide, each beside a server that has what it is about.
  const here = of('sh').filter(({ document }) => document !== 'docs/guide/operate.md');
  it.each(named(here))('%s runs, except for lines with a reason in shell.ts', async (_, block) => {
    const { text, file, document } = block;
    const folder = join(strangersFolder, 'dist', 'shell');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const env = { ...process.env, DATA_DIR: dataFolder, npm_config_audit: 'false', npm_config_fund: 'false' };
    if (file === 'phone.sh') {
      const { qrcodeId } = await api({ ...world, folder }, 'gene-qrcode', { type: 'MOBILE_APP' });
      const about = { ...env, ACCESS_TOKEN: await phoneToken(product), QRCODE_ID: qrcodeId };
      const { stdout } = await run('sh', ['-eu', join(folderOf(document), file)], { env: about });
      expect(stdout).toContain('"consent"');
      expect((await api({ ...world, folder }, `get-qrcode-status?qrcodeId=${qrcodeId}`)).status).toBe('AUTHORIZED');
      return;
    }
    if (file === 'settings.sh') {
      const path = join(folderOf(document), file);
      const { stdout } = await run('sh', [
        '-euc',
        `. ${path}; echo "$PASSBEAM_URL $APP_ID $APP_SECRET $SESSION_SECRET"`,
      ]);
      expect(stdout.trim().split(' ')).toHaveLength(4);
      return;
    }
    for (const line of commandsOf(text)) {
      if (reasonNotRun(line) !== null) continue;
      if (/^npm (init|install)\b/.test(line)) {
        if (line.startsWith('npm install') && !existsSync(join(folder, 'package.json'))) {
          await writeFile(join(folder, 'package.json'), '{ "private": true }');
        }
        await run('sh', ['-c', filledIn(line)], { cwd: folder, env });
        continue;
      }
      // These commands run in a copy, so that what they write stays out of the repository.
      if (line.startsWith('deploy/')) await cp(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });
      await run('sh', ['-c', line], { cwd: line.startsWith('deploy/') ? folder : root, env });
    }
  });
});

/** The commands of a block, one for each line, with continued lines joined and comments left out. */
const commandsOf = (text: string) =>
  text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/**
 * There are no compilers for Swift and Dart here, and perhaps none for Kotlin. So the test reads the request from the program's text,
 * and sends it. `phone-guide.test.ts` runs what can be run.
 */
describe('the phone’s request', () => {
  /** A name and a value, in the order of the language; the value is a text or `accessToken`. */
  const headersIn: Record<string, (text: string) => [name: string, value: string][]> = {
    swift: (text) =>
      [...text.matchAll(/setValue\((.+?), forHTTPHeaderField: "([\w-]+)"\)/g)].map(([, value = '', name = '']) => [
        name,
        value,
      ]),
    kotlin: (text) =>
      [...text.matchAll(/setRequestProperty\("([\w-]+)", (.+?)\)/g)].map(([, name = '', value = '']) => [name, value]),
    dart: (text) =>
      [...text.matchAll(/^ *'([\w-]+)': ('.+?'|accessToken),$/gm)].map(([, name = '', value = '']) => [name, value]),
  };

  it.each(named(of(...Object.keys(headersIn))))('%s is one that the server accepts', async (_, { language, text }) => {
    const own = filledIn(text);
    const token = await phoneToken(product);
    const headers = Object.fromEntries(
      (headersIn[language]?.(own) ?? []).map(([name, value]) => [
        name,
        value === 'accessToken' ? token : value.slice(1, -1),
      ]),
    );
    expect(Object.keys(headers)).toHaveLength(4);
    const url = /["'](http[^"']+\/api\/[^"']+)["']/.exec(own)?.[1] ?? '';
    expect(text).toMatch(/(httpMethod|requestMethod) = "POST"|\.post\(/);
    const [, idField = '', actionField = ''] =
      /["'](\w+)["'](?:: | to )qrcodeId, ["'](\w+)["'](?:: | to )action/.exec(text) ?? [];
    const { qrcodeId } = await api({ ...world, folder: '' }, 'gene-qrcode', { type: 'MOBILE_APP' });
    for (const action of ['SCAN', 'CONFIRM']) {
      const body = JSON.stringify({ [idField]: qrcodeId, [actionField]: action });
      expect(await (await fetch(url, { method: 'POST', headers, body })).json()).toMatchObject({
        statusCode: 200,
        data: {},
      });
    }
  });
});

it('the sample of a log line has the fields of a real one', async () => {
  const [sample] = of('json').filter(({ document }) => document === 'docs/guide/observe.md');
  const { qrcodeId } = await api({ ...world, folder: '' }, 'gene-qrcode', { type: 'MOBILE_APP' });
  const phone = { 'x-authing-app-id': phoneApplication.id, authorization: await phoneToken(product) };
  await api({ ...world, folder: '' }, 'set-qrcode-status', { qrcodeId, action: 'SCAN' }, phone);
  // The server writes the line after the reply.
  const real = await vi.waitFor(() => {
    const [line] = /^{.*"route":"\/api\/v3\/set-qrcode-status".*$/m.exec(product.output()) ?? [];
    if (line === undefined) throw new Error('there is no line about the scan');
    return JSON.parse(line);
  });
  const said = JSON.parse(sample?.text ?? '{}');
  expect(Object.keys(said)).toEqual(Object.keys(real));
  for (const { code } of [real, said]) expect(code).toMatch(/^[\w-]{16}$/);
});

it('every file and heading that a document links to exists', () => {
  const missing: string[] = [];
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8');
    for (const [, file = '', heading] of text.matchAll(/\]\(([^)\s#]*)(?:#([^)]*))?\)/g)) {
      if (/^https?:/.test(file)) continue;
      const target = file === '' ? join(root, document) : join(root, dirname(document), file);
      const isThere = existsSync(target) && (heading === undefined || headingsOf(target).includes(heading));
      if (!isThere) missing.push(`${document}: ${file}#${heading ?? ''}`);
    }
  }
  expect(missing).toEqual([]);
});

/** The headings as links name them: in lower case, without punctuation, with hyphens for spaces. */
function headingsOf(path: string): string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
