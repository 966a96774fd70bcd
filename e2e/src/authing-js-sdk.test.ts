import { AuthenticationClient, EmailScene, ManagementClient, UdfDataType, UdfTargetType } from 'authing-js-sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthingJsPage, serveAuthingJsPage } from './support/authing-js-page.ts';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { type PhoneApi, signInPhone } from './support/phone-api.ts';
import {
  alice,
  type Product,
  phoneApplication,
  siteApplication,
  startProduct,
  userPoolId,
  userPoolSecret,
} from './support/product.ts';

/** The official client from npm, unmodified: only its host differs (wire 10). */
describe('authing-js-sdk 4.23.55 in Node.js', () => {
  let product: Product;
  let phone: PhoneApi;

  beforeAll(async () => {
    product = await startProduct();
    phone = await signInPhone(product);
  });
  afterAll(() => product?.stop());

  const clientOf = (application: { id: string }) =>
    new AuthenticationClient({ appId: application.id, appHost: product.url, onError: () => {} });

  const administrator = () =>
    new ManagementClient({ userPoolId, secret: userPoolSecret, host: product.url, onError: () => {} });

  it('logs in with a password, reads and changes the account, and logs out', async () => {
    const client = clientOf(phoneApplication);
    const user = await client.loginByUsername(alice.username, alice.password);
    expect(user).toMatchObject({ username: alice.username, nickname: alice.nickname, loginsCount: 2, password: null });
    expect(Date.parse(user.tokenExpiredAt ?? '')).toBeGreaterThan(Date.now() + 13 * 86_400_000);

    expect(await client.getCurrentUser()).toMatchObject({ id: user.id, token: user.token });
    expect(await client.checkLoginStatus()).toMatchObject({
      code: 200,
      status: true,
      data: { id: user.id, userPoolId },
    });
    expect(await client.checkLoginStatus('rubbish')).toMatchObject({ status: false });
    expect(await client.updateProfile({ company: 'Wonderland' })).toMatchObject({ company: 'Wonderland' });
    expect(await client.checkLoginStatus()).toMatchObject({ status: true });
    const { token } = await client.refreshToken();
    expect(await client.checkLoginStatus(token ?? '')).toMatchObject({ status: true });
    expect(await client.checkPasswordStrength('12345')).toMatchObject({ valid: false });

    await client.logout();
    expect(await client.getCurrentUser()).toBeNull();
    expect(await client.checkLoginStatus(token ?? '')).toMatchObject({ status: false });
  });

  it('logs in by e-mail and by phone, and gets the published error codes', async () => {
    const client = clientOf(phoneApplication);
    expect(await client.loginByEmail('alice@example.com', alice.password)).toMatchObject({ username: alice.username });
    expect(await client.loginByPhonePassword('+8613800000001', alice.password)).toMatchObject({
      username: alice.username,
    });
    await expect(client.loginByUsername(alice.username, 'wrong')).rejects.toMatchObject({
      code: 2333,
      message: expect.any(String),
    });
    await expect(clientOf({ id: 'nobody' }).loginByUsername('a', 'b')).rejects.toMatchObject({ code: 2011 });
    expect(await clientOf(phoneApplication).getCurrentUser()).toBeNull();
  });

  it('encrypts passwords with SM2 when it is set to', async () => {
    const { sm2 } = await (await fetch(`${product.url}/api/v3/system`)).json();
    const client = new AuthenticationClient({
      appId: phoneApplication.id,
      appHost: product.url,
      encryption: { type: 'sm2', publicKey: sm2.publicKey },
      onError: () => {},
    });
    expect(await client.loginByUsername(alice.username, alice.password)).toMatchObject({ username: alice.username });
    await expect(client.loginByUsername(alice.username, 'wrong')).rejects.toMatchObject({ code: 2333 });
  });

  it('registers a person, who can then log in', async () => {
    const client = clientOf(phoneApplication);
    const registered = await client.registerByEmail(
      'carol@example.com',
      'queen of hearts, all in',
      { nickname: 'Carol' },
      { generateToken: true },
    );
    expect(registered).toMatchObject({ email: 'carol@example.com', nickname: 'Carol' });
    expect(await client.getCurrentUser()).toMatchObject({ id: registered.id });
    await expect(client.registerByEmail('carol@example.com', 'somebody else’s password')).rejects.toMatchObject({
      code: 2026,
    });
    // The same call again succeeds, because the caller may have lost the first reply.
    const again = await client.registerByEmail('carol@example.com', 'queen of hearts, all in', { nickname: 'Carol' });
    expect(again).toMatchObject({ id: registered.id });
  });

  it('sets a forgotten password with a one-time code, which the demo writes into its log', async () => {
    const client = clientOf(phoneApplication);
    await client.registerByEmail('erin@example.com', 'queen of hearts, all in');
    expect(await client.sendEmail('erin@example.com', EmailScene.ResetPassword)).toMatchObject({ code: 200 });
    const code = () => /^.*erin@example\.com.*?\b(\d{6})\b/m.exec(product.output())?.[1];
    await expect.poll(code).toBeDefined();
    const newPassword = 'knave of hearts, no more';
    expect(await client.resetPasswordByEmailCode('erin@example.com', code() ?? '', newPassword)).toMatchObject({
      code: 200,
    });
    expect(await client.loginByEmail('erin@example.com', newPassword)).toMatchObject({ email: 'erin@example.com' });
  });

  it('follows a QR code to its ticket, which stays good for the backend when an exchange without its secret is refused', async () => {
    const { qrcode } = clientOf(siteApplication);
    const { random, url } = await qrcode.geneCode({ customData: { from: 'journey' } });
    expect(url).toMatch(/\.png$/);
    expect(await qrcode.checkStatus(random)).toMatchObject({ random, status: 0, userInfo: {}, ticket: null });
    await phone.scan(random);
    expect(await qrcode.checkStatus(random)).toMatchObject({ status: 1, userInfo: { nickname: alice.nickname } });
    await phone.confirm(random);
    const { status, ticket } = await qrcode.checkStatus(random);
    expect(status).toBe(2);
    await expect(qrcode.exchangeUserInfo(String(ticket))).rejects.toThrow('"code":1001');

    const backend = administrator();
    const exchange = { method: 'POST' as const, url: `${product.url}/api/v2/qrcode/userinfo`, data: { ticket } };
    const user = await backend.makeRestRequest(exchange);
    expect(user).toMatchObject({ username: alice.username, token: expect.stringMatching(/^ey/) });
    expect(await clientOf(siteApplication).checkLoginStatus(user.token)).toMatchObject({ status: true });
    // The backend may repeat the exchange, because it may have lost the reply; to all others the ticket is used.
    expect(await backend.makeRestRequest(exchange)).toMatchObject({ token: user.token });
    const { id: client_id, secret: client_secret } = siteApplication;
    const body = JSON.stringify({ ticket, client_id, client_secret });
    const stolen = await fetch(exchange.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await stolen.json()).toMatchObject({ code: 2300 });
    await expect(qrcode.checkStatus('unknown')).rejects.toThrow('"code":2241');
  });

  it('manages people and the pool', async () => {
    const { users, userpool, udf } = administrator();
    const dan = await users.create({ username: 'dan', nickname: 'Dan', password: 'queen of hearts, all in' });
    expect(dan).toMatchObject({ username: 'dan', userPoolId, password: null });
    expect(await clientOf(phoneApplication).loginByUsername('dan', 'queen of hearts, all in')).toMatchObject({
      id: dan.id,
      newlyCreated: false,
    });
    expect(await users.update(dan.id, { nickname: 'Daniel' })).toMatchObject({ nickname: 'Daniel' });
    expect(await users.find({ username: 'dan' })).toMatchObject({ id: dan.id });
    expect(await users.exists({ username: 'dan' })).toBe(true);
    expect(await users.detail(dan.id)).toMatchObject({ id: dan.id, nickname: 'Daniel' });
    expect(await userpool.detail()).toMatchObject({ id: userPoolId });
    expect(await users.search('daniel')).toMatchObject({ totalCount: 1, list: [{ id: dan.id }] });
    const { totalCount, list } = await users.list(1, 1);
    expect(totalCount).toBeGreaterThan(1);
    expect(list).toHaveLength(1);
    await udf.set(UdfTargetType.User, 'since', UdfDataType.Datetime, 'Since');
    expect(await udf.set(UdfTargetType.User, 'seat', UdfDataType.Number, 'Seat')).toMatchObject({ key: 'seat' });
    const since = new Date('2026-01-01T08:00:00.000Z');
    await users.setUdfValueBatch([{ userId: dan.id, data: { seat: 7, since } }]);
    expect(await users.getUdfValueBatch([dan.id])).toEqual({ [dan.id]: { seat: 7, since } });
    expect(await udf.listUdv(UdfTargetType.User, dan.id)).toEqual([
      { key: 'seat', dataType: 'NUMBER', value: 7, label: 'Seat' },
      { key: 'since', dataType: 'DATETIME', value: since, label: 'Since' },
    ]);
    await udf.remove(UdfTargetType.User, 'seat');
    expect(await udf.list(UdfTargetType.User)).toMatchObject([{ key: 'since', dataType: 'DATETIME', label: 'Since' }]);
    expect(await users.delete(dan.id)).toMatchObject({ code: 200 });
    expect(await users.exists({ username: 'dan' })).toBe(false);
    expect(await userpool.update({ qrcodeLoginStrategy: { ticketExpiresAfter: 240 } })).toMatchObject({
      id: userPoolId,
      qrcodeLoginStrategy: { ticketExpiresAfter: 240, allowExchangeUserInfoFromBrowser: false },
    });
    const impostor = new ManagementClient({ userPoolId, secret: 'guessed', host: product.url, onError: () => {} });
    await expect(impostor.users.list()).rejects.toMatchObject({ code: 1300 });
  });
});

describe('authing-js-sdk 4.23.55 in a page of another origin', () => {
  let site: AuthingJsPage;
  let browsers: Browsers;
  let product: Product;
  let generous: Product;
  let page: Page;
  /** Every host that the pages called. */
  const hosts = new Set<string>();

  beforeAll(async () => {
    site = await serveAuthingJsPage();
    browsers = await openBrowsers();
    product = await startProduct({ allowedOrigins: [site.origin] });
    generous = await startProduct({ allowedOrigins: [site.origin], browserExchange: true, qrcodeExpiresIn: 8 });
  });
  afterAll(async () => {
    await browsers?.close();
    await site?.close();
    await product?.stop();
    await generous?.stop();
  });

  interface Seen {
    event: string;
    detail: unknown[];
  }

  async function open(at: Product, options?: { autoExchangeUserInfo?: boolean }): Promise<string> {
    page = await browsers.desk.newPage();
    page.on('request', (request) => hosts.add(new URL(request.url()).hostname));
    await page.goto(site.addressFor(at.url, options));
    return shown();
  }

  const seen = (): Promise<Seen[]> => page.evaluate('window.seen');

  /** What the events of this name reported, once there are `count` of them. */
  async function reported(event: string, count = 1): Promise<unknown[]> {
    await page.waitForFunction(`window.seen.filter(({ event }) => event === '${event}').length >= ${count}`);
    return (await seen()).filter((one) => one.event === event)[count - 1]?.detail ?? [];
  }

  /** The id of the QR code whose picture the page has drawn. */
  async function shown(count = 1): Promise<string> {
    const [random] = await reported('shown', count);
    expect(await page.evaluate(`document.querySelector('#code img')?.src.startsWith('data:image/png')`)).toBe(true);
    return String(random);
  }

  it('draws the code, reports the scan, and ends with a ticket', async () => {
    const phone = await signInPhone(product);
    const random = await open(product);
    await keepScreenshot(page, 'authing-js-1-code');
    await phone.scan(random);
    expect(await reported('scanned')).toMatchObject([
      { nickname: alice.nickname, photo: expect.stringMatching(/^http/) },
    ]);
    await keepScreenshot(page, 'authing-js-2-scanned');
    await phone.confirm(random);
    const [user, ticket] = await reported('success');
    expect(user).not.toHaveProperty('token');
    expect(ticket).toEqual(expect.any(String));
    await keepScreenshot(page, 'authing-js-3-success');
    expect(await seen()).not.toContainEqual(expect.objectContaining({ event: 'error' }));
    await page.close();
  });

  it('exchanges the ticket in the page where the pool allows it', async () => {
    const phone = await signInPhone(generous);
    const random = await open(generous, { autoExchangeUserInfo: true });
    await phone.scan(random);
    await phone.confirm(random);
    const [user] = await reported('success');
    expect(user).toMatchObject({ username: alice.username, token: expect.stringMatching(/^ey/) });
    expect(await page.evaluate(`localStorage.getItem('_authing_token')`)).toBe((user as { token: string }).token);
    await page.close();
  });

  it('logs in with a password, across origins', async () => {
    await open(product);
    const logIn = async ({ appId, appHost, username, password }: Record<string, string>) => {
      const { AuthenticationClient } = (window as never as { Authing: typeof import('authing-js-sdk') }).Authing;
      const client = new AuthenticationClient({ appId: appId ?? '', appHost });
      await client.loginByUsername(username ?? '', password ?? '');
      return client.getCurrentUser();
    };
    const user = await page.evaluate(logIn, {
      appId: phoneApplication.id,
      appHost: product.url,
      username: alice.username,
      password: alice.password,
    });
    expect(user).toMatchObject({ username: alice.username });
    await page.close();
  });

  it('shows a new code when the person declines', async () => {
    const phone = await signInPhone(product);
    const random = await open(product);
    await phone.scan(random);
    await phone.cancel(random);
    await reported('cancel');
    expect(await shown(2)).not.toBe(random);
    await page.close();
  });

  it('covers an expired code, and draws another on request', async () => {
    const random = await open(generous);
    await reported('expired');
    await keepScreenshot(page, 'authing-js-4-expired');
    await page.getByText('QR code has expired').click();
    expect(await shown(2)).not.toBe(random);
    expect(await seen()).not.toContainEqual(expect.objectContaining({ event: 'error' }));
    await page.close();
  });

  it('calls no host but the site and the product', () => {
    expect([...hosts].filter((host) => host !== '')).toEqual(['127.0.0.1', 'localhost']);
  });
});
