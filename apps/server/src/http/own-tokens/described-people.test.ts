import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PersonRules } from '../../core/directory/own-token-entries.ts';
import { anEvent } from '../../stores/conformance/builders.ts';
import { type Company, metPeople, openCompany } from './company.fixture.ts';

const person: PersonRules = {
  externalId: [['sub']],
  displayName: [['name']],
  photo: [['picture']],
  locale: [['locale']],
  email: [['email']],
  phone: [['phone_number']],
  customFields: { memberLevel: [['membership', 'level']] },
  create: true,
  link: 'none',
  refresh: 'always',
};
const addresses = {
  ...{ email: 'kate@example.com', email_verified: true },
  ...{ phone_number: '+4915112345678', phone_number_verified: true },
};

let company: Company;
beforeEach(async () => {
  company = await openCompany();
  await company.trust({ person });
});
afterEach(() => company.close());

/** What is kept of Kate after she scanned with a token of these claims; each token is newer than the one before. */
async function keptOf(claims: object) {
  company.pass(10);
  const scanned = await company.move(await company.code(), 'SCAN', company.token(claims));
  expect(scanned.body).toMatchObject({ statusCode: 200 });
  const kate = (await metPeople(company)).find(({ externalId }) => externalId === 'person-1');
  const { email, emailVerified, phone, phoneVerified, phoneCountryCode, customData } = kate ?? ({} as never);
  return { email, emailVerified, phone, phoneVerified, phoneCountryCode, customData };
}
const none = { email: null, emailVerified: false, phone: null, phoneVerified: false };
const both = {
  ...{ email: 'kate@example.com', emailVerified: true },
  ...{ phone: '+4915112345678', phoneVerified: true, phoneCountryCode: '+49' },
};

describe('addresses of a company', () => {
  it('are kept as verified from the first scan on, and follow newer tokens', async () => {
    expect(await keptOf(addresses)).toMatchObject(both);
    expect(await keptOf({ ...addresses, email: 'kate@example.org' })).toMatchObject({ email: 'kate@example.org' });
    expect(await keptOf({})).toMatchObject({ ...both, email: 'kate@example.org' });
  });

  it('come by a later scan, too', async () => {
    expect(await keptOf({})).toMatchObject(none);
    expect(await keptOf(addresses)).toMatchObject(both);
  });

  it.each<[string, object]>([
    ['the company did not verify', { ...addresses, email_verified: false, phone_number_verified: 'true' }],
    ['it says nothing of', { ...addresses, email_verified: undefined, phone_number_verified: undefined }],
    ['are none', { ...addresses, email: 'kate', phone_number: '+1' }],
    ['name no country', { ...addresses, email: ['kate@example.com'], phone_number: '13800000009' }],
  ])('are kept nowhere that %s', async (_, claims) => {
    expect(await keptOf(claims)).toMatchObject(none);
    expect(await keptOf(claims)).toMatchObject(none);
  });

  it('are not taken unless the entry names them', async () => {
    await company.trust({ person: { ...person, email: [], phone: [] } });
    expect(await keptOf(addresses)).toMatchObject(none);
  });

  it.each([true, false])(
    'that somebody else has, proved or not, are left out and make nobody one: %s',
    async (proved) => {
      const alice = { ...company.alice, email: 'kate@example.com', emailVerified: proved };
      await company.stores.users.update({ ...alice, version: alice.version + 1 }, anEvent());
      for (const _ of ['first', 'second']) {
        expect(await keptOf(addresses)).toMatchObject({ ...both, email: null, emailVerified: false });
      }
      expect(await company.stores.users.find(alice.id)).toMatchObject({ email: 'kate@example.com' });
      const [event] = await company.stores.audit.list({ type: 'user.created', limit: 1 });
      expect(event?.detail).toMatchObject({ leftOut: 'email' });
    },
  );
});

describe('custom fields of a company', () => {
  const declare = () =>
    company.stores.customFields.put(
      [
        {
          ...{ userPoolId: 'pool1', key: 'memberLevel', label: 'Level', dataType: 'STRING', options: [] },
          ...{ createdAt: 1, updatedAt: 1 },
        },
      ],
      anEvent(),
    );

  it('are kept where they are declared and fit, and follow newer tokens', async () => {
    await declare();
    expect(await keptOf({ membership: { level: 'gold' } })).toMatchObject({ customData: { memberLevel: 'gold' } });
    expect(await keptOf({ membership: { level: 'blue' } })).toMatchObject({ customData: { memberLevel: 'blue' } });
    expect(await keptOf({ membership: { level: 7 } })).toMatchObject({ customData: { memberLevel: 'blue' } });
    expect(await keptOf({})).toMatchObject({ customData: { memberLevel: 'blue' } });
  });

  it('are left out where nobody declared them', async () => {
    for (const _ of ['first', 'second']) {
      expect(await keptOf({ membership: { level: 'gold' } })).toMatchObject({ customData: {} });
    }
  });
});
