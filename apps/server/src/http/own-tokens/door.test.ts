import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../core/audit/event.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { rsaKey } from '../../own-tokens/test-world.ts';
import { type Company, claimsOf, type Door, doors, metPeople, openCompany } from './company.fixture.ts';

let company: Company;
beforeEach(async () => {
  company = await openCompany();
});
afterEach(() => company.close());

const doorNames = Object.keys(doors) as Door[];
const unauthorized = { statusCode: 401, apiCode: 2020 };

describe('a phone with a token of its company', () => {
  it.each(doorNames)('approves a login through %s, bare and as Bearer', async (door) => {
    for (const form of [company.token(), `Bearer ${company.token()}`]) {
      const qrcodeId = await company.code();
      const scanned = await company.move(qrcodeId, 'SCAN', form, { door });
      expect(scanned.body.data).toMatchObject({ consent: { applicationName: 'Application site' } });
      expect(await company.status(qrcodeId)).toMatchObject({
        status: 'SCANNED',
        briefUserInfo: { displayName: 'Kate' },
      });
      const { scanToken } = scanned.body.data;
      await company.move(qrcodeId, 'CONFIRM', form, { door, body: { scanToken } });
      const { ticket } = await company.status(qrcodeId);
      const { data } = (await company.exchange(ticket)).body;
      const [person] = await metPeople(company);
      expect(claimsOf(data.access_token)).toMatchObject({ sub: person?.id });
    }
    expect(await metPeople(company)).toHaveLength(1);
  });

  it.each(doorNames)('cancels a login through %s', async (door) => {
    const qrcodeId = await company.code();
    await company.move(qrcodeId, 'SCAN', company.token(), { door });
    await company.move(qrcodeId, 'CANCEL', company.token(), { door });
    expect(await company.status(qrcodeId)).toMatchObject({ status: 'CANCELLED' });
  });

  it('may be a page: its origin reads what it is answered, good or bad, and no other origin does', async () => {
    for (const token of [company.token(), company.token({ exp: 1 })]) {
      const readers = ['https://site.example', 'https://neighbour.example'].map(async (origin) => {
        const reply = await company.move(await company.code(), 'SCAN', token, { headers: { origin } });
        return reply.headers['access-control-allow-origin'];
      });
      expect(await Promise.all(readers)).toEqual(['https://site.example', undefined]);
    }
  });

  it('hears the same again when it repeats a move, also after the exchange', async () => {
    const qrcodeId = await company.code();
    const token = company.token({ exp: Math.floor(company.clock.now() / 1000) + 100 });
    const [first, second] = [await company.move(qrcodeId, 'SCAN', token), await company.move(qrcodeId, 'SCAN', token)];
    expect(second.body.data).toEqual(first.body.data);
    for (let times = 0; times < 2; times += 1) {
      expect((await company.move(qrcodeId, 'CONFIRM', token)).body.statusCode).toBe(200);
    }
    expect((await company.exchange((await company.status(qrcodeId)).ticket)).body.statusCode).toBe(200);
    expect((await company.move(qrcodeId, 'CONFIRM', token)).body.statusCode).toBe(200);
    company.pass(11);
    expect((await company.move(qrcodeId, 'CONFIRM', token)).body.statusCode).toBe(422);
  });

  it('may renew its token between SCAN and CONFIRM, with and without a session claim', async () => {
    for (const sid of ['login-1', undefined]) {
      const qrcodeId = await company.code();
      await company.move(qrcodeId, 'SCAN', company.token({ sid, jti: 'a' }));
      company.pass(20);
      const renewed = company.token({ sid, jti: 'b' });
      expect((await company.move(qrcodeId, 'CONFIRM', renewed)).body.statusCode).toBe(200);
    }
  });

  it('is one of several: another login of the person confirms nothing that this one scanned', async () => {
    for (const [mine, other] of [
      [{ sid: 'login-1' }, { sid: 'login-2' }],
      [
        { sid: undefined, auth_time: 1 },
        { sid: undefined, auth_time: 2 },
      ],
    ]) {
      const qrcodeId = await company.code();
      await company.move(qrcodeId, 'SCAN', company.token(mine));
      for (const claims of [other, { sub: 'person-2' }]) {
        const { body } = await company.move(qrcodeId, 'CONFIRM', company.token(claims));
        expect(body).toMatchObject({ statusCode: 403, refusal: 'qr_other_user' });
      }
      expect((await company.move(qrcodeId, 'CONFIRM', company.token(mine))).body.statusCode).toBe(200);
    }
  });

  it('shows in the audit log by which entry it approved', async () => {
    await company.confirmed();
    for (const type of ['qr.scanned', 'qr.confirmed'] as const) {
      const [event] = await company.stores.audit.list({ type, limit: 1 });
      expect(event?.detail).toMatchObject({ entry: 'company' });
    }
  });

  it('counts as no sign-in here: its login has the rights of such a token, whoever asks', async () => {
    await company.confirmed();
    const [person] = await metPeople(company);
    const { logins } = await company.stores.loginSessions.history({ userId: person?.id ?? '', offset: 0, limit: 9 });
    expect(logins).toMatchObject([{ birth: 'ownToken', applicationId: 'phone', amr: [], parentId: null }]);
  });
});

describe('the first meeting', () => {
  it('makes one person of fifty phones at once', async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, () => company.code()));
    const replies = await Promise.all(
      codes.map((code, phone) => company.move(code, 'SCAN', company.token({ sid: `login-${phone}` }))),
    );
    const outcomes = replies.map(({ body }) => body.statusCode);
    // Who holds five scanned codes scans no sixth.
    expect(outcomes.filter((outcome) => outcome === 200)).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 429)).toHaveLength(45);
    expect(await metPeople(company)).toHaveLength(1);
  });

  it('makes nobody when the scan is refused anyway', async () => {
    const scanned = await company.code();
    await company.move(scanned, 'SCAN', await company.signIn());
    const expired = await company.code();
    company.pass(121);
    const pending = await company.code();
    for (const [code, action] of [
      ['x'.repeat(32), 'SCAN'],
      ['not an id', 'SCAN'],
      [scanned, 'SCAN'],
      [expired, 'SCAN'],
      [pending, 'CONFIRM'],
      [pending, 'CANCEL'],
    ] as const) {
      expect((await company.move(code, action, company.token())).body.statusCode).not.toBe(200);
    }
    expect(await metPeople(company)).toEqual([]);
    const { status } = await company.status(pending);
    expect(status).toBe('PENDING');
  });

  it('is refused where the entry makes nobody, and says so', async () => {
    await company.trust({ person: { ...rules, create: false } });
    const { body } = await company.move(await company.code(), 'SCAN', company.token());
    expect(body).toMatchObject({ statusCode: 403, refusal: 'approval_not_allowed' });
    expect(body.message).toMatch(/nobody here is known by this token/);
    expect(await metPeople(company)).toEqual([]);
  });

  it('takes the name from the claims that the entry names, and nothing that would hurt who sees it', async () => {
    await company.trust({ person: { ...rules, displayName: [['no'], ['profile', 'name']] } });
    const profile = { name: '\u202eKate <b>' };
    const qrcodeId = await company.code();
    await company.move(qrcodeId, 'SCAN', company.token({ profile, picture: 'javascript:alert(1)', locale: 'zh-CN' }));
    expect((await company.status(qrcodeId)).briefUserInfo).toEqual({
      displayName: 'Kate <b>',
      photo: expect.stringMatching(/avatars\/default\.png$/),
    });
    expect(await metPeople(company)).toMatchObject([{ profile: { locale: 'zh-CN' } }]);
  });

  it('takes odd claims for none', async () => {
    const odd = {
      name: 'x'.repeat(1500),
      picture: `https://a.example/${'x'.repeat(2100)}`,
      locale: {},
      __proto__: null,
    };
    expect((await company.move(await company.code(), 'SCAN', company.token(odd))).body.statusCode).toBe(200);
    const named = { name: ['Kate'], picture: 7, locale: 'x'.repeat(99), sub: 'person-2' };
    expect((await company.move(await company.code(), 'SCAN', company.token(named))).body.statusCode).toBe(200);
    const [second] = (await metPeople(company)).filter(({ externalId }) => externalId === 'person-2');
    expect(second?.profile).not.toHaveProperty('nickname', expect.anything());
  });
});

const rules = {
  externalId: [['sub']],
  displayName: [['name']],
  photo: [['picture']],
  locale: [['locale']],
  create: true,
  link: 'none',
  refresh: 'always',
} as const;

describe('name and photo', () => {
  const nameOf = async () => (await metPeople(company))[0]?.profile.nickname;
  const scan = async (claims: object) => {
    const qrcodeId = await company.code();
    expect((await company.move(qrcodeId, 'SCAN', company.token(claims))).body.statusCode).toBe(200);
    const { displayName } = (await company.status(qrcodeId)).briefUserInfo;
    await company.move(qrcodeId, 'CANCEL', company.token(claims));
    return displayName;
  };
  const at = (seconds: number) => ({ iat: Math.floor(company.clock.now() / 1000) + seconds });

  it('follow newer tokens, not older ones, and stay where a token holds none', async () => {
    await scan({ name: 'Kate', ...at(-50) });
    expect(await scan({ name: 'Kate B', ...at(-40) })).toBe('Kate B');
    expect(await nameOf()).toBe('Kate B');
    expect(await scan({ name: 'Kate', ...at(-45) })).toBe('Kate B');
    expect(await scan({ name: undefined, ...at(-30) })).toBe('Kate B');
    expect(await nameOf()).toBe('Kate B');
  });

  it('are not kept from a scan that is refused', async () => {
    await scan({ name: 'Kate', ...at(-50) });
    expect((await company.move('x'.repeat(32), 'SCAN', company.token({ name: 'Mallory' }))).body.statusCode).toBe(404);
    expect(await nameOf()).toBe('Kate');
  });

  it('stay as they were where the entry says never', async () => {
    await company.trust({ person: { ...rules, refresh: 'never' } });
    await scan({ name: 'Kate', ...at(-50) });
    await scan({ name: 'Kate B', ...at(-40) });
    expect(await nameOf()).toBe('Kate');
  });
});

describe('a refusal', () => {
  const expectRefused = async (token: string, message: RegExp | string, reason: string) => {
    const before = await company.stores.audit.list({ type: 'own_token.refused', limit: 1 });
    for (const door of doorNames) {
      const { body } = await company.move(await company.code(), 'SCAN', token, { door });
      expect(body, door).toMatchObject(door.startsWith('v3') ? unauthorized : { code: 2020 });
      expect(body.message).toMatch(message);
    }
    const [event] = await company.stores.audit.list({ type: 'own_token.refused', limit: 1 });
    expect(event?.id).not.toBe(before[0]?.id);
    expect(event).toMatchObject({ count: doorNames.length, detail: { reason } });
    expect(await metPeople(company)).toEqual([]);
  };
  const plain = /^Not signed in: send a valid access token in the authorization header$/;
  const foreign = rsaKey('company-key');

  it.each<[string, object, RegExp, string]>([
    ['expired', { exp: 1_700_000_000 }, /the token has expired: get a new one$/, 'expired'],
    ['for later', { nbf: 1_900_000_000 }, /the token's nbf is ahead of the clock$/, 'not_yet_valid'],
    ['long-lived', { exp: 1_810_000_000 }, /the token lives longer than 86400 seconds$/, 'too_long_lived'],
    ['for another API', { aud: 'other' }, /the token's aud must be https:\/\/login\.example\.com$/, 'wrong_audience'],
    ['of another app', { azp: 'web' }, /client_id, appid or cid must be company-ios$/, 'wrong_client'],
    ['an ID token', { at_hash: 'x' }, /the token's at_hash must be an access token$/, 'wrong_type'],
    ['of nobody', { sub: undefined }, /the token's sub must be a text of 1 to 255 characters$/, 'no_subject'],
    ['of a number', { sub: 42 }, /the token's sub must be a text of 1 to 255 characters$/, 'no_subject'],
    ['bound to a key', { cnf: { jkt: 'x' } }, /the token is bound to a key \(cnf\)/, 'bound_to_key'],
  ])('of a token that is signed well, but %s, says what was expected', async (_, claims, message, reason) => {
    await expectRefused(company.token(claims), message, reason);
  });

  it('speaks Chinese to those who ask for it', async () => {
    const { body } = await company.move(await company.code(), 'SCAN', company.token({ aud: 'other' }), {
      headers: { 'x-authing-lang': 'zh-CN' },
    });
    expect(body.message).toBe(
      '尚未登录：请在 authorization 请求头中携带有效的 access token：token 的 aud 应为 https://login.example.com',
    );
  });

  it('of a claim that is missing names it', async () => {
    await company.trust({ requiredClaims: { token_use: 'access', app: ['ios', 'android'] } });
    await expectRefused(
      company.token({ token_use: 'access', app: 'web', email: 'kate@example.com' }),
      /the token's app must be ios or android$/,
      'required_claim',
    );
  });

  it('of a code that the token was not made for says so', async () => {
    await company.trust({ bindsCode: true });
    await expectRefused(company.token({ qrcode_id: 'other' }), /made for another code$/, 'wrong_code');
    const qrcodeId = await company.code();
    expect((await company.move(qrcodeId, 'SCAN', company.token({ qrcode_id: qrcodeId }))).body.statusCode).toBe(200);
  });

  it.each<[string, () => string, string]>([
    ['an issuer nobody trusts', () => company.token({ iss: 'https://evil.example' }), 'unknown_issuer'],
    ['a forged signature', () => company.token({ aud: 'x' }, {}, foreign), 'bad_signature'],
    ['an unknown key', () => company.token({}, { kid: 'other' }), 'unknown_key'],
    ['an algorithm that is not listed', () => company.token({}, { alg: 'RS512' }), 'wrong_algorithm'],
  ])('of %s says nothing more than that nobody is signed in', async (_, token, reason) => {
    await expectRefused(token(), plain, reason);
  });

  it('of a token of a browser login is that of our own', async () => {
    const { body } = await company.move(await company.code(), 'SCAN', company.token({ amr: ['pwd', 'qr'] }));
    expect(body).toMatchObject({ statusCode: 403, refusal: 'qr_born_login' });
  });

  it('holds no part of the token, nor does any trace that is kept', async () => {
    const marks = { email: 'm4rk3r@example.com', aud: 'm4rk3r', custom: 'm4rk3r' };
    const { text } = await company.move(await company.code(), 'SCAN', company.token(marks));
    expect(text).not.toContain('m4rk3r');
    expect(JSON.stringify(await company.stores.audit.list({ limit: 100 }))).not.toContain('m4rk3r');
  });

  it('comes for who is suspended here, however good the token', async () => {
    const { ticket } = await company.confirmed();
    const [kate] = await metPeople(company);
    if (kate === undefined) throw new Error('nobody was met');
    const suspended = { ...kate, status: 'Suspended' as const, version: kate.version + 1 };
    await company.stores.users.update(suspended, newEvent(company.secrets, 'user.updated', null));
    expect((await company.move(await company.code(), 'SCAN', company.token())).body).toMatchObject({
      statusCode: 403,
      apiCode: 2120008,
    });
    expect((await company.exchange(ticket)).body).toMatchObject({ refusal: 'user_suspended' });
  });

  it('comes while the application may not approve, or is off', async () => {
    const phone = company.phoneApp;
    for (const part of [{ approvesScans: false }, { enabled: false }]) {
      await company.directory.putApplication({ ...phone, ...part });
      const { body } = await company.move(await company.code(), 'SCAN', company.token());
      expect(body.statusCode).toBeOneOf([401, 403, 404]);
    }
    expect(await metPeople(company)).toEqual([]);
  });

  it('comes for codes of another pool', async () => {
    await company.addPool('pool2');
    await company.addApplication({ id: 'site2', userPoolId: 'pool2' });
    const made = await company.v3('POST', 'gene-qrcode', { app: 'site2', body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = made.body.data;
    for (const known of [false, true]) {
      const { body } = await company.move(qrcodeId, 'SCAN', company.token());
      expect(body, String(known)).toMatchObject({ statusCode: 403, apiCode: 2036 });
      expect(await metPeople(company)).toHaveLength(known ? 1 : 0);
      await company.confirmed();
    }
  });
});

it('an operator counts tokens by entry and reason', async () => {
  const metrics = createMetrics({ version: '0' });
  await company.close();
  company = await openCompany({}, { metrics });
  await company.confirmed();
  await company.move(await company.code(), 'SCAN', company.token({ aud: 'other' }));
  await company.move(await company.code(), 'SCAN', company.token({ iss: 'https://evil.example' }));
  const text = await metrics.text();
  expect(text).toContain('passbeam_own_tokens_total{entry="company",result="accepted"} 2');
  expect(text).toContain('passbeam_own_tokens_total{entry="company",result="wrong_audience"} 1');
  expect(text).toContain('passbeam_own_tokens_total{entry="none",result="unknown_issuer"} 1');
});

describe('guesses at tokens', () => {
  it('are sixty a minute for a network; good tokens, and signed ones that are refused, do not count', async () => {
    const qrcodeId = await company.code();
    const forged = company.token({ iss: 'https://evil.example' });
    for (let count = 0; count < 70; count += 1) {
      await company.move(qrcodeId, 'SCAN', company.token({ aud: 'other' }));
    }
    for (let count = 0; count < 60; count += 1) {
      expect((await company.move(qrcodeId, 'SCAN', forged)).http).toBe(200);
    }
    const refused = await company.move(qrcodeId, 'SCAN', forged);
    expect(refused).toMatchObject({ http: 429, headers: { 'retry-after': expect.any(String) } });
    const own = await company.move(qrcodeId, 'SCAN', await company.signIn());
    expect(own.body.statusCode).toBe(200);
    const limited = await company.stores.audit.list({ type: 'limit.hit', limit: 9 });
    expect(limited).toMatchObject([{ detail: { kind: 'ownToken' } }]);
  });

  it('meet the scan limit of the person before there is an account', async () => {
    for (let count = 0; count < 20; count += 1) await company.move('x'.repeat(32), 'SCAN', company.token());
    const { http } = await company.move(await company.code(), 'SCAN', company.token());
    expect(http).toBe(429);
    expect(await metPeople(company)).toEqual([]);
  });
});
