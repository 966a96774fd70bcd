import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { consolePageRoutes } from '../routes/console/page.ts';
import type { App } from '../server/app.ts';
import { createConsoleServer } from '../server/console-port.ts';
import { createConsoleBrowser, setUpOwner } from './browser.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-console-'));
mkdirSync(join(folder, 'assets'));
const meta = '<meta content="__PUBLIC_URL__">';
writeFileSync(join(folder, 'index.html'), `<base href="__BASE__/console/">${meta}<style nonce="__NONCE__"></style>`);
writeFileSync(join(folder, 'assets', 'index-abc.js'), 'start()');
writeFileSync(join(folder, 'icon.svg'), '<svg/>');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page of the console', () => {
  const publicUrl = 'https://example.com/auth';
  function served(hasOwnPort: boolean) {
    const app = Fastify() as unknown as App;
    const door = { hasOwnPort, isThere: () => true } as unknown as Parameters<
      typeof consolePageRoutes
    >[1]['consoleDoor'];
    consolePageRoutes(app, { consoleDoor: door }, { publicUrl, consoleFolder: folder });
    return app;
  }
  const app = served(false);
  const get = (url: string, headers = {}) => app.inject({ method: 'GET', url, headers });

  it.each(['/console', '/console/', '/console/pool1/audit?from=1', '/console/set-up'])('is at %s', async (url) => {
    const reply = await get(url);
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain('href="/auth/console/"');
    expect(reply.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
  });

  it('asks for its files without the path of PUBLIC_URL at a port of its own, where nothing strips it', async () => {
    const { body } = await served(true).inject({ method: 'GET', url: '/console/' });
    expect(body).toContain('href="/console/"');
  });

  it.each([true, false])(
    'knows where pages and phones reach the server, whatever brought it here',
    async (hasOwnPort) => {
      const { body } = await served(hasOwnPort).inject({ method: 'GET', url: '/console/' });
      expect(body).toContain(`content="${publicUrl}"`);
    },
  );

  it('lets in pictures of codes, which come from PUBLIC_URL', async () => {
    const { headers } = await served(true).inject({ method: 'GET', url: '/console/' });
    expect(headers['content-security-policy']).toContain("img-src 'self' https://example.com ");
  });

  it('has a nonce of its own in each reply, which the policy names, and allows nothing inline else', async () => {
    const [one, other] = [await get('/console/'), await get('/console/')];
    const nonceOf = ({ body }: { body: string }) => /nonce="([^"]{20,})"/.exec(body)?.[1];
    expect(nonceOf(one)).not.toBe(nonceOf(other));
    const policy = String(one.headers['content-security-policy']);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonceOf(one)}'`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('has files that browsers keep for good where the name changes with them, and ask about where not', async () => {
    const script = await get('/console/assets/index-abc.js');
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await get('/console/assets/index-abc.js', { 'if-none-match': script.headers.etag })).statusCode).toBe(304);
    expect((await get('/console/icon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it.each(['/console/assets/index-old.js', '/console/api/nothing'])('is not what %s finds', async (url) => {
    expect((await get(url)).headers['content-type']).not.toContain('text/html');
  });
});

describe('the console', () => {
  it.each<[string, Record<string, string>]>([
    ['is off', { CONSOLE: 'off' }],
    ['is open to another network', { CONSOLE_NETWORKS: '10.0.0.0/8,2001:db8::/32' }],
    ['has a port of its own', { CONSOLE_PORT: '45678' }],
  ])('is not found at the public port where it %s', async (_name, environment) => {
    const passbeam = await openTestPassbeam(environment);
    const browser = createConsoleBrowser(passbeam);
    expect(await browser.call('me')).toMatchObject({ statusCode: 404 });
    expect((await passbeam.app.inject('/console/')).statusCode).toBe(404);
    await passbeam.close();
  });

  it.each([
    ['http://localhost:3000', 'console', false],
    ['https://login.example.com', '__Host-console', true],
  ])('at %s has the cookie %s', async (publicUrl, name, isSecure) => {
    const passbeam = await openTestPassbeam({ PUBLIC_URL: publicUrl, CONSOLE_NETWORKS: '127.0.0.0/8' });
    const browser = createConsoleBrowser(passbeam, publicUrl);
    const link = await passbeam.consoleLinks.setUpLink();
    const body = {
      token: link?.url.split('#')[1],
      name: 'Ada',
      signInName: 'ada',
      password: 'a lighthouse in the fog',
    };
    const { headers } = await browser.send('POST', '/console/api/set-up', body);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(new RegExp(`^${name}=[\\w-]{43}; `));
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain('Path=/');
    expect(cookie.includes('Secure')).toBe(isSecure);
    expect(cookie).not.toContain('Domain');
    await passbeam.close();
  });

  it('at a port of its own invites to the address at which whoever invites has reached it', async () => {
    const passbeam = await openTestPassbeam({ CONSOLE_PORT: '45678', PUBLIC_URL: 'https://login.example.com/auth' });
    await passbeam.app.ready();
    const server = createConsoleServer(passbeam.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await passbeam.consoleLinks.setUpLink())?.url).toMatch(/^http:\/\/localhost:45678\/console\/set-up#/);
    const { browser } = await setUpOwner({ ...passbeam, app: asApp(origin) }, 'ada', origin);
    const otto = { name: 'Otto', signInName: 'otto', grants: [{ userPoolId: 'pool1', role: 'viewer' }] };
    const invited = await browser.manage('invite-administrator', otto);
    expect(invited.data.link).toMatch(new RegExp(`^${origin}/console/accept#`));
    const { administratorId } = invited.data.administrator;
    const renewed = await browser.manage('renew-administrator-link', { administratorId });
    expect(renewed.data.link).toMatch(new RegExp(`^${origin}/console/accept#`));
    server.close();
    server.closeAllConnections();
    await passbeam.close();
  });

  it('says that it needs https where nothing else would keep its cookie', async () => {
    const passbeam = await openTestPassbeam({ PUBLIC_URL: 'http://login.example.com' });
    const reply = await createConsoleBrowser(passbeam, 'http://login.example.com').call('me');
    expect(reply).toMatchObject({ statusCode: 403, message: expect.stringContaining('https') });
    await passbeam.close();
  });
});

/** Asks over the network, as the port alone tells by which of them a request came. */
function asApp(origin: string): TestPassbeam['app'] {
  const inject = async ({
    method,
    url,
    headers,
    payload,
  }: Record<'method' | 'url' | 'payload', string> & { headers: Record<string, string> }) => {
    const reply = await fetch(origin + url, { method, headers, body: payload });
    return {
      statusCode: reply.status,
      headers: { 'set-cookie': reply.headers.getSetCookie() },
      body: await reply.text(),
    };
  };
  return { inject } as unknown as TestPassbeam['app'];
}
