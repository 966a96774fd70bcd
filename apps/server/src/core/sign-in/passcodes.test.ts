import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../users/contact.ts';
import type { PasscodePurpose } from './passcodes.ts';
import { caller, goodPassword, openPeople, type People } from './testing.ts';

const mail: Contact = { kind: 'email', address: 'alice@example.com' };
const stranger: Contact = { kind: 'email', address: 'nobody@example.com' };

let people: People;
beforeEach(async () => {
  people = await openPeople();
  await people.addUser({
    username: 'alice',
    email: 'alice@example.com',
    emailVerified: true,
    phone: '+8613800000001',
  });
});
afterEach(() => people.close());

async function send(contact: Contact = mail, purpose: PasscodePurpose = 'CHANNEL_LOGIN'): Promise<string> {
  await people.passcodes.send({ application: people.application, purpose, contact, language: 'en', caller });
  return people.outbox.at(-1)?.passcode ?? '';
}
let callers = 0;
/** Takes a passcode as a caller that never asked before. */
const take = (passcode: string, contact: Contact = mail, purpose: PasscodePurpose = 'CHANNEL_LOGIN', pool = 'pool1') =>
  people.passcodes.take(pool, purpose, contact, passcode, `caller ${callers++}`).then(
    () => true,
    (error: { code: string }) => error.code,
  );
const enter = (passcode: string, contact: Contact = mail, autoRegister = false) =>
  people.signInWithPasscode({
    application: people.application,
    contact,
    passcode,
    autoRegister,
    scope: 'openid profile',
    caller,
  });

describe('a passcode', () => {
  it('is six digits in a message that names the application', async () => {
    await send();
    expect(people.outbox).toEqual([
      {
        id: expect.stringMatching(/^.{43}$/),
        to: mail,
        passcode: expect.stringMatching(/^\d{6}$/),
        purpose: 'CHANNEL_LOGIN',
        applicationId: 'phone',
        applicationName: 'Phone',
        expiresInSeconds: 300,
        language: 'en',
      },
    ]);
  });

  it('is taken once, by one of many callers', async () => {
    const passcode = await send();
    const answers = await Promise.all(Array.from({ length: 20 }, () => take(passcode)));
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set([true, 'passcode_invalid']));
  });

  it('is taken with spaces around it and whatever the case of the address', async () => {
    expect(await take(` ${await send()} `, { kind: 'email', address: 'Alice@EXAMPLE.com' })).toBe(true);
  });

  it('lives for five minutes', async () => {
    const passcode = await send();
    people.pass(299);
    expect(await take(passcode)).toBe(true);
    people.pass(60);
    const second = await send();
    people.pass(300);
    expect(await take(second)).toBe('passcode_invalid');
  });

  it('is void after five wrong guesses, and the next one is not', async () => {
    const passcode = await send();
    const wrong = passcode === '000000' ? '000001' : '000000';
    for (let guess = 0; guess < 5; guess++) expect(await take(wrong)).toBe('passcode_invalid');
    expect(await take(passcode)).toBe('passcode_invalid');
    people.pass(60);
    expect(await take(await send())).toBe(true);
  });

  it.each([
    ['another channel', mail, 'CHANNEL_REGISTER', 'pool1'],
    ['the reset of a password', mail, 'CHANNEL_RESET_PASSWORD', 'pool1'],
    ['another address', stranger, 'CHANNEL_LOGIN', 'pool1'],
    ['another pool', mail, 'CHANNEL_LOGIN', 'pool2'],
    ['a phone spelt like the address', { kind: 'phone', address: mail.address }, 'CHANNEL_LOGIN', 'pool1'],
  ] as const)('opens nothing of %s', async (_, contact, purpose, pool) => {
    const passcode = await send();
    expect(await take(passcode, contact, purpose, pool)).toBe('passcode_invalid');
    expect(await take(passcode)).toBe(true);
  });

  it('replaces the one before, and not within a minute', async () => {
    const first = await send();
    await expect(send()).rejects.toMatchObject({ code: 'too_many_requests', detail: { retryAfterSeconds: 60 } });
    people.pass(45);
    await expect(send()).rejects.toMatchObject({ detail: { retryAfterSeconds: 15 } });
    people.pass(15);
    const second = await send();
    if (first !== second) expect(await take(first)).toBe('passcode_invalid');
    expect(await take(second)).toBe(true);
  });

  it('is nowhere in the store, neither in the clear nor as a hash that could be guessed', async () => {
    const passcode = await send();
    const [row] = await Promise.all([people.audit.list({ type: 'passcode.requested', limit: 1 })]);
    expect(JSON.stringify(row)).not.toContain(passcode);
    expect(JSON.stringify(row)).not.toContain('alice@example.com');
    expect(await take(people.secrets.hash(passcode))).toBe('passcode_invalid');
  });

  it('has every digit equally often', () => {
    const counts = new Map<string, number>();
    for (const digit of people.secrets.randomDigits(100_000)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    expect([...counts.keys()].sort().join('')).toBe('0123456789');
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('asking for a passcode', () => {
  it('is answered alike for strangers, who are sent one only where they may register', async () => {
    await send(stranger);
    expect(people.outbox).toHaveLength(1);
    await people.setSecurity({ registerDisabled: true });
    people.pass(60);
    await expect(send(stranger)).resolves.toBeDefined();
    await expect(send(stranger)).rejects.toMatchObject({ code: 'too_many_requests' });
    expect(people.outbox).toHaveLength(1);
    people.pass(60);
    await send(stranger, 'CHANNEL_RESET_PASSWORD');
    expect(people.outbox).toHaveLength(1);
    await send(mail, 'CHANNEL_RESET_PASSWORD');
    expect(people.outbox).toHaveLength(2);
  });
});

describe('signing in with a passcode', () => {
  it('logs in, proves the address and says how', async () => {
    const { user, loginSession } = await enter(await send());
    expect(user).toMatchObject({ username: 'alice', emailVerified: true, phoneVerified: false });
    expect(loginSession.amr).toEqual(['otp']);
    expect((await people.users.find(user.id))?.loginsCount).toBe(1);
    expect((await people.enter('alice')).user.id).toBe(user.id);
  });

  it('refuses and records a wrong passcode, and a right one for a suspended account', async () => {
    await expect(enter('000000')).rejects.toMatchObject({ code: 'passcode_invalid' });
    const [event] = await people.audit.list({ type: 'user.sign_in_failed', limit: 1 });
    expect(event).toMatchObject({ detail: { field: 'email', amr: 'otp' }, userId: expect.any(String) });
    const alice = await people.users.findByLogin('pool1', 'username', 'alice');
    if (alice === null) throw new Error('alice is missing');
    const passcode = await send();
    await people.users.update({ ...alice, status: 'Suspended', version: alice.version + 1 }, null);
    await expect(enter(passcode)).rejects.toMatchObject({ code: 'user_suspended' });
  });

  it('makes an account only when asked to, and where the pool is open', async () => {
    await expect(enter(await send(stranger), stranger)).rejects.toMatchObject({ code: 'user_not_found' });
    people.pass(60);
    const { user } = await enter(await send(stranger), stranger, true);
    expect(user).toMatchObject({ email: 'nobody@example.com', emailVerified: true, passwordHash: null });
    people.pass(60);
    expect((await enter(await send(stranger), stranger, true)).user.id).toBe(user.id);
    const other: Contact = { kind: 'phone', address: '+8613800000009' };
    const passcode = await send(other);
    await people.setSecurity({ registerDisabled: true });
    await expect(enter(passcode, other, true)).rejects.toMatchObject({ code: 'registration_disabled' });
  });

  it('takes an account from somebody who registered with an address that was not theirs', async () => {
    const squatter = await people.signUp.withPassword({
      application: people.application,
      username: 'squatter',
      email: 'victim@example.com',
      password: goodPassword,
      profile: {},
      caller,
    });
    const theirs = await people.signedIn('squatter');
    const victim: Contact = { kind: 'email', address: 'victim@example.com' };
    const { user, tokenSet } = await enter(await send(victim), victim);
    expect(user).toMatchObject({ id: squatter.id, emailVerified: true, passwordHash: null });
    expect((await people.loginSessions.find(theirs.loginSession.id))?.revokedAt).not.toBeNull();
    await expect(people.enter('victim@example.com')).rejects.toMatchObject({ code: 'wrong_credentials' });
    await expect(people.tokens.authenticate(tokenSet.accessToken, 'readProfile')).resolves.toBeDefined();
  });
});

describe('registering with a passcode', () => {
  const register = (passcode: string, more: { password?: string; email?: string } = {}) =>
    people.signUp.withPasscode({
      application: people.application,
      contact: { kind: 'phone', address: '+8613800000009' },
      passcode,
      profile: { nickname: 'Nine' },
      caller,
      ...more,
    });
  const phone: Contact = { kind: 'phone', address: '+8613800000009' };

  it('makes a verified account that can sign in', async () => {
    const user = await register(await send(phone, 'CHANNEL_REGISTER'), {
      password: goodPassword,
      email: 'n@example.com',
    });
    expect(user).toMatchObject({
      phone: '+8613800000009',
      phoneVerified: true,
      email: 'n@example.com',
      emailVerified: false,
      registerSource: ['basic:phone-code'],
      userSourceType: 'register',
    });
    expect((await people.enter('+8613800000009')).user.id).toBe(user.id);
  });

  it('needs the passcode, and leaves it good when something else is wrong', async () => {
    const passcode = await send(phone, 'CHANNEL_REGISTER');
    await expect(register(passcode, { password: '123456' })).rejects.toMatchObject({ code: 'password_too_weak' });
    await expect(register(passcode === '000000' ? '1' : '000000')).rejects.toMatchObject({ code: 'passcode_invalid' });
    await expect(register(passcode)).resolves.toBeDefined();
    people.pass(11);
    await expect(register(passcode)).rejects.toMatchObject({ code: 'passcode_invalid' });
    people.pass(60);
    await expect(register(await send(phone, 'CHANNEL_REGISTER'))).rejects.toMatchObject({ code: 'user_exists' });
  });
});

describe('resetting a password', () => {
  const verify = async (passcode: string, contact = mail) =>
    people.passwordReset.verify(people.application, contact, passcode, caller);
  const reset = (token: string, password: string) =>
    people.passwordReset.reset(people.application, token, password, caller);

  it('sets one password and ends every login', async () => {
    const before = await people.signedIn('alice');
    const token = await verify(await send(mail, 'CHANNEL_RESET_PASSWORD'));
    await expect(reset(token, '123456')).rejects.toMatchObject({ code: 'password_too_weak' });
    await reset(token, 'another good password');
    await expect(reset(token, 'yet another password')).rejects.toMatchObject({ code: 'passcode_invalid' });
    await expect(people.enter('alice')).rejects.toMatchObject({ code: 'wrong_credentials' });
    expect((await people.enter('alice', 'another good password')).user.username).toBe('alice');
    expect((await people.loginSessions.find(before.loginSession.id))?.revokedAt).not.toBeNull();
  });

  it('refuses login passcodes, old tokens, and tokens of nobody', async () => {
    await expect(verify(await send())).rejects.toMatchObject({ code: 'passcode_invalid' });
    people.pass(60);
    const token = await verify(await send(mail, 'CHANNEL_RESET_PASSWORD'));
    for (const wrong of ['', 'x', `${token}x`, token.replace(/^.*\./, 'nobody.')]) {
      await expect(reset(wrong, 'another good password')).rejects.toMatchObject({ code: 'passcode_invalid' });
    }
    people.pass(600);
    await expect(reset(token, 'another good password')).rejects.toMatchObject({ code: 'passcode_invalid' });
  });
});
