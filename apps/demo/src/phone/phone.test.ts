import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowserWithCamera } from '@passbeam/workshop/browser';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from '../app.ts';
import { createLogin } from '../login.ts';
import { createLoginSessions } from '../login-sessions.ts';
import { putBeforeCamera } from './fake-camera.fixture.ts';

/** Tests the built phone in a real browser with a fake camera; the test gives the passbeam server's replies. */

const passbeamUrl = 'http://localhost:9';
const folder = mkdtempSync(join(tmpdir(), 'demo-phone-'));
const cameraFile = join(folder, 'camera.y4m');
const consent = {
  applicationName: 'Ledger <b>Office</b>',
  applicationDomain: 'ledger.example.com',
  requestedAt: '2026-11-20T08:00:00.000Z',
  ageSeconds: 14,
  ip: '203.0.113.9',
  place: null,
  browser: 'Firefox',
  os: 'Windows',
  firstTimeOnThisBrowser: true,
  ipMismatch: true,
  countryMismatch: null,
};

let app: ReturnType<typeof buildApp>;
let browser: Browser;
let context: BrowserContext;
let phone: Page;
let phoneUrl: string;
/** The moves that the phone sent to the passbeam server, in order. */
let moves: { qrcodeId: string; action: string }[];
/** What SCAN says of the code's life. */
let expiresIn: number;
/** How the server refuses the next move; null when it accepts. */
let refusal: { statusCode: number; apiCode: number; refusal?: string; message: string } | null;
/** What a refresh of the tokens gives; null when the login is over. */
let renewal: object | null;
/** What the pages' content security policy blocked, and errors of the pages. */
let problems: string[];
/** What the person agreed to. */
let given: { appId: string; appName: string; appLogo: string; scopes: string[]; givenAt: string }[];
/** Whose calls as the person the server takes. */
let goodToken: string;

beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir: join(folder, 'dist') } });
  const login = createLogin({
    loginSessions: createLoginSessions({ now: Date.now, randomId: () => 'unused' }),
    passbeam: {
      exchangeTokenSetWithQrCodeTicket: () => Promise.reject(new Error('not called by the phone')),
      verifyIdToken: () => Promise.reject(new Error('not called by the phone')),
    },
    passbeamUrl,
    now: Date.now,
  });
  const pages = {
    passbeamUrl,
    siteApplicationId: 'site',
    phoneApplicationId: 'phone',
    userPoolId: 'pool-1',
    drawnAccount: 'alice',
  };
  app = buildApp({ login, pages, company: null, pagesFolder: join(folder, 'dist') });
  await app.listen({ host: '127.0.0.1', port: 0 });
  phoneUrl = `http://localhost:${(app.server.address() as AddressInfo).port}/phone`;
  putBeforeCamera(cameraFile, 'nothing yet');
  browser = await launchBrowserWithCamera(cameraFile);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await app?.close();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  moves = [];
  problems = [];
  refusal = null;
  renewal = null;
  expiresIn = 120;
  goodToken = 'a-token';
  given = ['Ledger <b>Office</b>', 'Wiki'].map((appName, index) => ({
    appId: `app-${index + 1}`,
    appName,
    appLogo: `${passbeamUrl}/logos/default.png`,
    scopes: ['openid', 'email', ...(index === 0 ? ['offline_access'] : [])],
    givenAt: '2026-11-20T08:00:00.000Z',
  }));
  context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'en-US',
    permissions: ['camera'],
  });
  phone = await context.newPage();
  phone.on('pageerror', (error) => problems.push(error.message));
  phone.on('console', (message) => {
    // Chromium reports each refused refresh of a token.
    if (message.type() === 'error' && !message.text().includes('status of 400')) problems.push(message.text());
  });
  await phone.route(`${passbeamUrl}/**`, answer);
  await phone.goto(phoneUrl);
});

afterEach(async () => {
  await context.close();
  expect(problems).toEqual([]);
});

async function answer(route: Route): Promise<void> {
  const request = route.request();
  const headers = {
    'access-control-allow-origin': new URL(phoneUrl).origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': request.headers()['access-control-request-headers'] ?? '',
  };
  const reply = (json: object) =>
    route.fulfill({ headers, json: { statusCode: 200, message: 'ok', requestId: 'r', ...json } });
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers });
  switch (new URL(request.url()).pathname) {
    case '/api/v3/signin':
      return reply({
        data: {
          access_token: 'a-token',
          refresh_token: 'r-token',
          token_type: 'Bearer',
          expire_in: 7200,
          expires_in: 7200,
        },
      });
    case '/oidc/token':
      return renewal === null
        ? route.fulfill({ headers, status: 400, json: { error: 'invalid_grant' } })
        : route.fulfill({ headers, json: renewal });
    case '/oidc/token/revocation':
      return route.fulfill({ headers, status: 200 });
    case '/logos/default.png': {
      const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#2f5bea"/></svg>';
      return route.fulfill({ headers, contentType: 'image/svg+xml', body: svg });
    }
    case '/api/v3/get-my-consents':
    case '/api/v3/withdraw-my-consent': {
      if (request.headers().authorization !== goodToken && request.headers().authorization !== `Bearer ${goodToken}`) {
        return reply({ statusCode: 401, apiCode: 2020, refusal: 'not_signed_in', message: 'Not signed in' });
      }
      if (request.method() === 'GET') return reply({ data: given });
      if (refusal) return reply(refusal);
      const { appId } = request.postDataJSON();
      given = given.filter((consent) => consent.appId !== appId);
      return reply({ data: { success: true, ended: 1 } });
    }
    case '/api/v3/get-profile':
      return reply({ data: { nickname: '<img src=x onerror=alert(1)>', username: 'alice', photo: null } });
    default: {
      const move = request.postDataJSON();
      moves.push(move);
      if (refusal) return reply(refusal);
      return reply({
        data: {
          success: true,
          ...(move.action === 'SCAN' ? { consent: { ...consent, door: move.door }, expiresIn } : {}),
        },
      });
    }
  }
}

const payloadOf = (qrcodeId: string, userPoolId = 'pool-1') =>
  JSON.stringify({
    scene: 'APP_AUTH',
    random: qrcodeId,
    qrcodeId,
    userPoolId,
    createdAt: '2026-11-20T08:00:00.000Z',
    expireAt: '2026-11-20T08:02:00.000Z',
    expiresIn: 120,
    customData: {},
  });

const button = (name: string) => phone.getByRole('button', { name, exact: true });
const heading = (name: string) => phone.getByRole('heading', { name });

async function signIn(): Promise<void> {
  await phone.getByLabel('Account').fill('alice');
  await phone.getByLabel('Password').fill('correct horse battery');
  await button('Sign in').click();
  await button('Scan a code').waitFor();
}

async function paste(text: string): Promise<void> {
  await phone.getByLabel('Paste the code’s text').fill(text);
  await button('Use this text').click();
}

it('says whose password the server drew, and where to find it', async () => {
  await phone.getByText('Sign in as alice. The password is in the terminal').waitFor();
  await phone.getByText('demo-credentials.txt').waitFor();
});

describe('scanning', () => {
  it('reads a code with the camera, says who is asking, and confirms only when the person presses the button', async () => {
    await signIn();
    putBeforeCamera(cameraFile, payloadOf('code-by-camera'));
    await button('Scan a code').click();
    await heading('Sign in to Ledger <b>Office</b>?').waitFor();
    expect(moves).toEqual([{ qrcodeId: 'code-by-camera', action: 'SCAN', door: 'camera' }]);

    const facts = await phone.getByTestId('consent').textContent();
    for (const fact of ['ledger.example.com', '14 seconds ago', '203.0.113.9 (as reported)', 'Firefox', 'Windows']) {
      expect(facts).toContain(fact);
    }
    await phone.getByText('Decline if you did not start this.').waitFor();
    await phone.getByText('This is your first login on that browser.').waitFor();
    await phone.getByText('on a different network').waitFor();

    await button('Confirm').click();
    await heading('Signed in on the web site').waitFor();
    expect(moves.slice(1)).toEqual([{ qrcodeId: 'code-by-camera', action: 'CONFIRM' }]);
  }, 20_000);

  it('gives both answers the same weight', async () => {
    await signIn();
    await paste(payloadOf('code-1'));
    const look = (name: string) =>
      button(name).evaluate((element) => {
        const { width, height } = element.getBoundingClientRect();
        const { color, backgroundColor, borderColor, fontWeight } = getComputedStyle(element);
        return { width, height, color, backgroundColor, borderColor, fontWeight };
      });
    expect(await look('Decline')).toEqual(await look('Confirm'));
    await button('Decline').click();
    await heading('Declined').waitFor();
    expect(moves.map(({ action }) => action)).toEqual(['SCAN', 'CANCEL']);
    await button('Scan another').click();
    await button('Scan a code').waitFor();
  }, 20_000);

  it('reads a link of its own server, and of no other', async () => {
    const id = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
    await signIn();
    await paste(`http://localhost:90/q/${id}`);
    await phone.getByText('This is not a login code.').waitFor();
    await paste(`${passbeamUrl}/q/${id}`);
    await phone.getByText('14 seconds ago').waitFor();
    await phone.getByText('You pasted or typed this code.').waitFor();
    expect(moves).toEqual([{ qrcodeId: id, action: 'SCAN', door: 'typed' }]);
  }, 20_000);

  it('keeps counting the code’s age, and offers no answer once the code has expired', async () => {
    await signIn();
    expiresIn = 3;
    await paste(payloadOf('code-1'));
    await phone.getByText('14 seconds ago').waitFor();
    await phone.getByText('15 seconds ago').waitFor();
    await heading('This code has expired').waitFor();
    expect(await button('Confirm').count()).toBe(0);
    expect(moves.map(({ action }) => action)).toEqual(['SCAN']);
  }, 20_000);

  it('complains about a pasted text below its field, without moving the field', async () => {
    await signIn();
    const field = phone.getByLabel('Paste the code’s text');
    const before = await field.boundingBox();
    await paste('not a code');
    const complaint = phone.getByText('This is not a login code.');
    await complaint.waitFor();
    expect(await field.boundingBox()).toEqual(before);
    expect((await complaint.boundingBox())?.y).toBeGreaterThan(before?.y ?? 0);
  }, 20_000);

  it('keeps looking when the camera sees something else, and sends nothing', async () => {
    await signIn();
    putBeforeCamera(cameraFile, 'https://evil.example/login?qrcodeId=code-1');
    await button('Scan a code').click();
    await phone.getByText('This is not a login code.').waitFor();
    await button('Stop the camera').click();
    await button('Scan a code').waitFor();
    expect(moves).toEqual([]);
  }, 20_000);

  it('refuses a code of another user pool, and sends nothing', async () => {
    await signIn();
    await paste(payloadOf('code-1', 'another-pool'));
    await phone.getByText('belongs to another service').waitFor();
    expect(moves).toEqual([]);
  }, 20_000);

  it('reads a code out of a picture', async () => {
    await signIn();
    const { default: encodeQr } = await import('qr');
    const svg = encodeQr(payloadOf('code-in-picture'), 'svg', { border: 4, scale: 4 });
    const drawing = await context.newPage();
    await drawing.setContent(`<div style="width:480px">${svg}</div>`);
    const buffer = await drawing.locator('div').screenshot();
    await phone.getByLabel('Choose a picture').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
    await button('Confirm').waitFor();
    expect(moves).toEqual([{ qrcodeId: 'code-in-picture', action: 'SCAN' }]);
  }, 20_000);

  it('says when a picture holds no code', async () => {
    await signIn();
    const file = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') };
    await phone.getByLabel('Choose a picture').setInputFiles(file);
    await phone.getByText('No code was found in this picture.').waitFor();
  }, 20_000);

  it('says what to do when the camera is not allowed', async () => {
    await context.clearPermissions();
    await signIn();
    await button('Scan a code').click();
    await phone.getByText('The camera is not allowed on this page.').waitFor();
  }, 20_000);
});

describe('endings', () => {
  it.each([
    [
      { statusCode: 403, apiCode: 1001, refusal: 'qr_other_user', message: 'Another user' },
      'Someone else scanned this code',
    ],
    [
      { statusCode: 403, apiCode: 1001, refusal: 'approval_not_allowed', message: 'not this application' },
      'This app cannot approve codes',
    ],
    [{ statusCode: 422, apiCode: 2241, message: 'expired' }, 'This code has expired'],
    [{ statusCode: 422, apiCode: 2231, message: 'finished' }, 'This code is used up'],
    [{ statusCode: 404, apiCode: 2241, message: 'unknown' }, 'This code does not exist'],
    [{ statusCode: 403, apiCode: 2036, message: 'other pool' }, 'This code is not for this app'],
  ])(
    '%j ends as "%s"',
    async (refused, title) => {
      await signIn();
      refusal = refused;
      await paste(payloadOf('code-1'));
      await heading(title).waitFor();
    },
    20_000,
  );

  it('asks for the password again when the login is over, also between scan and answer', async () => {
    await signIn();
    await paste(payloadOf('code-1'));
    await button('Confirm').waitFor();
    refusal = { statusCode: 401, apiCode: 2020, message: 'not signed in' };
    await button('Confirm').click();
    await phone.getByText('You are not signed in any more.').waitFor();
    await phone.reload();
    await heading('Sign in').waitFor();
  }, 20_000);

  it('renews a token that the server does not take any more, and goes on', async () => {
    await signIn();
    await paste(payloadOf('code-1'));
    await button('Confirm').waitFor();
    renewal = { access_token: 'a-token-2', refresh_token: 'r-token-2', token_type: 'Bearer', expires_in: 7200 };
    refusal = { statusCode: 401, apiCode: 2020, message: 'not signed in' };
    await phone.route(`${passbeamUrl}/oidc/token`, async (route) => {
      refusal = null;
      await answer(route);
    });
    await button('Confirm').click();
    await heading('Signed in on the web site').waitFor();
    expect(moves.map(({ action }) => action)).toEqual(['SCAN', 'CONFIRM', 'CONFIRM']);
  }, 20_000);

  it('keeps the code while the person signs in again, and asks then', async () => {
    await signIn();
    refusal = { statusCode: 401, apiCode: 2020, message: 'not signed in' };
    await paste(payloadOf('code-1'));
    await phone.getByText('You are not signed in any more.').waitFor();
    refusal = null;
    await phone.getByLabel('Account').fill('alice');
    await phone.getByLabel('Password').fill('correct horse battery');
    await button('Sign in').click();
    await heading('Sign in to Ledger <b>Office</b>?').waitFor();
    expect(moves.map(({ action }) => action)).toEqual(['SCAN', 'SCAN']);
  }, 20_000);

  it('lets the person try again when the code could not be checked', async () => {
    await signIn();
    refusal = { statusCode: 429, apiCode: 0, message: 'Too many requests: try again later' };
    await paste(payloadOf('code-1'));
    await heading('That did not work').waitFor();
    await phone.getByText('Too many requests').waitFor();
    refusal = null;
    await button('Try again').click();
    await button('Confirm').waitFor();
  }, 20_000);

  it('stays on the question and shows the server’s message when the answer was not accepted', async () => {
    await signIn();
    await paste(payloadOf('code-1'));
    await button('Confirm').waitFor();
    refusal = { statusCode: 400, apiCode: 2231, refusal: 'invalid_argument', message: 'A parameter is missing' };
    await button('Confirm').click();
    await phone.getByText('A parameter is missing').waitFor();
    refusal = null;
    await button('Confirm').click();
    await heading('Signed in on the web site').waitFor();
  }, 20_000);

  it('keeps the login after a reload; signing out forgets it and ends it on the server', async () => {
    await signIn();
    await phone.reload();
    await button('Scan a code').waitFor();
    const revocation = phone.waitForRequest(`${passbeamUrl}/oidc/token/revocation`);
    await button('Sign out').click();
    await heading('Sign in').waitFor();
    // Revoking the refresh token ends its login; revoking an access token would not.
    expect((await revocation).postDataJSON()).toEqual({ token: 'r-token', client_id: 'phone' });
    expect(await phone.evaluate(() => JSON.stringify(sessionStorage))).toBe('{}');
  }, 20_000);
});

describe('apps with access', () => {
  const card = (name: string) => phone.getByRole('listitem').filter({ has: phone.getByRole('heading', { name }) });

  it('are listed with what they may read, and taken back after a second press', async () => {
    await signIn();
    await button('Apps with access').click();
    await heading('Apps with access').waitFor();
    expect(await phone.title()).toBe('Apps with access · Demo phone');
    const ledger = card('Ledger <b>Office</b>');
    await ledger.getByText('See your e-mail address').waitFor();
    await ledger.getByText('Keep this access while you are away').waitFor();
    await ledger.getByRole('button', { name: 'Take back: Ledger <b>Office</b>' }).click();
    await ledger.getByText('You are signed out there.').waitFor();
    await ledger.getByRole('button', { name: 'Keep', exact: true }).click();
    expect(given).toHaveLength(2);
    await ledger.getByRole('button', { name: /^Take back/ }).click();
    await ledger.getByRole('button', { name: 'Take it back' }).click();
    await phone.getByRole('status').filter({ hasText: 'Ledger <b>Office</b> has no access any more.' }).waitFor();
    expect(given.map(({ appId }) => appId)).toEqual(['app-2']);
    expect(await phone.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Wiki']);
    await button('Back').click();
    await button('Scan a code').waitFor();
  }, 20_000);

  it('may be none, and a refusal is shown where it was pressed', async () => {
    await signIn();
    await button('Apps with access').click();
    refusal = { statusCode: 403, apiCode: 1001, refusal: 'qr_born_login', message: 'Not by a scanned login' };
    await card('Wiki')
      .getByRole('button', { name: /^Take back/ })
      .click();
    await card('Wiki').getByRole('button', { name: 'Take it back' }).click();
    await card('Wiki').getByRole('alert').filter({ hasText: 'Not by a scanned login' }).waitFor();
    expect(given).toHaveLength(2);
    given = [];
    await button('Back').click();
    await button('Apps with access').click();
    await phone.getByText('You gave no application access.').waitFor();
  }, 20_000);

  it('are read with a new token where the old one is over, and after a new sign-in where the login is', async () => {
    await signIn();
    goodToken = 'newer-token';
    renewal = { access_token: 'newer-token', refresh_token: 'r-token-2', token_type: 'Bearer', expires_in: 7200 };
    await button('Apps with access').click();
    await card('Wiki').waitFor();
    await button('Back').click();
    goodToken = 'nobody has this';
    renewal = null;
    await button('Apps with access').click();
    await phone.getByText('You are not signed in any more.').waitFor();
    goodToken = 'a-token';
    await phone.getByLabel('Account').fill('alice');
    await phone.getByLabel('Password').fill('correct horse battery');
    await button('Sign in').click();
    await card('Wiki').waitFor();
  }, 20_000);
});
