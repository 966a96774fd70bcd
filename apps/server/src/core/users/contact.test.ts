import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPeople, type People } from '../sign-in/testing.ts';
import { findByContact, parseContact } from './contact.ts';

describe('parseContact', () => {
  it.each([
    [{ email: ' Alice@Example.com ' }, { kind: 'email', address: 'Alice@Example.com' }],
    [{ phone: '+86 138-0000-0001' }, { kind: 'phone', address: '+8613800000001' }],
    [
      { phone: '13800000001', phoneCountryCode: '+86' },
      { kind: 'phone', address: '+8613800000001' },
    ],
    [
      { phone: '13800000001', phoneCountryCode: '86' },
      { kind: 'phone', address: '+8613800000001' },
    ],
    [
      { phone: '+8613800000001', phoneCountryCode: '+1' },
      { kind: 'phone', address: '+8613800000001' },
    ],
    [{ phone: '138 0000 0001' }, { kind: 'phone', address: '+8613800000001', spelled: '13800000001' }],
    [
      { phone: '764444444', phoneCountryCode: '+49' },
      { kind: 'phone', address: '+49764444444' },
    ],
    [{ email: 'kate@münchen.de' }, { kind: 'email', address: 'kate@xn--mnchen-3ya.de' }],
  ])('%j', (given, wanted) => {
    expect(parseContact(given)).toEqual(wanted);
  });

  it.each([
    [{}, 'email'],
    [{ email: 'a@b.co', phone: '13800000001' }, 'phone'],
    [{ email: 'a@b.co, c@d.co' }, 'email'],
    [{ email: 'a@b.co\r\nBcc: c@d.co' }, 'email'],
    [{ phone: 'call me' }, 'phone'],
    [{ phone: '13800000001', phoneCountryCode: 'CN' }, 'phoneCountryCode'],
  ])('refuses %j', (given, field) => {
    expect(() => parseContact(given)).toThrow(expect.objectContaining({ detail: expect.objectContaining({ field }) }));
  });
});

describe('findByContact', () => {
  let people: People;
  beforeEach(async () => {
    people = await openPeople();
  });
  afterEach(() => people.close());
  const find = async (address: string) =>
    (await findByContact(people.users, 'pool1', { kind: 'phone', address }))?.username ?? null;

  it('finds phones with the country in front and beside', async () => {
    await people.addUser({ username: 'front', phone: '+8613800000001' });
    await people.addUser({ username: 'beside', phone: '13800000002', phoneCountryCode: '+86' });
    await people.addUser({ username: 'none', phone: '13800000003' });
    await people.addUser({ username: 'abroad', phone: '5551234567', phoneCountryCode: '1' });
    expect(await Promise.all(['+8613800000001', '+8613800000002', '+8613800000003', '+15551234567'].map(find))).toEqual(
      ['front', 'beside', 'none', 'abroad'],
    );
  });

  it('never takes a number of one country for that of another', async () => {
    await people.addUser({ username: 'china', phone: '13800000001', phoneCountryCode: '+86' });
    await people.addUser({ username: 'nowhere', phone: '13800000002' });
    await people.addUser({ username: 'germany', phone: '764444444', phoneCountryCode: '+49' });
    await people.addUser({ username: 'switzerland', phone: '764444444', phoneCountryCode: '+41' });
    expect(await Promise.all(['+113800000001', '+113800000002', '+86764444444'].map(find))).toEqual([null, null, null]);
    expect(await Promise.all(['+49764444444', '+41764444444'].map(find))).toEqual(['germany', 'switzerland']);
  });

  it('finds e-mail addresses without regard to case, in the pool alone', async () => {
    await people.addUser({ username: 'alice', email: 'Alice@Example.com' });
    const contact = { kind: 'email', address: 'ALICE@example.com' } as const;
    expect((await findByContact(people.users, 'pool1', contact))?.username).toBe('alice');
    expect(await findByContact(people.users, 'pool2', contact)).toBeNull();
  });
});
