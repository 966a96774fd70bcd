import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import tls from 'node:tls';
import { AuthenticationClient, parseDeviceLink } from '@passbeam/sdk';
import { isApacheMissing, startApache } from '@passbeam/workshop/apache';
import { freePort } from '@passbeam/workshop/free-port';
import { type Passbeam, startPassbeam } from '@passbeam/workshop/passbeam';
import { type Program, startProgram } from '@passbeam/workshop/program';
import { openWindowlessBrowser } from '@passbeam/workshop/windowless-browser';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { openBrowsers } from '../support/browser.ts';
import { alice } from '../support/product.ts';
import { strangersFolder } from '../support/stranger.ts';
import { openTlsFront, type TlsFront } from '../support/tls-front.ts';
import { blockNamed, blocksOf, root } from './blocks.ts';

/**
 * The programs of docs/guide/openid.md, against a server with the configuration of the guide, over TLS as in earnest. Of the products it names,
 * Apache alone is in Debian; Grafana, GitLab, Nextcloud, oauth2-proxy, Keycloak and Spring are in neither Debian 12 nor npm, and are not run.
 */

const guide = 'docs/guide/openid.md';
const secret = 'a-secret-of-the-reader-0123456789';
const email = 'alice@example.com';

let programs: string;
let server: Passbeam;
let front: TlsFront;
/** Where people and programs find the server, and the site of the guide. */
let login: string;
let site: string;
let sitePort: number;

beforeAll(async () => {
  programs = join(strangersFolder, 'dist', 'openid-guide');
  await mkdir(programs, { recursive: true });
  const backendPort = await freePort();
  front = await openTlsFront({ localhost: backendPort });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), front.certificate]);
  login = `https://localhost:${front.port}`;
  sitePort = await freePort();
  site = `http://localhost:${sitePort}`;

  const [text] = (await blocksOf(guide)).filter(({ language }) => language === 'yaml');
  const configuration = parse(filledIn(text?.text ?? ''));
  const phone = { id: 'phone', name: 'Phone', tokenEndpointAuthMethod: 'none' };
  configuration.userPools[0].applications.push(phone);
  const { kind, redirectUris, tokenEndpointAuthMethod } = configuration.userPools[0].applications[0];
  const apache = {
    id: 'apache',
    name: 'Apache',
    secret,
    kind,
    tokenEndpointAuthMethod,
    redirectUris: [...redirectUris],
    backchannelLogoutUri: `${site}/callback?logout=backchannel`,
  };
  configuration.userPools[0].applications.push(apache);
  configuration.userPools[0].applications[0].redirectUris.push(`${site}/auth/callback/passbeam`);
  configuration.userPools[0].users = [{ ...alice, name: 'Alice Liddell', email }];
  const environment = {
    PUBLIC_URL: login,
    PORT: String(backendPort),
    DEMO: 'off',
    LOG_LEVEL: 'error',
    OUTBOUND_ALLOW: 'localhost',
  };
  server = await startPassbeam({ configuration, environment });
}, 60_000);
afterAll(async () => {
  front?.close();
  await server?.remove();
});

const filledIn = (text: string) =>
  text
    .replaceAll('https://login.example.com', login)
    .replaceAll('https://www.example.com', site)
    .replaceAll('YOUR_USER_POOL_ID', 'the-pool-of-the-guide')
    .replace(/YOUR_(USER_POOL|APP)_SECRET/g, secret);

/** Starts a program of the guide as its reader does. */
async function start(file: string): Promise<Program> {
  const path = join(programs, file);
  await writeFile(path, filledIn(await blockNamed(guide, file)));
  const env = {
    PATH: process.env.PATH,
    PORT: String(sitePort),
    APP_SECRET: secret,
    AUTH_SECRET: 'a-secret-for-the-cookies-of-the-site-0123',
    SESSION_SECRET: 'a-secret-for-the-cookies-of-the-site-0123',
    NODE_EXTRA_CA_CERTS: front.certificateFile,
  };
  const program = startProgram(file, [process.execPath, path], { env });
  onTestFinished(async () => void (await program.stop()));
  return program;
}

/** Go as Debian has it, with the packages it brings: no module is fetched from anywhere. */
const goPath = '/usr/share/gocode';
const noGo = existsSync(join(goPath, 'src/golang.org/x/oauth2'))
  ? null
  : 'golang.org/x/oauth2 was not found: install it (Debian: apt-get install golang-go golang-golang-x-oauth2-dev)';
if (noGo !== null) console.log(`SKIPPED: ${noGo}`);

/** Builds the Go program of the guide and starts it. */
async function startGo(): Promise<Program> {
  const folder = join(programs, 'go');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'main.go'), filledIn(await blockNamed(guide, 'main.go')));
  const built = { GO111MODULE: 'off', GOPATH: goPath, GOFLAGS: '', GOCACHE: join(root, '.cache/go-build') };
  const command: [string, ...string[]] = ['go', 'build', '-o', 'site', 'main.go'];
  await startProgram('go', command, { cwd: folder, env: { ...process.env, ...built } }).untilDone();
  const env = { PORT: String(sitePort), APP_SECRET: secret, SSL_CERT_FILE: front.certificateFile };
  const program = startProgram('main.go', [join(folder, 'site')], { env });
  onTestFinished(async () => void (await program.stop()));
  return program;
}

/** The site of the guide, as soon as it listens. */
async function startSite(file: string): Promise<void> {
  const program = await (file === 'main.go' ? startGo() : start(file));
  const isUp = () => fetch(site, { redirect: 'manual' }).then(Boolean, () => !program.isRunning());
  await expect.poll(isUp, { timeout: 20_000 }).toBe(true);
  if (!program.isRunning()) throw new Error(program.lines.join('\n'));
}

describe('a person logs in to', () => {
  it.each([
    ['openid-client', 'express.ts'],
    ['passport-openidconnect', 'passport.ts'],
  ])('a program with %s', { timeout: 60_000 }, async (_, file) => {
    await startSite(file);
    await logsIn();
  });

  it.skipIf(noGo !== null)('a program in Go with golang.org/x/oauth2', { timeout: 120_000 }, async () => {
    await startSite('main.go');
    await logsIn();
    // Nobody comes in with the answer to another login.
    const stolen = await fetch(`${site}/callback?code=ac_x&state=y`, { headers: { cookie: 'state=x; verifier=x' } });
    expect(stolen.status).toBe(400);
  });

  async function logsIn(): Promise<void> {
    const browser = openWindowlessBrowser(login);
    const page = await browser.open(`${site}/login`);
    expect(await (await browser.signIn(page.url, alice)).reply.text()).toBe(email);
    // The browser is signed in now, and nobody is asked again.
    expect(await (await browser.open(`${site}/login`)).reply.text()).toBe(email);
  }

  it('Auth.js on Express', { timeout: 60_000 }, async () => {
    await startSite('authjs.ts');
    const browser = openWindowlessBrowser(login);
    expect(await (await browser.open(site)).reply.text()).toBe('nobody');
    const { csrfToken } = await (await browser.open(`${site}/auth/csrf`)).reply.json();
    const page = await browser.post(`${site}/auth/signin/passbeam`, { csrfToken, callbackUrl: site });
    expect(page.url).toContain(`${login}/login?uuid=`);
    await browser.signIn(page.url, alice);
    expect(await (await browser.open(site)).reply.text()).toBe(email);
    const { user } = await (await browser.open(`${site}/auth/session`)).reply.json();
    expect(user).toMatchObject({ name: 'Alice Liddell', email });
  });
});

it.skipIf(isApacheMissing())('a person logs in to a page behind mod_auth_openidc', { timeout: 60_000 }, async () => {
  const block = (await blocksOf(guide)).find(({ text }) => text.startsWith('OIDCProviderMetadataURL'));
  const written = filledIn(block?.text ?? '');
  // The certificate is of this test.
  const apache = await startApache(sitePort, [...written.split('\n'), `OIDCCABundlePath ${front.certificateFile}`]);
  onTestFinished(() => apache.stop());
  const browser = openWindowlessBrowser(login);
  const page = await browser.open(`${site}/protected/`);
  expect(page.url, apache.lines().join('\n')).toContain(`${login}/login?uuid=`);
  const { url, reply } = await browser.signIn(page.url, alice);
  expect([url, await reply.text()]).toEqual([`${site}/protected/`, 'for people who signed in']);

  // The login ends elsewhere: Apache is told, and sends the browser to the page again.
  const call = async (path: string, body: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      'x-authing-app-id': 'phone',
      ...(token && { authorization: token }),
    };
    return (await fetch(`${login}/api/v3/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const { username, password } = alice;
  const { data } = await call('signin', { connection: 'PASSWORD', passwordPayload: { username, password } });
  const taken = await call('withdraw-my-consent', { appId: 'apache' }, data.access_token);
  expect(taken.data).toMatchObject({ ended: 1 });
  const isSentAway = async () => (await browser.open(`${site}/protected/`)).url;
  await expect.poll(isSentAway, { timeout: 15_000, interval: 500 }).toContain(`${login}/login?uuid=`);
});

it('a person logs in to a page with oidc-client-ts, in a browser', { timeout: 60_000 }, async () => {
  const entry = join(programs, 'page.ts');
  await writeFile(entry, filledIn(await blockNamed(guide, 'page.ts')));
  const built = await build({
    root: programs,
    logLevel: 'silent',
    build: { write: false, target: 'es2022', rollupOptions: { input: entry, output: { format: 'es' } } },
  });
  const { output } = built as { output: { type: string; code?: string }[] };
  const script = output.find(({ type }) => type === 'chunk')?.code ?? '';
  const pages = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><title>page</title><body><script type="module" src="/page.js"></script>',
    );
  }).listen(sitePort);
  const browsers = await openBrowsers();
  // No browser knows the certificate of this test.
  const context = await browsers.desk.browser()?.newContext({ ignoreHTTPSErrors: true });
  if (context === undefined) throw new Error('the browser is gone');
  onTestFinished(async () => {
    await context.close();
    await browsers.close();
    pages.close();
  });
  const page = await context.newPage();
  await page.goto(site);
  await page.waitForURL(`${login}/login?**`);
  const leaveUrl = await page.evaluate(async ({ username, password }) => {
    const uuid = new URL(location.href).searchParams.get('uuid');
    const address = `/login/interactions/${uuid}`;
    const { data } = await (await fetch(address)).json();
    const headers = { 'content-type': 'application/json', 'x-passbeam-form': data.formToken };
    const body = JSON.stringify({ account: username, password });
    return (await (await fetch(`${address}/password`, { method: 'POST', headers, body })).json()).data.leaveUrl;
  }, alice);
  await page.goto(leaveUrl);
  await expect.poll(() => page.textContent('body')).toBe(email);
});

describe('a command line is let in', () => {
  async function begin() {
    const program = await start('cli.ts');
    const [, userCode = ''] = await program.untilLine(/and type (\S+)/);
    const [, link = ''] = await program.untilLine(/or open (\S+)/);
    return { program, userCode, link };
  }

  it('on the page, by a password', { timeout: 60_000 }, async () => {
    const { program, userCode, link } = await begin();
    const browser = openWindowlessBrowser(login);
    expect(await (await browser.open(link)).reply.text()).toContain(userCode);
    const page = await browser.post(`${login}/device`, { user_code: userCode });
    expect(await (await browser.signIn(page.url, alice)).reply.text()).toContain('The device is signed in');
    await program.untilLine(/Hello Alice Liddell/);
    expect(await program.ended).toBe(0);
  });

  it.each([
    ['CONFIRM', /Hello Alice Liddell/, 0],
    ['CANCEL', /You refused/, 1],
  ] as const)('by the app, or not: %s', { timeout: 60_000 }, async (action, line, end) => {
    const { program, link } = await begin();
    const phone = new AuthenticationClient({ host: login, appId: 'phone', tokenEndpointAuthMethod: 'none' });
    const { access_token = '' } = await phone.signInByUsernamePassword(alice);
    phone.setAccessToken(access_token);
    const userCode = parseDeviceLink(link, { host: login });
    if (userCode === null) throw new Error(`the link was not read: ${link}`);
    const { consent } = await phone.setDeviceStatus({ userCode, action: 'SCAN' });
    expect(consent).toMatchObject({ applicationName: 'Our command line', userCode });
    await phone.setDeviceStatus({ userCode, action });
    await program.untilLine(line);
    expect(await program.ended).toBe(end);
  });
});
