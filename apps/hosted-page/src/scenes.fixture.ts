import type { Page } from 'playwright-core';
import { alice, type Double, type Flow, type ViewPart } from './double.fixture.ts';

/** Every step of the page, for pictures and for checks that hold at each of them. */
export interface Scene {
  name: string;
  view?: ViewPart;
  prepare?(flow: Flow): void;
  act?(page: Page, flow: Flow, words: (en: string, zh: string) => string): Promise<void>;
  /** Only as a phone shows it. */
  phone?: true;
}

const app = {
  name: 'Example',
  logoUrl: null,
  appleAppIds: [],
  androidApps: [{ package: 'com.example.bank', sha256Fingerprints: [] }],
  appStoreUrl: null,
  androidStoreUrl: null,
};
async function codeShown(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const image = document.querySelector('.scan')?.shadowRoot?.querySelector('img');
    return Boolean(image?.complete && image.naturalWidth > 0);
  });
}
const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
const consent = { scopes: ['openid', 'profile', 'email', 'phone'], offlineAccess: true };
const relyingParty = {
  name: 'Grafana',
  domain: 'metrics.example',
  logoUrl: null,
  color: '#f46800',
  kind: 'relyingParty',
} as const;

export const scenes: Scene[] = [
  { name: 'scan', act: codeShown },
  {
    name: 'scanned',
    async act(page, flow, words) {
      await codeShown(page);
      if (flow.code) Object.assign(flow.code, { status: 'SCANNED', expiresIn: 84, briefUserInfo: alice });
      await page.getByText(words('Scanned by Alice', 'Alice Moreau 已扫码')).waitFor();
    },
  },
  {
    name: 'declined',
    async act(page, flow, words) {
      await codeShown(page);
      if (flow.code) Object.assign(flow.code, { status: 'CANCELLED' });
      await page.getByText(words('Sign-in declined', '登录已取消')).waitFor();
    },
  },
  {
    name: 'password',
    act: (page, _flow, words) => tab(page, words('Password', '密码')),
  },
  {
    name: 'password-wrong',
    prepare: (flow) => flow.next.set('password', [{ refusal: 'wrong_credentials' }]),
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.locator('[name=account]').fill('alice');
      await page.locator('[name=password]').fill('not this');
      await page.locator('.form .primary').click();
      await page.getByText(words('The account or the password is wrong', '账号或密码错误')).waitFor();
    },
  },
  {
    name: 'password-limit',
    prepare: (flow) => flow.next.set('password', [{ http: 429, refusal: 'too_many_requests', retryAfterSeconds: 95 }]),
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.locator('[name=account]').fill('alice');
      await page.locator('[name=password]').fill('not this');
      await page.locator('.form .primary').click();
      await page.getByText(words('Try again in', '后重试')).waitFor();
    },
  },
  {
    name: 'password-slow',
    prepare: (flow) => flow.next.set('password', [() => new Promise(() => {})]),
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.locator('[name=account]').fill('alice');
      await page.locator('[name=password]').fill('right');
      await page.locator('.form .primary').click();
      await page.locator('.form.slow').waitFor();
    },
  },
  {
    name: 'code-address',
    act: (page, _flow, words) => tab(page, words('One-time code', '验证码')),
  },
  {
    name: 'code-wrong',
    prepare: (flow) => flow.next.set('passcode', [{ refusal: 'passcode_invalid' }]),
    async act(page, _flow, words) {
      await tab(page, words('One-time code', '验证码'));
      await page.locator('[name=address]').fill('alice@example.com');
      await page.locator('.form .primary').click();
      await page.locator('[name=passcode]').fill('123456');
      await page.locator('.form .primary').click();
      await page.getByText(words('The code is wrong', '验证码错误')).waitFor();
    },
  },
  {
    name: 'sign-up',
    act: (page, _flow, words) => page.getByRole('button', { name: words('Create an account', '注册账号') }).click(),
  },
  {
    name: 'forgot',
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.getByRole('button', { name: words('Forgot password?', '忘记密码？') }).click();
    },
  },
  {
    name: 'forgot-code',
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.getByRole('button', { name: words('Forgot password?', '忘记密码？') }).click();
      await page.locator('[name=address]').fill('alice@example.com');
      await page.locator('.form .primary').click();
      await page.locator('[name=passcode]').waitFor();
    },
  },
  {
    name: 'password-due',
    prepare: (flow) =>
      flow.next.set('password', [{ refusal: 'password_reset_required', data: { passwordResetToken: 't' } }]),
    async act(page, _flow, words) {
      await tab(page, words('Password', '密码'));
      await page.locator('[name=account]').fill('alice');
      await page.locator('[name=password]').fill('old');
      await page.locator('.form .primary').click();
      await page.getByRole('heading', { name: words('Choose a new password', '请设置新密码') }).waitFor();
    },
  },
  { name: 'again', view: { account: alice, why: 'again' }, act: codeShown },
  { name: 'other-person', view: { account: alice, why: 'otherPerson' }, act: codeShown },
  { name: 'choose-account', view: { step: 'chooseAccount', account: alice } },
  { name: 'consent', view: { step: 'consent', account: alice, consent, application: relyingParty } },
  {
    name: 'device',
    view: {
      step: 'consent',
      purpose: 'device',
      account: { displayName: '陈晓明', photo: '', identifier: '138****0001' },
      consent: { scopes: ['openid', 'profile'], offlineAccess: false },
      device: { userCode: 'WDJB-MJHT', ip: '203.0.113.7', userAgent: 'example-cli/2.4' },
    },
  },
  {
    name: 'leave',
    view: { step: 'leave', leaveUrl: 'example-app://callback?code=x' },
  },
  {
    name: 'plain',
    view: {
      application: {
        name: '一个名字特别长的内部运营管理与数据分析综合平台（华东区域中心）',
        domain: 'a-rather-long-host-name.of-a-department.example-company.test',
        logoUrl: null,
        color: '#ffe600',
        termsUrl: null,
      },
      methods: { passcode: null, signUp: null, forgotPassword: false, password: { fields: ['username'] } },
    },
    act: codeShown,
  },
  {
    name: 'over',
    prepare: (flow) => flow.next.set('GET qrcode', [{ refusal: 'interaction_not_found', statusCode: 404 }]),
    act: (page, _flow, words) =>
      page.getByRole('heading', { name: words('This sign-in has ended', '本次登录已结束') }).waitFor(),
  },
  {
    name: 'foreign',
    prepare: (flow) => flow.next.set('view', [{ refusal: 'interaction_foreign', statusCode: 403 }]),
    act: (page, _flow, words) =>
      page.getByRole('heading', { name: words('Continue in the browser', '请在最初的浏览器中继续') }).waitFor(),
  },
  {
    name: 'fault',
    prepare: (flow) => flow.next.set('view', [{ refusal: 'internal', statusCode: 500 }]),
    act: (page, _flow, words) => page.getByRole('heading', { name: words('Something went wrong', '出错了') }).waitFor(),
  },
  {
    name: 'busy',
    prepare: (flow) => flow.next.set('view', [{ http: 429, refusal: 'too_many_requests', retryAfterSeconds: 42 }]),
    act: (page, _flow, words) => page.getByText(words('Next try in', '后重试')).waitFor(),
  },
  {
    name: 'open-app',
    phone: true,
    view: { apps: [app] },
    act: (page, _flow, words) => page.getByText(words('Open Example', '打开 Example')).waitFor(),
  },
];

const phoneAgent =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

/** Opens the page and brings it to the scene. */
export async function play(
  scene: Scene,
  double: Double,
  browser: import('playwright-core').Browser,
  look: { width: number; height: number; scheme: 'light' | 'dark'; language: 'en' | 'zh' },
): Promise<{ page: Page; flow: Flow; close(): Promise<void> }> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    locale: look.language === 'zh' ? 'zh-CN' : 'en-US',
    reducedMotion: 'reduce',
    ...(scene.phone && { userAgent: phoneAgent }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const flow = double.begin({ locale: look.language, ...scene.view });
  scene.prepare?.(flow);
  await page.goto(flow.url);
  await page.locator('h1').waitFor();
  await scene.act?.(page, flow, (en, zh) => (look.language === 'zh' ? zh : en));
  return { page, flow, close: () => context.close() };
}
