import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SignedIn } from '../sessions/signed-in.ts';
import { caller, openPeople, type People } from '../sign-in/testing.ts';

let people: People;
let alice: SignedIn<never>;
beforeEach(async () => {
  people = await openPeople();
  await people.addUser({
    username: 'alice',
    email: 'alice@example.com',
    externalId: 'hr-1',
    nickname: 'Alice',
    profile: { city: 'Oslo', company: 'Acme' },
    customData: { team: 'blue', level: 1 },
  });
  await people.addUser({ username: 'bob', externalId: 'hr-2' });
  alice = await people.signedIn('alice');
});
afterEach(() => people.close());

const refusing = (code: string, field: string) =>
  expect.objectContaining({ code, detail: expect.objectContaining({ field }) });

it('changes what is given, clears null, leaves the rest', async () => {
  const next = await people.profiles.update(alice, { nickname: 'Ally', city: null, gender: 'F' }, caller);
  expect(next.profile).toEqual({ nickname: 'Ally', company: 'Acme', gender: 'F' });
  expect(next).toMatchObject({ username: 'alice', externalId: 'hr-1', customData: { team: 'blue', level: 1 } });
  expect(await people.users.find(alice.user.id)).toMatchObject({ profile: next.profile, version: next.version });
});

it('records the names of the changed fields, not their values', async () => {
  await people.profiles.update(alice, { nickname: 'Secret nick' }, caller);
  const [event] = await people.audit.list({ type: 'user.updated', limit: 1 });
  expect(event).toMatchObject({ userId: alice.user.id, detail: { fields: 'nickname' } });
});

it('renames, and keeps the own name under another case', async () => {
  await people.profiles.update(alice, { username: 'ALICE' }, caller);
  const next = await people.profiles.update(alice, { username: 'alice2', externalId: null }, caller);
  expect(next).toMatchObject({ username: 'alice2', externalId: null });
});

it.each([
  ['username', { username: 'BOB' }],
  ['externalId', { externalId: 'hr-2' }],
])('names the %s that is taken', async (field, changes) => {
  await expect(people.profiles.update(alice, changes, caller)).rejects.toEqual(refusing('user_exists', field));
  expect(await people.users.find(alice.user.id)).toMatchObject({ username: 'alice', externalId: 'hr-1' });
});

it('merges custom data, within the limits', async () => {
  const next = await people.profiles.update(alice, { customData: { level: 2, team: null, badge: [1] } }, caller);
  expect(next.customData).toEqual({ level: 2, badge: [1] });
  await expect(people.profiles.update(alice, { customData: { big: 'x'.repeat(4096) } }, caller)).rejects.toEqual(
    refusing('invalid_argument', 'customData'),
  );
});

it('cannot clear the last name to sign in with', async () => {
  await people.addUser({ username: 'solo' });
  const solo = await people.signedIn('solo');
  await expect(people.profiles.update(solo, { username: null }, caller)).rejects.toEqual(
    refusing('invalid_argument', 'username'),
  );
  await expect(people.profiles.update(alice, { username: null }, caller)).resolves.toMatchObject({ username: null });
});

it('cannot set fields that are not theirs to set', async () => {
  const wish = { status: 'Archived', emailVerified: true, email: 'x@example.com', userPoolId: 'pool2', version: 99 };
  await people.profiles.update(alice, { ...wish, nickname: 'Ally' } as { nickname: string }, caller);
  expect(await people.users.find(alice.user.id)).toMatchObject({
    status: 'Activated',
    emailVerified: false,
    email: 'alice@example.com',
    userPoolId: 'pool1',
  });
});

it('loses no change when several come at once', async () => {
  await Promise.all([
    people.profiles.update(alice, { nickname: 'N' }, caller),
    people.profiles.update(alice, { company: 'C' }, caller),
    people.profiles.update(alice, { customData: { a: 1 } }, caller),
    people.profiles.update(alice, { customData: { b: 2 } }, caller),
  ]);
  expect(await people.users.find(alice.user.id)).toMatchObject({
    profile: { nickname: 'N', company: 'C', city: 'Oslo' },
    customData: { team: 'blue', level: 1, a: 1, b: 2 },
  });
});
