import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SignedIn } from '../sessions/signed-in.ts';
import { caller, goodPassword, openPeople, type People } from '../sign-in/testing.ts';

const nextPassword = 'a quite different one';

let people: People;
let here: SignedIn<never>;
let elsewhere: SignedIn<never>;
beforeEach(async () => {
  people = await openPeople();
  await people.addUser({ username: 'alice', email: 'alice@example.com' });
  here = await people.signedIn('alice');
  elsewhere = await people.signedIn('alice');
});
afterEach(() => people.close());

const change = (oldPassword: string | undefined, newPassword = nextPassword) =>
  people.changePassword(here, { oldPassword, newPassword }, caller);
const refusing = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    detail: field === undefined ? expect.anything() : expect.objectContaining({ field }),
  });

it('lets the new password in and the old one no more', async () => {
  people.pass(60);
  await change(goodPassword);
  await expect(people.enter('alice', goodPassword)).rejects.toEqual(refusing('wrong_credentials'));
  const { user } = await people.enter('alice', nextPassword);
  expect(user).toMatchObject({ passwordLastSetAt: people.clock.now(), passwordSecurityLevel: 3 });
});

it('ends every other login of the person, and nobody else’s', async () => {
  await people.addUser({ username: 'bob' });
  const bob = await people.signedIn('bob');
  await change(goodPassword);
  const revokedAt = async ({ loginSession }: SignedIn) => (await people.loginSessions.find(loginSession.id))?.revokedAt;
  expect(await revokedAt(elsewhere)).toBe(people.clock.now());
  expect(await revokedAt(here)).toBeNull();
  expect(await revokedAt(bob)).toBeNull();
});

it('is recorded, and so are the logins it ended', async () => {
  await change(goodPassword);
  expect(await people.audit.list({ type: 'user.password_changed', limit: 5 })).toMatchObject([
    { userId: here.user.id },
  ]);
  expect(await people.audit.list({ type: 'session.revoked', limit: 5 })).toMatchObject([
    { userId: here.user.id, detail: { reason: 'password_changed' } },
  ]);
});

it.each([
  ['wrong_old_password', 'oldPassword', 'not the password', nextPassword],
  ['invalid_argument', 'oldPassword', undefined, nextPassword],
  ['password_too_weak', 'newPassword', goodPassword, '123456'],
  ['password_too_weak', 'newPassword', goodPassword, 'abc'],
])('refuses with %s on %s, changing nothing', async (code, field, oldPassword, newPassword) => {
  await expect(change(oldPassword, newPassword)).rejects.toEqual(refusing(code, field));
  await expect(people.enter('alice', goodPassword)).resolves.toBeDefined();
  expect((await people.loginSessions.find(elsewhere.loginSession.id))?.revokedAt).toBeNull();
});

it('cannot be used to guess the old password faster than sign-in', async () => {
  for (let index = 0; index < 3; index++) {
    await expect(change(`guess ${index}`)).rejects.toEqual(refusing('wrong_old_password'));
  }
  for (let index = 0; index < 2; index++) {
    await expect(people.enter('alice', `guess ${index}`)).rejects.toEqual(refusing('wrong_credentials'));
  }
  await expect(change(goodPassword)).rejects.toMatchObject({
    code: 'account_locked',
    detail: { retryAfterSeconds: 30 },
  });
  await expect(people.enter('alice')).rejects.toEqual(refusing('account_locked'));
});

it('needs no old password where none is set', async () => {
  await people.users.update({ ...here.user, passwordHash: null, version: here.user.version + 1 }, null);
  here = { ...here, user: { ...here.user, passwordHash: null, version: here.user.version + 1 } };
  await change(undefined);
  await expect(people.enter('alice', nextPassword)).resolves.toBeDefined();
});

it('lets one of two changes at once win', async () => {
  const outcomes = await Promise.allSettled([
    change(goodPassword, 'first new words'),
    change(goodPassword, 'second new words'),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'wrong_old_password' },
  });
});
