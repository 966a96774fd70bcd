import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Company, metPeople, openCompany } from './company.fixture.ts';

let company: Company;
beforeEach(async () => {
  company = await openCompany();
});
afterEach(() => company.close());

const inSeconds = (seconds: number) => Math.floor(company.clock.now() / 1000) + seconds;
const ended = { statusCode: 400, apiCode: 2300 };

/** Ends the logins of the person's phones, as an operator does. */
async function kick(): Promise<void> {
  const [person] = await metPeople(company);
  const { logins } = await company.stores.loginSessions.history({ userId: person?.id ?? '', offset: 0, limit: 9 });
  for (const { id } of logins) await company.stores.loginSessions.revoke(id, company.clock.now(), anyEvent(id));
}
const anyEvent = (id: string) => ({
  ...{ id: `kick-${id}-${company.clock.now()}`, type: 'session.revoked' as const, at: null, detail: {} },
  ...{ userPoolId: 'pool1', applicationId: null, userId: null, loginSessionId: id, codeHash: null },
  ...{ ip: null, userAgent: null, requestId: null },
});

describe('a ticket ends with the token that confirmed it (threats T18)', () => {
  it.each([
    [100, 99, true],
    [100, 101, false],
    [10, 59, true],
    [10, 61, false],
    [3600, 299, true],
    [3600, 301, false],
  ])('of a token with %i seconds to live, the ticket after %i: %s', async (life, waited, isGood) => {
    const { ticket } = await company.confirmed(company.token({ exp: inSeconds(life) }));
    company.pass(waited);
    expect((await company.exchange(ticket)).body).toMatchObject(isGood ? { statusCode: 200 } : ended);
  });

  it('and not with the one that scanned', async () => {
    const qrcodeId = await company.code();
    await company.move(qrcodeId, 'SCAN', company.token({ exp: inSeconds(10) }));
    await company.move(qrcodeId, 'CONFIRM', company.token({ exp: inSeconds(3600) }));
    const { ticket } = await company.status(qrcodeId);
    company.pass(200);
    expect((await company.exchange(ticket)).body.statusCode).toBe(200);
  });
});

describe('between CONFIRM and the exchange', () => {
  it('an entry that is taken away takes its tickets along, and people stay', async () => {
    const { ticket } = await company.confirmed();
    await company.trust({ name: 'another' });
    expect((await company.exchange(ticket)).body).toMatchObject(ended);
    expect(await metPeople(company)).toHaveLength(1);
    await company.trust();
    const { body } = await company.move(await company.code(), 'SCAN', company.token());
    expect(body.statusCode).toBe(401);
  });

  it('an entry of another name takes over with the next login', async () => {
    await company.confirmed();
    await company.trust({ name: 'another' });
    const { ticket } = await company.confirmed();
    expect((await company.exchange(ticket)).body.statusCode).toBe(200);
    expect(await metPeople(company)).toHaveLength(1);
  });

  it("the end of the phone's login ends the ticket, also when the phone begins anew", async () => {
    const claims = { sid: undefined };
    const { ticket } = await company.confirmed(company.token(claims));
    await kick();
    expect((await company.exchange(ticket)).body).toMatchObject(ended);
    company.pass(10);
    await company.move(await company.code(), 'SCAN', company.token({ ...claims, iat: inSeconds(0) }));
    expect((await company.exchange(ticket)).body).toMatchObject(ended);
  });

  it("the end of the phone's login ends the web logins that it confirmed", async () => {
    const { ticket } = await company.confirmed();
    const { data } = (await company.exchange(ticket)).body;
    const profile = () => company.v3('GET', 'get-profile', { token: data.access_token });
    expect((await profile()).body.statusCode).toBe(200);
    await kick();
    expect((await profile()).body.statusCode).toBe(401);
  });
});

describe('a phone whose login was ended', () => {
  it('stays out for good where the company names the login, whatever fresh token comes', async () => {
    for (const session of [{ sid: 'login-1' }, { sid: undefined, auth_time: 1_799_990_000 }]) {
      await company.confirmed(company.token(session));
      await kick();
      company.pass(3600);
      const { body } = await company.move(await company.code(), 'SCAN', company.token(session));
      expect(body).toMatchObject({ statusCode: 401, message: expect.stringMatching(/login of this phone was ended/) });
    }
    expect((await company.move(await company.code(), 'SCAN', company.token({ sid: 'new' }))).body.statusCode).toBe(200);
  });

  it('returns with a token that was issued since, where the company names none', async () => {
    const old = company.token({ sid: undefined });
    await company.confirmed(old);
    await kick();
    expect((await company.move(await company.code(), 'SCAN', old)).body.statusCode).toBe(401);
    company.pass(20);
    const undated = company.token({ sid: undefined, iat: undefined });
    expect((await company.move(await company.code(), 'SCAN', undated)).body.statusCode).toBe(401);
    await company.confirmed(company.token({ sid: undefined, iat: inSeconds(0) }));
  });

  it('confirms nothing that it had scanned, and does not return by that', async () => {
    const qrcodeId = await company.code();
    await company.move(qrcodeId, 'SCAN', company.token({ sid: undefined }));
    await kick();
    company.pass(20);
    const renewed = company.token({ sid: undefined, iat: inSeconds(0) });
    expect((await company.move(qrcodeId, 'CONFIRM', renewed)).body).toMatchObject({ refusal: 'qr_other_user' });
    const { body } = await company.move(qrcodeId, 'CONFIRM', company.token({ sid: undefined, iat: inSeconds(-60) }));
    expect(body.statusCode).toBe(401);
  });
});

it("a phone's login lasts on while it is used, and is begun again after a month without", async () => {
  await company.confirmed();
  for (let month = 0; month < 3; month += 1) {
    company.pass(20 * 86_400);
    const { ticket } = await company.confirmed();
    expect((await company.exchange(ticket)).body.statusCode).toBe(200);
  }
  company.pass(40 * 86_400);
  const { ticket } = await company.confirmed();
  expect((await company.exchange(ticket)).body.statusCode).toBe(200);
  const [person] = await metPeople(company);
  const { logins } = await company.stores.loginSessions.history({ userId: person?.id ?? '', offset: 0, limit: 9 });
  expect(logins.filter(({ birth }) => birth === 'ownToken')).toHaveLength(1);
});

describe('the scanToken', () => {
  const nameless = { sid: undefined };
  const scan = async (headers: Record<string, string> = {}) => {
    const qrcodeId = await company.code();
    const { body } = await company.move(qrcodeId, 'SCAN', company.token(nameless), { headers });
    return { qrcodeId, scanToken: body.data.scanToken as string };
  };

  it('is demanded where the entry says so, and refused when it is another one', async () => {
    await company.trust({ requireScanToken: true });
    const { qrcodeId, scanToken } = await scan();
    const decide = (body: object) => company.move(qrcodeId, 'CONFIRM', company.token(nameless), { body });
    expect((await decide({})).body).toMatchObject({
      statusCode: 400,
      message: expect.stringMatching(/scanToken required: send what SCAN was answered with/),
    });
    const other = await scan();
    for (const wrong of [other.scanToken, `${scanToken}x`, 'st_']) {
      expect((await decide({ scanToken: wrong })).body).toMatchObject({ refusal: 'qr_other_user' });
    }
    expect((await decide({ scanToken })).body.statusCode).toBe(200);
  });

  it('is told again to the phone that scanned, and not to another one of the person', async () => {
    await company.trust({ requireScanToken: true });
    const { qrcodeId, scanToken } = await scan({ 'user-agent': 'Phone/1' });
    const again = (agent: string) =>
      company.move(qrcodeId, 'SCAN', company.token(nameless), { headers: { 'user-agent': agent } });
    expect((await again('Phone/1')).body.data.scanToken).toBe(scanToken);
    expect((await again('Phone/2')).body).toMatchObject({ refusal: 'qr_other_user' });
  });

  it('is checked when it is sent, and not missed when it is not, where the entry does not demand it', async () => {
    const { qrcodeId } = await scan();
    const decide = (body: object) => company.move(qrcodeId, 'CONFIRM', company.token(nameless), { body });
    expect((await decide({ scanToken: 'wrong' })).body).toMatchObject({ refusal: 'qr_other_user' });
    expect((await decide({})).body.statusCode).toBe(200);
  });

  it('is no business of our own tokens', async () => {
    const token = await company.signIn();
    const qrcodeId = await company.code();
    const { body } = await company.move(qrcodeId, 'SCAN', token);
    expect(body.data).not.toHaveProperty('scanToken');
    expect((await company.move(qrcodeId, 'CONFIRM', token, { body: { scanToken: 'x' } })).body.statusCode).toBe(200);
  });
});
