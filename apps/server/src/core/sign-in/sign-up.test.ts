import { afterEach, beforeEach, expect, it } from 'vitest';
import { caller, goodPassword, openPeople, type People } from './testing.ts';

let people: People;
beforeEach(async () => {
  people = await openPeople();
});
afterEach(() => people.close());

const join = (input: Partial<Parameters<People['signUp']['withPassword']>[0]>) =>
  people.signUp.withPassword({
    application: people.application,
    password: goodPassword,
    profile: {},
    caller,
    ...input,
  });

const refusing = (code: string, field?: string) =>
  expect.objectContaining({
    code,
    detail: field === undefined ? expect.anything() : expect.objectContaining({ field }),
  });

it('makes a person who can sign in', async () => {
  const user = await join({
    username: 'mara',
    profile: { nickname: 'Mara', gender: 'F' },
    customData: { team: 'blue' },
  });
  expect(user.id).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(user).toMatchObject({
    username: 'mara',
    email: null,
    userSourceType: 'register',
    status: 'Activated',
    passwordSecurityLevel: 3,
    customData: { team: 'blue' },
  });
  expect((await people.enter('MARA')).user.profile).toEqual({ nickname: 'Mara', gender: 'F' });
  expect(await people.audit.list({ type: 'user.created', limit: 5 })).toMatchObject([{ userId: user.id }]);
});

it('believes no address before it is proved', async () => {
  const user = await join({ email: 'mara@example.com', phone: '+8613800000002' });
  expect(user).toMatchObject({ emailVerified: false, phoneVerified: false });
});

it.each([
  ['username', { username: 'ALICE' }],
  ['email', { username: 'other', email: 'Alice@Example.com' }],
  ['phone', { username: 'other', phone: '+86 138 0000 0001' }],
] as const)('names the %s that is taken, whatever its case', async (field, input) => {
  await people.addUser({ username: 'alice', email: 'alice@example.com', phone: '+8613800000001' });
  await expect(join(input)).rejects.toEqual(refusing('user_exists', field));
});

it('lets two who want one name at once have it once', async () => {
  const outcomes = await Promise.allSettled([join({ username: 'mara' }), join({ username: 'Mara' })]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('is closed when the pool says so', async () => {
  await people.setSecurity({ registerDisabled: true });
  await expect(join({ username: 'mara' })).rejects.toEqual(refusing('registration_disabled'));
});

it.each([
  ['invalid_argument', 'username', {}],
  ['invalid_argument', 'username', { username: 'a@b.co' }],
  ['invalid_argument', 'email', { email: 'nobody' }],
  ['invalid_argument', 'phone', { username: 'mara', phone: '12' }],
  ['invalid_argument', 'customData', { username: 'mara', customData: { constructor: 1 } }],
  ['invalid_argument', 'nickname', { username: 'mara', profile: { nickname: 'a\0' } }],
  ['password_too_weak', 'password', { username: 'mara', password: '12345' }],
  ['password_too_weak', 'password', { username: 'mara', password: 'iloveyou' }],
  ['password_too_weak', 'password', { username: 'mara.smith', password: 'Mara.Smith' }],
])('refuses with %s on %s', async (code, field, input) => {
  await expect(join(input)).rejects.toEqual(refusing(code, field));
  expect(await people.audit.list({ type: 'user.created', limit: 5 })).toEqual([]);
});

it.each(['аlice', 'a1ice', 'АLICE', 'alıce', 'ａ1ｉｃｅ'])(
  'refuses the username %s beside alice: it reads the same',
  async (username) => {
    await people.addUser({ username: 'alice' });
    await expect(join({ username })).rejects.toEqual(refusing('user_exists', 'username'));
  },
);

it('refuses a rename to what reads like somebody else, and to nothing else', async () => {
  await people.addUser({ username: 'alice' });
  await people.addUser({ username: 'bob' });
  const bob = await people.signedIn('bob');
  const rename = (username: string) => people.profiles.update(bob, { username }, caller);
  await expect(rename('аlice')).rejects.toEqual(refusing('user_exists', 'username'));
  expect(await rename('B0b')).toMatchObject({ username: 'B0b' });
});

it('keeps the country of a phone, and the number, apart for whoever reads them', async () => {
  const german = await join({ username: 'mara', phone: '0764 444444', phoneCountryCode: '+49' });
  const swiss = await join({ username: 'urs', phone: '764444444', phoneCountryCode: '41' });
  expect([german.phone, german.phoneCountryCode]).toEqual(['+49764444444', '+49']);
  expect([swiss.phone, swiss.phoneCountryCode]).toEqual(['+41764444444', '+41']);
});

it('takes a phone without a country for one of the pool', async () => {
  await people.setSecurity({ general: { defaultPhoneCountryCode: '+49' } });
  const mara = await join({ username: 'mara', phone: '0764 444444' });
  expect(mara.phone).toBe('+49764444444');
  await people.users.update({ ...mara, phoneVerified: true, version: mara.version + 1 }, null);
  const { id } = mara;
  expect((await people.enter('0764444444')).user.id).toBe(id);
  expect((await people.enter('+49 764 444444', goodPassword, 'phone')).user.id).toBe(id);
});
