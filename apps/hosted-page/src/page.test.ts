import { launchBrowser } from '@passbeam/workshop/browser';
import { type Browser, type BrowserContext, devices, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alice, type Double, type Flow, openDouble, type ViewPart } from './double.fixture.ts';

/** What the page does when people and networks do what they do. */

let double: Double;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  double = await openDouble();
  browser = await launchBrowser();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await double?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
  page = await newPage();
});
afterEach(() => context.close());

async function newPage(): Promise<Page> {
  const opened = await context.newPage();
  opened.setDefaultTimeout(8_000);
  return opened;
}

async function open(part: ViewPart = {}, prepare?: (flow: Flow) => void, tab = page) {
  const flow = double.begin(part);
  prepare?.(flow);
  await tab.goto(flow.url);
  await tab.locator('h1').waitFor();
  return flow;
}

const heading = (name: string, tab = page) => tab.getByRole('heading', { name }).waitFor();
const said = (text: string, tab = page) => tab.getByText(text).first().waitFor();
const backAtApplication = (tab = page) => tab.waitForURL('**/callback?code=once');
const callsOf = (flow: Flow, name: string) => flow.calls.filter(({ call }) => call === name);
async function typePassword(tab = page) {
  await tab.getByRole('tab', { name: 'Password' }).click();
  await tab.getByLabel('Username, e-mail or phone number').fill('alice');
  await tab.getByRole('textbox', { name: 'Password' }).fill('right');
}
const submit = (name = 'Sign in') => page.getByRole('button', { name, exact: true }).click();

describe('a scan', () => {
  it('leads to the application, with no ticket on the way', async () => {
    const flow = await open();
    await said('Scan to sign in');
    Object.assign(flow.code ?? {}, { status: 'SCANNED', briefUserInfo: alice });
    await said('Scanned by Alice Moreau');
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await backAtApplication();
    expect(callsOf(flow, 'continue')).toHaveLength(1);
  });

  it('keeps its code over a reload, and shows the same one in a second tab', async () => {
    const flow = await open();
    await said('Scan to sign in');
    await page.reload();
    await said('Scan to sign in');
    const second = await newPage();
    await second.goto(flow.url);
    await said('Scan to sign in', second);
    expect(callsOf(flow, 'qrcode')).toHaveLength(1);
  });

  it('is taken up where it was confirmed while the page was away', async () => {
    const flow = await open();
    await said('Scan to sign in');
    await page.goto('about:blank');
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await page.goto(flow.url);
    await backAtApplication();
  });

  it('follows a code that another tab renewed', async () => {
    const flow = await open();
    await said('Scan to sign in');
    const url = flow.code?.url?.replace(/code-\d+/, 'code-of-the-other-tab');
    flow.code = { status: 'PENDING', qrcodeId: 'code-of-the-other-tab', url, expiresIn: 90 };
    await page.waitForFunction(() =>
      document.querySelector('.scan')?.shadowRoot?.querySelector('img')?.src.includes('code-of-the-other-tab'),
    );
    expect(callsOf(flow, 'qrcode')).toHaveLength(1);
  });

  it('asks seldom while its code waits, for the server answers at the change', async () => {
    const flow = await open();
    await said('Scan to sign in');
    await page.waitForTimeout(5_000);
    // The first finds no code, the second follows the new one, the third waits.
    expect(callsOf(flow, 'GET qrcode').map(({ waits }) => waits)).toEqual([false, false, true]);
    const before = Date.now();
    Object.assign(flow.code ?? {}, { status: 'SCANNED', briefUserInfo: alice });
    await said('Scanned by Alice Moreau');
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(callsOf(flow, 'GET qrcode')).toHaveLength(3);
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await backAtApplication();
  }, 15_000);

  it('asks each second where requests that wait are refused', async () => {
    const flow = await open({}, (flow) =>
      flow.next.set('GET qrcode', [() => {}, () => {}, { http: 429, refusal: 'too_many_requests' }]),
    );
    await said('Scan to sign in');
    await expect.poll(() => callsOf(flow, 'GET qrcode').length, { timeout: 8_000 }).toBeGreaterThan(5);
    expect(
      callsOf(flow, 'GET qrcode')
        .map(({ waits }) => waits)
        .slice(0, 6),
    ).toEqual([false, false, true, false, false, false]);
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await backAtApplication();
  }, 15_000);

  it('waits again after the network was gone for a while', async () => {
    const flow = await open();
    await said('Scan to sign in');
    await expect.poll(() => callsOf(flow, 'GET qrcode').at(-1)?.waits, { timeout: 5_000 }).toBe(true);
    await context.setOffline(true);
    await page.waitForTimeout(2_500);
    const before = flow.calls.length;
    await context.setOffline(false);
    await expect.poll(() => flow.calls.slice(before).map(({ waits }) => waits), { timeout: 8_000 }).toContain(true);
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await backAtApplication();
  }, 20_000);

  it('renews an expired code by itself, and asks for a click after some rounds', async () => {
    const flow = await open();
    for (let round = 1; round <= 6; round += 1) {
      await expect.poll(() => callsOf(flow, 'qrcode').length, { timeout: 5_000 }).toBe(round);
      Object.assign(flow.code ?? {}, { status: 'EXPIRED' });
    }
    await said('Code expired');
    await page.getByRole('button', { name: 'Get a new code' }).click();
    await said('Scan to sign in');
  }, 30_000);

  it('goes by the view when the code was used meanwhile', async () => {
    const flow = await open({}, (flow) => flow.next.set('continue', [{ refusal: 'qr_finished' }]));
    await said('Scan to sign in');
    flow.change({ step: 'consent', account: alice, consent: { scopes: ['openid'], offlineAccess: false } });
    Object.assign(flow.code ?? {}, { status: 'AUTHORIZED' });
    await heading('Allow Example Bank access?');
  });
});

describe('a form', () => {
  it('is sent once, however often it is pressed, and says when it takes long', async () => {
    const answered = Promise.withResolvers<void>();
    const flow = await open({}, (flow) =>
      flow.next.set('password', [
        async (flow) => {
          await answered.promise;
          flow.change({ step: 'leave', leaveUrl: `${double.origin}/auth/oidc/auth/${flow.uuid}` });
        },
      ]),
    );
    await typePassword();
    await page.getByRole('button', { name: 'Sign in', exact: true }).dblclick();
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Still working…' }).waitFor();
    answered.resolve();
    await backAtApplication();
    expect(callsOf(flow, 'password')).toHaveLength(1);
    expect(callsOf(flow, 'password')[0]).toMatchObject({
      body: { account: 'alice', password: 'right' },
      token: flow.view.formToken,
      language: 'en-US',
    });
  });

  it('goes to the first empty field, and reads its mistake with it', async () => {
    const flow = await open();
    await page.getByRole('tab', { name: 'Password' }).click();
    await submit();
    const account = page.getByLabel('Username, e-mail or phone number');
    expect(await account.evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await account.getAttribute('aria-invalid')).toBe('true');
    const id = await account.getAttribute('aria-describedby');
    expect(await page.locator(`#${id}`).textContent()).toBe('Fill this in.');
    expect(callsOf(flow, 'password')).toHaveLength(0);
  });

  it('rests until a limit allows the next attempt', async () => {
    const flow = await open({}, (flow) =>
      flow.next.set('password', [{ http: 429, refusal: 'too_many_requests', retryAfterSeconds: 2 }]),
    );
    await typePassword();
    await submit();
    await page.getByRole('alert').filter({ hasText: 'Too many attempts.' }).waitFor();
    await page.locator('[name=password]').press('Enter');
    expect(callsOf(flow, 'password')).toHaveLength(1);
    await page.waitForFunction(
      () => document.querySelector('[type=submit]')?.getAttribute('aria-disabled') === 'false',
    );
    await submit();
    await backAtApplication();
  });

  it('keeps what was typed while there is no connection', async () => {
    await open();
    await typePassword();
    await context.setOffline(true);
    await submit();
    await said('No connection. Check it and try again.');
    await context.setOffline(false);
    await submit();
    await backAtApplication();
  });

  it('names the request when the server failed', async () => {
    await open({}, (flow) => flow.next.set('password', [{ http: 500, refusal: 'internal' }]));
    await typePassword();
    await submit();
    await page.getByRole('alert').filter({ hasText: '6c1f0a52-7d1b-4a55-9d0e-000000000042' }).waitFor();
  });

  it('says at the field what the server says of it', async () => {
    const message = 'The password is too weak: password must have at least 8 character(s)';
    await open({}, (flow) => flow.next.set('sign-up', [{ refusal: 'password_too_weak', message }]));
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.locator('[name=account]').fill('new@example.com');
    await page.locator('[name=password]').fill('x');
    await submit('Create an account');
    await said('Choose a password must have at least 8 character(s).');
  });
});

describe('other ways', () => {
  it('sign up by whatever was typed, e-mail address, phone number or name', async () => {
    for (const [typed, field] of [
      ['new@example.com', 'email'],
      ['+86 138 0000 0001', 'phone'],
      ['newcomer', 'username'],
    ] as const) {
      const flow = await open();
      await page.getByRole('button', { name: 'Create an account' }).click();
      await page.locator('[name=account]').fill(typed);
      await page.locator('[name=password]').fill('a long enough one');
      await submit('Create an account');
      await backAtApplication();
      expect(callsOf(flow, 'sign-up')[0]?.body).toEqual({ [field]: typed, password: 'a long enough one' });
    }
  });

  it('sign in by a one-time code, with the focus where the next thing is typed', async () => {
    const flow = await open();
    await page.getByRole('tab', { name: 'One-time code' }).click();
    await page.getByLabel('E-mail or phone number').fill('alice@example.com');
    await submit('Send code');
    await page.getByLabel('Code from the message').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('passcode');
    await page.keyboard.type('123 456');
    await page.keyboard.press('Enter');
    await backAtApplication();
    expect(callsOf(flow, 'passcode/send')[0]?.body).toEqual({ channel: 'email', address: 'alice@example.com' });
    expect(callsOf(flow, 'passcode')[0]?.body).toEqual({
      channel: 'email',
      address: 'alice@example.com',
      passcode: '123456',
    });
  });

  it('reset a forgotten password; the back button leads back to signing in', async () => {
    const flow = await open();
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.getByRole('button', { name: 'Forgot password?' }).click();
    await heading('Reset your password');
    await page.goBack();
    await heading('Sign in');
    await page.goForward();
    await heading('Reset your password');
    await page.reload();
    await heading('Reset your password');
    await page.getByLabel('E-mail or phone number').fill('alice@example.com');
    await submit('Send code');
    await page.locator('[name=passcode]').fill('123456');
    await page.locator('[name=password]').fill('a new long one');
    await submit('Save and sign in');
    await backAtApplication();
    expect(callsOf(flow, 'password/reset')[0]?.body).toEqual({
      channel: 'email',
      address: 'alice@example.com',
      passcode: '123456',
      password: 'a new long one',
    });
  });

  it('set a new password where the old one is due', async () => {
    const flow = await open({}, (flow) =>
      flow.next.set('password', [{ refusal: 'password_reset_required', data: { passwordResetToken: 'due-token' } }]),
    );
    await typePassword();
    await submit();
    await heading('Choose a new password');
    await page.locator('[name=password]').fill('a new long one');
    await submit('Save and sign in');
    await backAtApplication();
    expect(callsOf(flow, 'password/due')[0]?.body).toEqual({ token: 'due-token', password: 'a new long one' });
  });

  it('are chosen by the keyboard', async () => {
    await open();
    await page.getByRole('tab', { name: 'Scan' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { name: 'Password' }).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('End');
    await page.getByLabel('E-mail or phone number').waitFor();
    await page.keyboard.press('Home');
    await said('Scan to sign in');
  });

  it('go back to the application', async () => {
    const flow = await open();
    await page.getByRole('button', { name: 'Cancel and return to Example Bank' }).click();
    await backAtApplication();
    expect(callsOf(flow, 'cancel')).toHaveLength(1);
  });
});

describe('consent and accounts', () => {
  const consent: ViewPart = {
    step: 'consent',
    account: alice,
    consent: { scopes: ['openid', 'email'], offlineAccess: true },
  };

  it.each([
    ['Allow', true],
    ['Deny', false],
  ])('%s is told to the server once', async (name, allow) => {
    const flow = await open(consent);
    await said('See your e-mail address');
    await said('Keep this access while you are away');
    await page.getByRole('button', { name, exact: true }).dblclick();
    await backAtApplication();
    expect(callsOf(flow, 'consent').map(({ body }) => body)).toEqual([{ allow }]);
  });

  it('another account is a way back to signing in, with the focus on the new heading', async () => {
    await open(consent);
    await page.getByRole('button', { name: 'Not you?' }).click();
    await said('Sign in with another account.');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('a page that is older than a change elsewhere is renewed, and the person decides again', async () => {
    const flow = await open(consent);
    flow.change({ account: { ...alice, displayName: 'Bob' }, formToken: 'newer' });
    await page.getByRole('button', { name: 'Allow' }).click();
    await said('Something changed in another window');
    await said('Bob');
    await page.getByRole('button', { name: 'Allow' }).click();
    await backAtApplication();
  });

  it('a tab that comes to the front shows what another tab did', async () => {
    const flow = await open({ step: 'chooseAccount', account: alice });
    await heading('Choose an account');
    flow.change({ ...consent });
    await page.waitForTimeout(3_100);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await heading('Allow Example Bank access?');
  });
});

describe('the page’s life', () => {
  it('opened without an interaction, it says where to begin', async () => {
    await page.goto(`${double.origin}/auth/login`);
    await heading('Start at the application');
  });

  it('an interaction that is over leads back to the application, and names the request', async () => {
    const flow = await open({ expiresInSeconds: 1 });
    flow.next.set('view', [{ refusal: 'interaction_not_found' }]);
    await heading('This sign-in has ended');
    const link = page.getByRole('link', { name: 'Start again at Example Bank' });
    expect(await link.getAttribute('href')).toBe('https://online.bank.example/start');
    await said('6c1f0a52-7d1b-4a55-9d0e-000000000042');
  });

  it('without a connection it tries again by itself, and at once when asked to', async () => {
    const flow = await open({}, (flow) => flow.next.set('view', [{ http: 0 }, { http: 0 }, { http: 0 }]));
    await heading('No connection');
    for (let more = 0; more < 3 && callsOf(flow, 'view').length < 4; more += 1) {
      await page
        .getByRole('button', { name: 'Try now' })
        .click({ timeout: 2_000 })
        .catch(() => {});
    }
    await heading('Sign in');
  });

  it('changes its language at a click, for this tab', async () => {
    const flow = await open();
    await page.getByRole('button', { name: '中文' }).click();
    await heading('登录');
    expect(await page.title()).toBe('登录 · Example Bank');
    await page.reload();
    await heading('登录');
    expect(flow.calls.at(-1)?.language).toBe('zh-CN');
  });

  it('gives a link where the way back leaves the page where it is', async () => {
    await open({ step: 'leave', leaveUrl: 'data:text/html,no' });
    await heading('Returning to Example Bank');
    await page.waitForTimeout(300);
    expect(page.url()).toContain('/auth/login');
    expect(await page.getByRole('link', { name: 'Continue' }).count()).toBe(0);
  });

  it('breaks no rule of its own policy', async () => {
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    const name = '<img src=x onerror=alert(1)>';
    const flow = await open({ account: { ...alice, displayName: name }, why: 'again', application: { name } });
    await said(`You are signed in as ${name}`);
    Object.assign(flow.code ?? {}, { status: 'SCANNED', briefUserInfo: { displayName: name, photo: '' } });
    await said('Scanned by');
    await typePassword();
    expect(complaints).toEqual([]);
  });
});

describe('on a phone', () => {
  const app = {
    name: 'Example',
    logoUrl: null,
    appleAppIds: ['A1B2C3D4E5.com.example.bank'],
    androidApps: [{ package: 'com.example.bank', sha256Fingerprints: [] }],
    appStoreUrl: null,
    androidStoreUrl: 'https://store.example/bank',
  };

  it.each([
    ['Pixel 7', /^intent:\/\/login\.example\.com\/q\/code-\d+#Intent;scheme=https;package=com\.example\.bank;/],
    ['iPhone 15', /^https:\/\/login\.example\.com\/q\/code-\d+$/],
  ] as const)('%s: the app comes first, and its code second', async (device, address) => {
    await context.close();
    context = await browser.newContext({ ...devices[device], locale: 'en-US' });
    page = await newPage();
    await open({ apps: [app] });
    const link = page.getByRole('link', { name: 'Open Example' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toMatch(address);
    await page.getByRole('button', { name: 'Use another device' }).click();
    await said('Scan to sign in');
  });

  it('without an app, what can be typed comes first: a phone cannot scan itself', async () => {
    await context.close();
    context = await browser.newContext({ ...devices['iPhone 15'], locale: 'en-US' });
    page = await newPage();
    await open();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Password', 'One-time code', 'Scan']);
  });
});
