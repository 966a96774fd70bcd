import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anEntry } from '../../own-tokens/test-world.ts';
import { type Company, openCompany } from '../own-tokens/company.fixture.ts';
import { callSigned, type SigningKey } from '../routes/management/signed-call.fixture.ts';
import { createConsoleBrowser, setUpOwner } from './browser.fixture.ts';

const issuers = { company: 'https://auth.example.com', other: 'https://other.example.com' };
const refused = { statusCode: 403, apiCode: 1001 };

let company: Company;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
let kate: { id: string };

beforeAll(async () => {
  company = await openCompany({ RATE_LIMITS: 'off' });
  await company.addApplication({ id: 'tablet', tokenEndpointAuthMethod: 'none', approvesScans: true });
  // Kate has a password here, and her company knows her by a number that an operator wrote.
  kate = await company.addUser({ username: 'kate', externalId: 'person-1' });
  const person = { ...anEntry().person, link: 'externalId' } as const;
  await company.trust(
    { person },
    { person, name: 'other', issuer: issuers.other },
    { person, name: 'tablets', applicationId: 'tablet', clientIds: ['company-tablet'] },
  );
  owner = await setUpOwner(company);
});
afterAll(() => company?.close());

type Phone = (qrcodeId: string, action: 'SCAN' | 'CONFIRM') => Promise<{ body: { statusCode: number } }>;

const signedIn = async (): Promise<Phone> => {
  const token = await company.signIn('kate', company.phoneApp);
  return (qrcodeId, action) => company.move(qrcodeId, action, token);
};
const withToken =
  (claims: object = {}): Phone =>
  (qrcodeId, action) =>
    company.move(qrcodeId, action, company.token(claims));
const tablet = withToken({ azp: 'company-tablet' });
const withKey =
  (key: SigningKey, person: object, session = 'login-1'): Phone =>
  (qrcodeId, action) =>
    callSigned(company, 'POST', 'approve-qrcode', { key, body: { qrcodeId, action, person, session } });

async function newKey(part: object = {}): Promise<SigningKey> {
  const body = { scopes: ['approve'], applicationId: 'phone', ...part };
  const { data } = (await callSigned(company, 'POST', 'create-access-key', { body })).body;
  return { id: data[0].accessKeyId, secret: data[0].accessKeySecret };
}

async function approved(qrcodeId: string, scanned: Phone, confirmed = scanned): Promise<void> {
  expect((await scanned(qrcodeId, 'SCAN')).body).toMatchObject({ statusCode: 200 });
  expect((await confirmed(qrcodeId, 'CONFIRM')).body).toMatchObject({ statusCode: 200 });
}

/** Links the phone's person; resolves to the answer. */
async function link(phone: Phone) {
  company.pass(30);
  await owner.browser.call('fresh-proof', { password: owner.password, totp: owner.browser.codeOf(owner.secret) });
  const { code } = (await owner.browser.call('link-person', { userPoolId: 'pool1' })).data;
  await approved(code.qrcodeId, phone);
  return owner.browser.call('link-status');
}

/** Signs in with the password and a scan; resolves to what the page is told, and where the sign-in stands. */
async function prove(scanned: Phone, confirmed = scanned) {
  const browser = createConsoleBrowser(company);
  await browser.call('sign-in', { signInName: owner.signInName, password: owner.password });
  const { code } = (await browser.call('scan')).data;
  await approved(code.qrcodeId, scanned, confirmed);
  const told = await browser.call('scan-status');
  return { told, step: (await browser.call('me')).data.step };
}

describe('an access key that approves', () => {
  let key: SigningKey;
  beforeAll(async () => {
    key = await newKey();
  });

  it('is no second factor for whoever is linked by a phone of their own', async () => {
    expect((await link(await signedIn())).statusCode).toBe(200);
    for (const person of [{ userId: kate.id }, { externalId: 'person-1' }]) {
      const { told, step } = await prove(withKey(key, person));
      expect(told).toMatchObject({ ...refused, message: expect.stringContaining('access key') });
      expect(step).toBe('secondFactor');
    }
    expect((await prove(await signedIn())).step).toBe('done');
  });

  it('links nobody', async () => {
    await owner.browser.call('unlink-person');
    expect(await link(withKey(key, { userId: kate.id }))).toMatchObject(refused);
    expect((await owner.browser.call('me')).data.secondFactor.linkedPerson).toBeNull();
  });

  it('decides nothing that a token of the company scanned, nor the other way round', async () => {
    expect((await link(withToken())).statusCode).toBe(200);
    const likeThem = withKey(await newKey({ issuer: issuers.company }), { subject: 'person-1' });
    for (const [scanned, confirmed] of [
      [withToken(), likeThem],
      [likeThem, withToken()],
    ] as const) {
      const { told, step } = await prove(scanned, confirmed);
      expect(told).toMatchObject(refused);
      expect(step).toBe('secondFactor');
    }
  });
});

describe('a token of the company', () => {
  beforeEach(() => company.pass(60));

  it('is no second factor for whoever is linked by a login of ours', async () => {
    expect((await link(await signedIn())).statusCode).toBe(200);
    const { told, step } = await prove(withToken());
    expect(told).toMatchObject({ ...refused, message: expect.stringContaining('another app') });
    expect(step).toBe('secondFactor');
  });

  it('is one for whoever is linked by it: of the same application and issuer alone', async () => {
    expect((await link(withToken())).statusCode).toBe(200);
    expect((await prove(withToken({ sid: 'login-2' }))).step).toBe('done');
    for (const phone of [withToken({ iss: issuers.other }), tablet]) {
      const { told, step } = await prove(phone);
      expect(told).toMatchObject(refused);
      expect(step).toBe('secondFactor');
    }
    expect((await prove(await signedIn())).step).toBe('done');
  });
});
