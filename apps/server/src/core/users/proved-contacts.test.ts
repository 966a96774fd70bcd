import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { PasscodePurpose } from '../sign-in/passcodes.ts';
import { caller, goodPassword, openPeople, type People } from '../sign-in/testing.ts';
import type { Contact } from './contact.ts';

let people: People;

beforeEach(async () => {
  people = await openPeople();
});
afterEach(() => people.close());

const email: Contact = { kind: 'email', address: 'victim@example.com' };
const phone: Contact = { kind: 'phone', address: '+8613800000001' };
const attackersEmail: Contact = { kind: 'email', address: 'attacker@example.com' };
const attackersPhone: Contact = { kind: 'phone', address: '+8613900000009' };

function register(given: { username?: string; email?: string; phone?: string }) {
  const { application } = people;
  return people.signUp.withPassword({ application, ...given, password: goodPassword, profile: {}, caller });
}

async function codeTo(contact: Contact, purpose: PasscodePurpose): Promise<string | undefined> {
  people.pass(61);
  const before = people.outbox.length;
  const { application } = people;
  await people.passcodes.send({ application, purpose, contact, language: 'en', caller });
  await people.passcodes.settle();
  return people.outbox[before]?.passcode;
}

async function enterByCode(contact: Contact, autoRegister = true) {
  const passcode = (await codeTo(contact, 'CHANNEL_LOGIN')) ?? 'none';
  const { application } = people;
  return people.signInWithPasscode({ application, contact, passcode, autoRegister, scope: 'openid', caller });
}

async function registerByCode(contact: Contact, given: { email?: string; phone?: string } = {}) {
  const passcode = (await codeTo(contact, 'CHANNEL_REGISTER')) ?? 'none';
  const { application } = people;
  return people.signUp.withPasscode({ application, contact, passcode, profile: {}, caller, ...given });
}

async function authenticated(accessToken: string) {
  return (await people.tokens.authenticate(accessToken, 'readProfile')) as SignedIn<never>;
}

describe('a contact that nobody proved', () => {
  it.each([
    ['email', email.address],
    ['account', email.address],
    ['phone', phone.address],
    ['account', phone.address],
  ] as const)('does not sign in with the password, as %s %s', async (field, identifier) => {
    await register({ username: 'somebody', email: email.address, phone: phone.address });
    await expect(people.enter(identifier, goodPassword, field)).rejects.toMatchObject({ code: 'wrong_credentials' });
    expect((await people.enter('somebody')).user.email).toBe(email.address);
  });

  it('gets no passcode to reset a password, and a passcode obtained otherwise resets none', async () => {
    await register({ username: 'somebody', email: email.address });
    expect(await codeTo(email, 'CHANNEL_RESET_PASSWORD')).toBeUndefined();
    await expect(people.passwordReset.verify(people.application, email, '123456', caller)).rejects.toMatchObject({
      code: 'passcode_invalid',
    });
  });

  it('is the name of whoever signed up with it and nothing else, until its owner comes', async () => {
    const { id } = await register({ email: email.address, phone: phone.address });
    expect((await people.enter(email.address)).user.id).toBe(id);
    await expect(people.enter(phone.address)).rejects.toMatchObject({ code: 'wrong_credentials' });
    expect(await codeTo(phone, 'CHANNEL_RESET_PASSWORD')).toBeUndefined();
    await enterByCode(email);
    await expect(people.enter(email.address)).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  it('is proved by a passcode that resets the password, which clears the account of everything else', async () => {
    const { id } = await register({ email: email.address, phone: attackersPhone.address });
    const { loginSession } = await people.enter(email.address);
    const passcode = (await codeTo(email, 'CHANNEL_RESET_PASSWORD')) ?? '';
    const token = await people.passwordReset.verify(people.application, email, passcode, caller);
    await people.passwordReset.reset(people.application, token, 'another fine password', caller);
    expect(await people.users.find(id)).toMatchObject({ emailVerified: true, phone: null });
    expect((await people.loginSessions.find(loginSession.id))?.revokedAt).not.toBeNull();
    expect((await people.enter(email.address, 'another fine password')).user.id).toBe(id);
  });

  it('is refused like a name that nobody has', async () => {
    await register({ username: 'somebody', email: email.address });
    const unproved = await people.enter(email.address, goodPassword, 'email').catch((error: unknown) => error);
    const nobody = await people.enter('nobody@example.com', goodPassword, 'email').catch((error: unknown) => error);
    expect(unproved).toEqual(nobody);
    expect(people.hashing).toEqual({ verified: 0, wasted: 2 });
  });

  it('stays with the account that proves it by a passcode, with its password and logins', async () => {
    await register({ username: 'somebody', email: email.address });
    const signedIn = await people.signedIn('somebody');
    const passcode = (await codeTo(email, 'CHANNEL_LOGIN')) && (await bindCode(signedIn, email));
    await people.ownContacts.bind(signedIn, { contact: email, passcode: passcode ?? '' }, caller);
    expect((await people.enter(email.address)).user.id).toBe(signedIn.user.id);
  });
});

async function bindCode(person: SignedIn, contact: Contact): Promise<string> {
  people.pass(61);
  const { application } = people;
  const { user } = person;
  await people.passcodes.send({
    application,
    person: user,
    purpose: 'CHANNEL_BIND_EMAIL',
    contact,
    language: 'en',
    caller,
  });
  await people.passcodes.settle();
  return people.outbox.at(-1)?.passcode ?? '';
}

describe('an account made before its owner came', () => {
  it('by a password (classic-federated merge) loses password and every contact its maker left', async () => {
    const trap = await register({ username: 'trap', email: email.address, phone: attackersPhone.address });
    const { user } = await enterByCode(email);
    expect(user).toMatchObject({ id: trap.id, emailVerified: true, phone: null, passwordHash: null });
    await expect(people.enter('trap')).rejects.toMatchObject({ code: 'wrong_credentials' });
    await expect(people.enter(attackersPhone.address)).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  it('ends the sessions its maker kept open (unexpired session), V2 and refresh tokens with them', async () => {
    await register({ username: 'trap', email: email.address });
    const { tokenSet, loginSession } = await people.enter('trap', goodPassword, 'account', 'openid offline_access');
    await enterByCode(email);
    await expect(people.tokens.authenticate(tokenSet.accessToken, 'readProfile')).rejects.toMatchObject({
      code: 'not_signed_in',
    });
    expect((await people.loginSessions.find(loginSession.id))?.revokedAt).not.toBeNull();
  });

  it('keeps no second way in (trojan identifier): a passcode to its maker’s phone opens another account', async () => {
    const trap = await register({ username: 'trap', email: email.address, phone: attackersPhone.address });
    await enterByCode(email);
    expect((await enterByCode(attackersPhone)).user.id).not.toBe(trap.id);
    expect(await codeTo({ ...attackersPhone, address: '+8613900000008' }, 'CHANNEL_RESET_PASSWORD')).toBeUndefined();
  });

  it('takes no change of contacts that was asked for before (unexpired e-mail change)', async () => {
    await register({ username: 'trap', email: email.address });
    const maker = await people.signedIn('trap');
    const passcode = await bindCode(maker, attackersEmail);
    const token = await people.ownContacts.allowReplacement(
      maker,
      { next: { contact: attackersEmail, passcode } },
      caller,
    );
    const { tokenSet } = await enterByCode(email);
    const owner = await authenticated(tokenSet.accessToken);
    for (const asked of [maker, owner]) {
      await expect(people.ownContacts.replaceWithToken(asked, 'email', token, caller)).rejects.toBeDefined();
    }
    expect((await people.users.find(owner.user.id))?.email).toBe(email.address);
  });

  it('takes no password by a reset that was allowed before', async () => {
    const trap = await register({ username: 'trap', email: email.address });
    const token = await people.resetTokens.issue(trap);
    await enterByCode(email);
    await expect(
      people.passwordReset.reset(people.application, token, 'another fine password', caller),
    ).rejects.toMatchObject({ code: 'passcode_invalid' });
  });

  it('does not count as proved merely because an import contains it (non-verifying provider)', async () => {
    const imported = await people.addUser({ username: 'kate', email: email.address, userSourceType: 'adminCreated' });
    await expect(people.enter(email.address)).rejects.toMatchObject({ code: 'wrong_credentials' });
    const { user } = await enterByCode(email);
    expect(user).toMatchObject({ id: imported.id, passwordHash: null });
  });

  it('keeps its password where an operator says that the contact is proved', async () => {
    await people.addUser({ username: 'kate', email: email.address, emailVerified: true });
    await enterByCode(email);
    expect((await people.enter(email.address)).user.username).toBe('kate');
  });

  it('is not changed by requests of its maker that are still under way', async () => {
    await register({ username: 'trap', email: email.address });
    const maker = await people.signedIn('trap');
    const passcode = await bindCode(maker, attackersPhone);
    const { user } = await enterByCode(email);
    await expect(people.ownContacts.bind(maker, { contact: attackersPhone, passcode }, caller)).rejects.toMatchObject({
      code: 'not_signed_in',
    });
    await expect(
      people.changePassword(maker, { oldPassword: goodPassword, newPassword: 'another fine password' }, caller),
    ).rejects.toBeDefined();
    expect(await people.users.find(user.id)).toMatchObject({ phone: null, passwordHash: null });
  });
});

describe('an account of somebody who proved another contact', () => {
  it('stays theirs: who proves the contact they only claimed gets an account of their own', async () => {
    const theirs = await registerByCode(attackersEmail, { phone: phone.address });
    const { user } = await enterByCode(phone);
    expect(user.id).not.toBe(theirs.id);
    expect(user).toMatchObject({ phone: phone.address, phoneVerified: true, email: null });
    expect(await people.users.find(theirs.id)).toMatchObject({ email: attackersEmail.address, phone: null });
  });

  it('is not opened by a passcode to the contact it only claims', async () => {
    await registerByCode(attackersEmail, { phone: phone.address });
    await expect(enterByCode(phone, false)).rejects.toMatchObject({ code: 'user_not_found' });
  });

  it('loses the claim to whoever registers with the contact, or binds it, by a passcode', async () => {
    const one = await registerByCode(attackersEmail, { phone: phone.address });
    const owner = await registerByCode(phone);
    expect(owner.phoneVerified).toBe(true);
    expect((await people.users.find(one.id))?.phone).toBeNull();

    const two = await register({ username: 'other', email: email.address });
    const { tokenSet } = await enterByCode(phone);
    const signedIn = await authenticated(tokenSet.accessToken);
    const passcode = await bindCode(signedIn, email);
    await people.ownContacts.bind(signedIn, { contact: email, passcode }, caller);
    expect((await people.users.find(two.id))?.email).toBeNull();
    expect((await people.users.find(owner.id))?.emailVerified).toBe(true);
  });

  it('keeps what it proved from everybody else', async () => {
    await registerByCode(phone);
    await expect(register({ username: 'late', phone: phone.address })).rejects.toMatchObject({ code: 'user_exists' });
    await expect(registerByCode(phone)).rejects.toMatchObject({ code: 'user_exists' });
  });
});
