import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEvent, aUser } from '../../stores/conformance/builders.ts';
import { openTestCore } from '../testing.ts';
import { createMeeting, type MeetingRules, type MetPerson } from './first-meeting.ts';

const caller = { ip: '192.0.2.7', userAgent: 'Phone/1', requestId: 'request-1' } as Parameters<
  ReturnType<typeof createMeeting>
>[2];
const rules: MeetingRules = { entryName: 'company', create: true, link: 'none' };
const person: MetPerson = {
  userPoolId: 'pool-1',
  issuer: 'https://auth.example.com',
  subject: 'person-1',
  externalId: 'person-1',
  nickname: 'Kate',
};

let core: Awaited<ReturnType<typeof openTestCore>>;
let meet: ReturnType<typeof createMeeting>;
beforeEach(async () => {
  core = await openTestCore();
  meet = createMeeting({ ...core, ...core.stores });
});
afterEach(() => core.stores.close());

async function stored(given: Parameters<typeof aUser>[0]) {
  const user = aUser(given);
  await core.stores.users.insert(user, anEvent());
  return user;
}

describe('somebody unknown', () => {
  it('gets an account that says where it came from, without anything to sign in with', async () => {
    const user = await meet(person, rules, caller);
    expect(user).toMatchObject({
      ...{ username: null, email: null, phone: null, passwordHash: null, externalId: 'person-1' },
      ...{ userSourceType: 'sync', registerSource: ['own-tokens:company'], profile: { nickname: 'Kate' } },
    });
    expect(await core.stores.users.find(user.id)).toEqual(user);
  });

  it('is the same person from then on, also when fifty tokens come at once', async () => {
    const users = await Promise.all(Array.from({ length: 50 }, () => meet(person, rules, caller)));
    expect(new Set(users.map(({ id }) => id)).size).toBe(1);
    expect((await meet(person, { ...rules, create: false }, caller)).id).toBe(users[0]?.id);
  });

  it('is refused where nobody is made', async () => {
    await expect(meet(person, { ...rules, create: false }, caller)).rejects.toMatchObject({
      code: 'approval_not_allowed',
    });
  });

  it('goes without an externalId that somebody else has, and is not taken for them', async () => {
    const owner = await stored({ externalId: 'person-1' });
    const user = await meet(person, rules, caller);
    expect(user.externalId).toBeNull();
    expect(user.id).not.toBe(owner.id);
  });

  it('goes without an externalId that is none', async () => {
    expect((await meet({ ...person, externalId: 'x'.repeat(256) }, rules, caller)).externalId).toBeNull();
  });

  it.each([{ username: 'person-1' }, { email: 'person-1@example.com' }, { phone: '+8613800000001' }])(
    'is never taken for who has %o',
    async (identifiers) => {
      const other = await stored({ ...identifiers, emailVerified: true, phoneVerified: true });
      const subject = Object.values(identifiers)[0] as string;
      const met = await meet({ ...person, subject, externalId: subject }, { ...rules, link: 'externalId' }, caller);
      expect(met.id).not.toBe(other.id);
    },
  );
});

describe('somebody imported', () => {
  const linking: MeetingRules = { ...rules, link: 'externalId', create: false };

  it('is bound by externalId once, and the audit log says so', async () => {
    const imported = await stored({ externalId: 'person-1' });
    expect((await meet(person, linking, caller)).id).toBe(imported.id);
    expect((await meet(person, linking, caller)).id).toBe(imported.id);
    const events = await core.stores.audit.list({ type: 'user.linked', limit: 9 });
    expect(events).toMatchObject([{ userId: imported.id, detail: { entry: 'company' } }]);
  });

  it('is not bound to a second person of the same issuer', async () => {
    await stored({ externalId: 'person-1' });
    await meet(person, linking, caller);
    await expect(meet({ ...person, subject: 'person-2' }, linking, caller)).rejects.toMatchObject({
      code: 'approval_not_allowed',
    });
  });

  it('of another pool is not found', async () => {
    await stored({ externalId: 'person-1', userPoolId: 'pool-2' });
    await expect(meet(person, linking, caller)).rejects.toMatchObject({ code: 'approval_not_allowed' });
  });
});

it('a deleted person who comes again is a new user', async () => {
  const first = await meet(person, rules, caller);
  await core.stores.users.delete('pool-1', [{ id: first.id, event: anEvent(), end: { at: 5, event: anEvent() } }]);
  expect((await meet(person, rules, caller)).id).not.toBe(first.id);
});
