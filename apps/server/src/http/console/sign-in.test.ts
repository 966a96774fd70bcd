import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { type ConsoleBrowser, createConsoleBrowser, join, type setUpOwner } from './browser.fixture.ts';

let passbeam: TestPassbeam;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
const tokenOf = (url: string) => url.split('#')[1] ?? '';

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
});
afterAll(() => passbeam?.close());

const signInAs = async (given: { signInName?: string; password?: string; totp?: string } = {}) => {
  const browser = createConsoleBrowser(passbeam);
  const asked = { signInName: 'ada', password: owner.password, ...given };
  return { browser, reply: await browser.call('sign-in', asked) };
};
/** Codes are good once, so each test waits for the next. */
const nextCode = (secret = owner.secret) => {
  passbeam.pass(30);
  return owner.browser.codeOf(secret);
};

describe('setting up', () => {
  const given = { name: 'Ada', signInName: 'ada', password: 'a lighthouse in the fog' };
  let left = '';

  it('tells what a link is for, without using it up, and refuses ones that there are not', async () => {
    const link = await passbeam.consoleLinks.setUpLink();
    expect(link?.url).toMatch(/^http:\/\/localhost:3000\/console\/set-up#[\w-]{43}$/);
    const browser = createConsoleBrowser(passbeam);
    for (let times = 0; times < 2; times++) {
      const { data } = await browser.call('read-link', { token: tokenOf(link?.url ?? '') });
      expect(data).toMatchObject({ purpose: 'setUp', name: null, signInName: null });
    }
    expect(await browser.call('read-link', { token: 'x' })).toMatchObject({ statusCode: 404, apiCode: 1351 });
  });

  it('is over after an hour, and not by the next link', async () => {
    const browser = createConsoleBrowser(passbeam);
    const link = await passbeam.consoleLinks.setUpLink();
    const token = tokenOf(link?.url ?? '');
    passbeam.pass(3599);
    await passbeam.consoleLinks.setUpLink();
    expect((await browser.call('read-link', { token })).statusCode).toBe(200);
    passbeam.pass(1);
    expect(await browser.call('set-up', { ...given, token })).toMatchObject({ apiCode: 1351 });
  });

  it('takes no weak password, and stays open then', async () => {
    const link = await passbeam.consoleLinks.setUpLink();
    const token = tokenOf(link?.url ?? '');
    const browser = createConsoleBrowser(passbeam);
    expect(await browser.call('set-up', { ...given, token, password: '123456' })).toMatchObject({ statusCode: 400 });
    expect((await browser.call('read-link', { token })).statusCode).toBe(200);
  });

  it('makes one owner of several visitors, who then sets up an authenticator', async () => {
    left = tokenOf((await passbeam.consoleLinks.setUpLink())?.url ?? '');
    const link = await passbeam.consoleLinks.setUpLink();
    const token = tokenOf(link?.url ?? '');
    const visitors = ['ada', 'eve', 'mallory'].map((signInName) => {
      const browser = createConsoleBrowser(passbeam);
      return browser.call('set-up', { ...given, token, signInName }).then((reply) => ({ browser, reply, signInName }));
    });
    const all = await Promise.all(visitors);
    const [winner, ...more] = all.filter(({ reply }) => reply.statusCode === 200);
    expect(more).toEqual([]);
    expect(winner?.reply.data).toEqual({ step: 'enrol', ways: [] });
    for (const { reply } of all.filter((one) => one !== winner)) expect(reply).toMatchObject({ apiCode: 1351 });
    const browser = winner?.browser as ConsoleBrowser;
    expect(await browser.manage('list-applications')).toMatchObject({ statusCode: 401 });
    const { secret, recoveryCodes } = await browser.enrol();
    expect(recoveryCodes).toHaveLength(10);
    owner = { browser, signInName: winner?.signInName ?? '', password: given.password, secret, recoveryCodes };
    expect((await browser.manage('list-applications')).statusCode).toBe(200);
  });

  it('is impossible after an owner exists, whatever link is left', async () => {
    const browser = createConsoleBrowser(passbeam);
    expect(await browser.call('read-link', { token: left })).toMatchObject({ apiCode: 1351 });
    expect(await browser.call('set-up', { ...given, token: left })).toMatchObject({ apiCode: 1351 });
    expect(await passbeam.consoleLinks.setUpLink()).toBeNull();
  });
});

describe('signing in', () => {
  it('wants the password and then the authenticator, and gives a new cookie for each', async () => {
    const { browser, reply } = await signInAs({ signInName: owner.signInName });
    expect(reply.data).toEqual({ step: 'secondFactor', ways: ['totp', 'recoveryCode'] });
    const first = browser.cookie();
    expect(await browser.manage('list-applications')).toMatchObject({ statusCode: 401, apiCode: 2020 });
    expect((await browser.call('second-factor', { totp: nextCode() })).data.step).toBe('done');
    expect(browser.cookie()).not.toBe(first);
    expect((await browser.manage('list-applications')).statusCode).toBe(200);
    const stale = createConsoleBrowser(passbeam);
    stale.setCookie(first);
    expect(await stale.call('me')).toMatchObject({ statusCode: 401 });
  });

  it('takes both at once', async () => {
    const { reply } = await signInAs({ signInName: owner.signInName, totp: nextCode() });
    expect(reply.data.step).toBe('done');
  });

  it('takes each code of an authenticator once', async () => {
    const totp = nextCode();
    expect((await signInAs({ signInName: owner.signInName, totp })).reply.data.step).toBe('done');
    expect((await signInAs({ signInName: owner.signInName, totp })).reply).toMatchObject({ apiCode: 2333 });
  });

  it('takes each recovery code once, however it is typed', async () => {
    const recoveryCode = owner.recoveryCodes[0]?.toUpperCase().replaceAll('-', ' ');
    const once = async () => {
      const { browser } = await signInAs({ signInName: owner.signInName });
      return (await browser.call('second-factor', { recoveryCode })).statusCode;
    };
    expect([await once(), await once()]).toEqual([200, 403]);
  });

  it('says the same of unknown names, wrong passwords and suspended administrators', async () => {
    const bob = await join(passbeam, owner.browser, 'bob', [{ userPoolId: 'pool1', role: 'viewer' }]);
    const suspend = { administratorId: bob.id, state: 'suspended' };
    await owner.browser.call('fresh-proof', { password: owner.password, totp: nextCode() });
    expect((await owner.browser.manage('update-administrator', suspend)).statusCode).toBe(200);
    const told = async (signInName: string, password: string) => {
      const { requestId: _, ...reply } = (await signInAs({ signInName, password })).reply;
      return reply;
    };
    const unknown = await told('nobody', owner.password);
    expect(unknown).toMatchObject({ statusCode: 403, apiCode: 2333 });
    expect(await told(owner.signInName, 'wrong password')).toEqual(unknown);
    expect(await told('bob', bob.password)).toEqual(unknown);
  });

  it('slows guesses down, at the password and at the second factor', async () => {
    const replies = [];
    for (let times = 0; times < 6; times++)
      replies.push((await signInAs({ signInName: 'carol', password: 'guess' })).reply);
    expect(replies.map(({ apiCode }) => apiCode)).toEqual([2333, 2333, 2333, 2333, 2333, 2005]);
    const { browser } = await signInAs({ signInName: owner.signInName });
    const codes = [];
    for (let times = 0; times < 6; times++)
      codes.push((await browser.call('second-factor', { totp: '000000' })).apiCode);
    expect(codes).toEqual([2333, 2333, 2333, 2333, 2333, 2005]);
    passbeam.pass(30);
    expect((await browser.call('second-factor', { totp: nextCode() })).statusCode).toBe(200);
  });

  it('ends after half an hour without a human act; polls do not count as one', async () => {
    const { browser } = await signInAs({ signInName: owner.signInName, totp: nextCode() });
    passbeam.pass(29 * 60);
    expect((await browser.call('me', {}, { 'x-console-act': '1' })).statusCode).toBe(200);
    passbeam.pass(29 * 60);
    expect((await browser.call('me')).statusCode).toBe(200);
    passbeam.pass(60);
    expect((await browser.call('me')).statusCode).toBe(401);
  });

  it('ends after twelve hours however much is done', async () => {
    const { browser } = await signInAs({ signInName: owner.signInName, totp: nextCode() });
    for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
      passbeam.pass(20 * 60);
      expect((await browser.call('me', {}, { 'x-console-act': '1' })).statusCode, String(passed)).toBe(200);
    }
    passbeam.pass(20 * 60);
    expect((await browser.call('me')).statusCode).toBe(401);
  });
});

describe('the own account', () => {
  const signedIn = async () => (await signInAs({ signInName: owner.signInName, totp: nextCode() })).browser;

  it('shows who is signed in, with roles by pool', async () => {
    const { data } = await (await signedIn()).call('me');
    expect(data).toMatchObject({
      step: 'done',
      administrator: { name: 'Ada', grants: [{ userPoolId: '*', role: 'owner' }] },
      pools: [{ userPoolId: 'pool1', role: 'owner' }],
      secondFactor: { totp: true, linkedPerson: null },
    });
  });

  it('keeps name, language and theme', async () => {
    const browser = await signedIn();
    const { data } = await browser.call('update-me', { name: 'Ada L.', language: 'zh', theme: 'dark' });
    expect(data.administrator).toMatchObject({ name: 'Ada L.', language: 'zh', theme: 'dark' });
  });

  it('lists the logins and ends them, others or one', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const { list } = (await one.call('own-logins')).data;
    expect(list.filter(({ isThis }: { isThis: boolean }) => isThis)).toHaveLength(1);
    expect((await one.call('end-own-logins', { others: true })).data.ended).toBe(list.length - 1);
    expect((await other.call('me')).statusCode).toBe(401);
    await one.call('sign-out');
    expect((await one.call('me')).statusCode).toBe(401);
  });

  it('takes another password after a fresh proof, and ends every other login', async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const newPassword = 'another lighthouse far away';
    passbeam.pass(5 * 60);
    expect(await one.call('change-password', { newPassword })).toMatchObject({ apiCode: 1350, data: { maxAge: 300 } });
    const { data } = await one.call('fresh-proof', { password: owner.password });
    expect(data.step).toBe('secondFactor');
    expect((await one.call('second-factor', { totp: nextCode() })).statusCode).toBe(200);
    expect((await one.call('change-password', { newPassword })).statusCode).toBe(200);
    expect((await one.call('me')).statusCode).toBe(200);
    expect((await other.call('me')).statusCode).toBe(401);
    owner.password = newPassword;
  });

  it('takes another authenticator, once a code of it was shown', async () => {
    const browser = await signedIn();
    const { secret, uri } = (await browser.call('begin-totp')).data;
    expect(uri).toContain('otpauth://totp/');
    expect((await browser.call('confirm-totp', { totp: '000000' })).statusCode).toBe(403);
    expect((await signInAs({ signInName: owner.signInName, totp: nextCode() })).reply.data.step).toBe('done');
    const { data } = await browser.call('confirm-totp', { totp: browser.codeOf(secret) });
    expect(data.recoveryCodes).toHaveLength(10);
    expect((await signInAs({ signInName: owner.signInName, totp: nextCode() })).reply.statusCode).toBe(403);
    owner.secret = secret;
    expect((await signInAs({ signInName: owner.signInName, totp: nextCode() })).reply.data.step).toBe('done');
  });
});
