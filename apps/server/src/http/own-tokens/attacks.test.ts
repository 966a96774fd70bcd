import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rsaKey } from '../../own-tokens/test-world.ts';
import { type Company, claimsOf, metPeople, openCompany } from './company.fixture.ts';

let company: Company;
beforeEach(async () => {
  company = await openCompany();
});
afterEach(() => company.close());

const statusOf = async (token: string) => (await company.move(await company.code(), 'SCAN', token)).body.statusCode;

/** Attacks on the door that the checks of a token alone do not show; those are in `own-tokens/own-token-checks.test.ts`. */
describe('attacks', () => {
  it('row 3: the keys of one issuer prove nobody of another one', async () => {
    const other = rsaKey('other');
    await company.trust({}, { name: 'partner', issuer: 'https://partner.example', keys: [other.jwk] });
    const theirs = { iss: 'https://partner.example' };
    expect(await statusOf(company.token(theirs, {}, other))).toBe(200);
    expect(await statusOf(company.token(theirs))).toBe(401);
    expect(await statusOf(company.token({}, { kid: 'other' }, other))).toBe(401);
    expect(await metPeople(company)).toHaveLength(1);
  });

  it('row 5: a browser that a scan logged in approves nothing, by whichever token it holds', async () => {
    const { ticket } = await company.confirmed();
    const { data } = (await company.exchange(ticket)).body;
    const scanBorn = await company.move(await company.code(), 'SCAN', data.access_token);
    expect(scanBorn.body).toMatchObject({ refusal: 'qr_born_login' });
    // What the company's server gives to that browser was issued to its web client.
    expect(await statusOf(company.token({ azp: 'company-web' }))).toBe(401);
  });

  it('row 12: a token that is bound to a code approves no other one', async () => {
    await company.trust({ bindsCode: true });
    const qrcodeId = await company.code();
    const token = company.token({ qrcode_id: qrcodeId });
    expect(await statusOf(token)).toBe(401);
    expect((await company.move(qrcodeId, 'SCAN', token)).body.statusCode).toBe(200);
  });

  it('row 13: the clock of the database decides, not that of the token', async () => {
    const now = Math.floor(company.clock.now() / 1000);
    const token = company.token({ iat: now, exp: now + 60 });
    expect(await statusOf(token)).toBe(200);
    company.pass(91);
    expect(await statusOf(token)).toBe(401);
  });

  it('row 14: equal subjects of two issuers are two people, however alike', async () => {
    const partner = { name: 'partner', issuer: 'https://partner.example' };
    await company.trust({}, partner);
    await company.confirmed();
    await company.confirmed(company.token({ iss: partner.issuer }));
    const people = await metPeople(company);
    expect(people).toHaveLength(2);
    expect(people.filter(({ externalId }) => externalId === 'person-1')).toHaveLength(1);
  });

  it('row 14: no claims but issuer and subject decide who somebody is', async () => {
    await company.trust({}, { name: 'partner', issuer: 'https://partner.example' });
    const known = new Map<string, string>();
    const subjects = fc.constantFrom('a', 'A', 'é', 'e\u0301', 'a\u200b', ' a', '42', 'alice', 'alice@example.com');
    const issuers = fc.constantFrom('https://auth.example.com', 'https://partner.example');
    const claims = fc.record(
      {
        email: fc.constantFrom('alice@example.com', 'kate@example.com'),
        email_verified: fc.boolean(),
        phone_number: fc.constant('+8613800000001'),
        preferred_username: fc.constantFrom('alice', 'a'),
        username: fc.constant('alice'),
        user_id: fc.constant(company.alice.id),
        externalId: fc.constantFrom('a', 'A'),
        sid: fc.uuid(),
        name: fc.string(),
      },
      { requiredKeys: ['sid'] },
    );
    await fc.assert(
      fc.asyncProperty(issuers, subjects, claims, async (iss, sub, more) => {
        const qrcodeId = await company.code();
        const reply = await company.move(qrcodeId, 'SCAN', company.token({ ...more, iss, sub }));
        // Another one of the person's codes may be held still.
        if (reply.body.statusCode === 429) return company.pass(121);
        // A name with a NUL makes a token that nobody reads.
        if (reply.body.statusCode !== 200) return;
        const found = await company.stores.qrSessions.find(company.secrets.hash(qrcodeId));
        const userId = found?.session.scanner?.userId ?? '';
        const key = JSON.stringify([iss, sub]);
        expect(userId).not.toBe(company.alice.id);
        expect(known.get(key) ?? userId).toBe(userId);
        known.set(key, userId);
        expect(new Set(known.values()).size).toBe(known.size);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('row 16: a token for another pool approves no code of this one', async () => {
    await company.addPool('pool2');
    await company.addApplication({ id: 'phone2', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
    const [entry] = company.directory.getPool('pool1').ownTokens;
    if (entry === undefined) throw new Error('nothing is trusted');
    await company.trust();
    await company.directory.putPool({
      ...company.directory.getPool('pool2'),
      ownTokens: [{ ...entry, applicationId: 'phone2' }],
    });
    for (const app of ['phone', 'phone2']) {
      const { body } = await company.v3('POST', 'set-qrcode-status', {
        app,
        token: company.token(),
        body: { qrcodeId: await company.code(), action: 'SCAN' },
      });
      expect(body).toMatchObject({ statusCode: 403, apiCode: 2036 });
    }
    expect(await metPeople(company)).toEqual([]);
  });

  it('row 16: a header that names an application selects, and proves nothing', async () => {
    await company.trust();
    expect(await statusOf(company.token())).toBe(401);
  });

  it('row 17: the account of a met person opens by nothing but their token', async () => {
    await company.confirmed();
    const [kate] = await metPeople(company);
    expect(kate).toMatchObject({ username: null, email: null, phone: null, passwordHash: null });
    for (const account of ['person-1', 'Kate', kate?.id ?? '']) {
      const { body } = await company.v3('POST', 'signin', {
        app: 'phone',
        body: { connection: 'PASSWORD', passwordPayload: { account, password: 'correct horse battery' } },
      });
      expect(body.statusCode).toBe(403);
    }
  });

  it('row 19: no token is in audit, logins or people', async () => {
    const token = company.token({ marker: 'm4rk3r' });
    await company.confirmed(token);
    const kept = JSON.stringify([
      await company.stores.audit.list({ limit: 100 }),
      await metPeople(company),
      await company.stores.loginSessions.history({
        userId: (await metPeople(company))[0]?.id ?? '',
        offset: 0,
        limit: 9,
      }),
    ]);
    for (const part of ['m4rk3r', ...token.split('.')]) expect(kept).not.toContain(part);
  });

  it('row 20: a malicious issuer is nobody of our own users, and nobody elsewhere', async () => {
    const { alice } = company;
    for (const sub of [alice.id, 'alice', 'alice@example.com', '+8613800000001']) {
      const { ticket } = await company.confirmed(company.token({ sub, sid: sub }));
      const { data } = (await company.exchange(ticket)).body;
      expect(claimsOf(data.access_token).sub).not.toBe(alice.id);
    }
  });
});
