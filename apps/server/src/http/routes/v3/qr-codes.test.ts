import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, type V3Reply } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const browser = {
  origin: 'https://site.example',
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36',
};
const envelope = { statusCode: 200, message: 'ok', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };

async function gene(options: Parameters<TestPassbeam['v3']>[2] = {}): Promise<V3Reply & { qrcodeId: string }> {
  const reply = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' }, ...options });
  return { ...reply, qrcodeId: reply.body.data?.qrcodeId };
}

async function poll(qrcodeId: string, headers: Record<string, string> = {}, path = 'get-qrcode-status') {
  return (await passbeam.v3('GET', path, { query: { qrcodeId }, headers })).body;
}

async function move(qrcodeId: string, action: string, token: string, path = 'set-qrcode-status') {
  return (await passbeam.v3('POST', path, { app: 'phone', token, body: { qrcodeId, action } })).body;
}

function cookieOf(reply: V3Reply): string {
  return String(reply.headers['set-cookie']).split(';')[0] ?? '';
}

describe('POST /api/v3/gene-qrcode', () => {
  it('gives id, image address and lifetime', async () => {
    const { body } = await gene();
    expect(body).toEqual({
      ...envelope,
      data: {
        qrcodeId: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
        url: expect.stringMatching(/^http:\/\/localhost:3000\/qr\/[\w.-]+\.png$/),
        expiresIn: 120,
      },
    });
    expect(body.data.url).not.toContain(body.data.qrcodeId);
  });

  it('names the field at fault, in the language asked for', async () => {
    expect((await gene({ body: {} })).body.message).toContain('type is required');
    expect((await gene({ body: {}, headers: { 'x-authing-lang': 'zh-CN' } })).body.message).toContain('type：必填');
    expect((await gene({ body: { type: 'MOBILE_APP', customData: 'text' } })).body.message).toContain('customData');
  });

  it('takes no id from the caller', async () => {
    const wish = 'A'.repeat(32);
    const { qrcodeId } = await gene({
      body: { type: 'MOBILE_APP', qrcodeId: wish, random: wish, id: wish, ticket: wish },
    });
    expect(qrcodeId).not.toBe(wish);
    expect((await poll(wish)).statusCode).toBe(404);
  });

  it('gives a logo only where one is registered', async () => {
    await passbeam.addApplication({ ...passbeam.site, logoUrl: 'https://site.example/logo.png' });
    expect((await gene()).body.data.customLogoUrl).toBe('https://site.example/logo.png');
  });

  it('takes the lifetime set for the pool at once, and the override of an application only when switched on', async () => {
    await passbeam.setStrategy({ qrcodeExpiresIn: 30 });
    expect((await gene()).body.data.expiresIn).toBe(30);
    const securityOverride = { qrcodeLoginStrategy: { qrcodeExpiresIn: 45 } };
    await passbeam.addApplication({ ...passbeam.site, securityOverride });
    expect((await gene()).body.data.expiresIn).toBe(30);
    await passbeam.addApplication({ ...passbeam.site, securityOverride, customSecurityEnabled: true });
    expect((await gene()).body.data.expiresIn).toBe(45);
  });

  it('caps codes per address and minute, and says when to come back', async () => {
    let refused: V3Reply | undefined;
    for (let i = 0; i < 61 && !refused; i++) {
      const reply = await gene();
      if (reply.http !== 200) refused = reply;
    }
    expect(refused).toMatchObject({ http: 429, body: { statusCode: 429 } });
    expect(refused?.body.apiCode).toBeUndefined();
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe.each([
  ['get-qrcode-status', 'set-qrcode-status'],
  ['check-qrcode-status', 'change-qrcode-status'],
])('%s with %s', (statusPath, changePath) => {
  it('follows a code from PENDING to AUTHORIZED and gives the same ticket each time', async () => {
    const { qrcodeId } = await gene();
    const token = await passbeam.signIn();
    const user = { displayName: 'Alice', photo: 'http://localhost:3000/avatars/default.png' };

    expect(await poll(qrcodeId, {}, statusPath)).toEqual({ ...envelope, data: { status: 'PENDING', expiresIn: 120 } });
    const scanned = await move(qrcodeId, 'SCAN', token, changePath);
    expect(scanned).toMatchObject({
      ...envelope,
      data: { success: true, consent: { applicationName: 'Application site' } },
    });
    expect((await poll(qrcodeId, {}, statusPath)).data).toEqual({
      status: 'SCANNED',
      briefUserInfo: user,
      expiresIn: 120,
    });
    expect(await move(qrcodeId, 'CONFIRM', token, changePath)).toEqual({ ...envelope, data: { success: true } });
    const { data } = await poll(qrcodeId, {}, statusPath);
    expect(data).toEqual({ status: 'AUTHORIZED', briefUserInfo: user, ticket: expect.stringMatching(/^tk_/) });
    expect((await poll(qrcodeId, {}, statusPath)).data.ticket).toBe(data.ticket);
    expect(await move(qrcodeId, 'CONFIRM', token, changePath)).toMatchObject({ statusCode: 200 });
    expect((await poll(qrcodeId, {}, statusPath)).data.ticket).toBe(data.ticket);
  });

  it('shows CANCELLED with the person, for good', async () => {
    const { qrcodeId } = await gene();
    const token = await passbeam.signIn();
    await move(qrcodeId, 'SCAN', token, changePath);
    expect(await move(qrcodeId, 'CANCEL', token, changePath)).toMatchObject({ statusCode: 200 });
    expect((await poll(qrcodeId, {}, statusPath)).data).toMatchObject({
      status: 'CANCELLED',
      briefUserInfo: { displayName: 'Alice' },
    });
    passbeam.pass(11);
    for (const action of ['SCAN', 'CONFIRM', 'CANCEL']) {
      expect(await move(qrcodeId, action, token, changePath)).toMatchObject({ statusCode: 422 });
    }
  });

  it('shows EXPIRED at the deadline of the code and of the ticket', async () => {
    const first = (await gene()).qrcodeId;
    passbeam.pass(119.999);
    expect((await poll(first, {}, statusPath)).data).toEqual({ status: 'PENDING', expiresIn: 1 });
    passbeam.pass(0.001);
    expect(await poll(first, {}, statusPath)).toEqual({ ...envelope, data: { status: 'EXPIRED' } });

    const second = (await gene()).qrcodeId;
    const token = await passbeam.signIn();
    expect(await move(first, 'SCAN', token, changePath)).toMatchObject({ statusCode: 422, apiCode: 2241 });
    await move(second, 'SCAN', token, changePath);
    await move(second, 'CONFIRM', token, changePath);
    passbeam.pass(299.999);
    expect((await poll(second, {}, statusPath)).data.status).toBe('AUTHORIZED');
    passbeam.pass(0.001);
    expect((await poll(second, {}, statusPath)).data).toEqual({ status: 'EXPIRED' });
  });

  it('answers every unknown id alike, then counts them', async () => {
    for (const id of ['x'.repeat(32), 'x', '../etc', `${'x'.repeat(31)}é`]) {
      expect(await poll(id, {}, statusPath)).toMatchObject({ statusCode: 404, apiCode: 2241 });
    }
    const { qrcodeId } = await gene();
    let http = 200;
    for (let i = 0; i < 60; i++) {
      http = (await passbeam.v3('GET', statusPath, { query: { qrcodeId: 'x'.repeat(32) } })).http;
    }
    expect(http).toBe(429);
    expect((await poll(qrcodeId, {}, statusPath)).statusCode).toBe(200);
  });

  it('refuses moves out of order, by strangers and without a login, and changes nothing by them', async () => {
    const { qrcodeId } = await gene();
    await passbeam.addUser({ username: 'bob' });
    await passbeam.addPool('pool2');
    await passbeam.addApplication({ id: 'phone2', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
    await passbeam.addUser({ username: 'carol', userPoolId: 'pool2' });
    const [alice, aliceTablet, bob] = [await passbeam.signIn(), await passbeam.signIn(), await passbeam.signIn('bob')];
    const carol = await passbeam.signIn('carol', passbeam.directory.getApplication('phone2'));
    const refusals = async (status: string) => {
      expect((await poll(qrcodeId, {}, statusPath)).data.status).toBe(status);
    };

    expect(await move(qrcodeId, 'CONFIRM', alice, changePath)).toMatchObject({ statusCode: 422 });
    expect(await move(qrcodeId, 'CANCEL', alice, changePath)).toMatchObject({ statusCode: 422 });
    expect(await move(qrcodeId, 'SCAN', 'not a token', changePath)).toMatchObject({ statusCode: 401, apiCode: 2020 });
    expect(await move(qrcodeId, 'SCAN', carol, changePath)).toMatchObject({ statusCode: 403, apiCode: 2036 });
    expect(await move('x'.repeat(32), 'SCAN', alice, changePath)).toMatchObject({ statusCode: 404, apiCode: 2241 });
    await refusals('PENDING');
    await move(qrcodeId, 'SCAN', alice, changePath);
    for (const token of [bob, aliceTablet]) {
      for (const action of ['SCAN', 'CONFIRM', 'CANCEL']) {
        expect(await move(qrcodeId, action, token, changePath)).toMatchObject({ statusCode: 403 });
      }
    }
    await refusals('SCANNED');
  });
});

describe('consent', () => {
  it('tells the phone about the asking browser, from what we saw and what is registered', async () => {
    const created = await gene({ headers: browser });
    passbeam.pass(7);
    const { data } = await move(created.qrcodeId, 'SCAN', await passbeam.signIn());
    expect(data.consent).toEqual({
      applicationName: 'Application site',
      applicationDomain: 'site.example',
      requestedAt: new Date(passbeam.clock.now() - 7000).toISOString(),
      ageSeconds: 7,
      ip: '127.0.0.1',
      place: null,
      browser: 'Chrome',
      os: 'Windows',
      firstTimeOnThisBrowser: true,
      ipMismatch: false,
      countryMismatch: null,
    });
  });

  it('takes nothing from what the page sends along', async () => {
    const marker = 'LOOKALIKE BANK';
    const { qrcodeId } = await gene({
      headers: { ...browser, 'user-agent': marker },
      body: { type: 'MOBILE_APP', customData: { applicationName: marker }, context: { applicationName: marker } },
    });
    const { data } = await move(qrcodeId, 'SCAN', await passbeam.signIn());
    expect(JSON.stringify(data.consent)).not.toContain(marker);
    // A link holds no custom data, so the app that has scanned it is told: by a name of its own, apart from the facts.
    expect(data.customData).toEqual({ applicationName: marker });
  });

  it('takes whoever proves nothing for a browser, whatever it leaves out', async () => {
    const { qrcodeId } = await gene({ headers: { 'user-agent': browser['user-agent'] } });
    const { data } = await move(qrcodeId, 'SCAN', await passbeam.signIn());
    expect(data.consent).toMatchObject({ ip: '127.0.0.1', browser: 'Chrome', os: 'Windows', ipMismatch: false });
  });
});

describe('who may follow a code', () => {
  async function authorized(created: { qrcodeId: string }): Promise<void> {
    const token = await passbeam.signIn();
    await move(created.qrcodeId, 'SCAN', token);
    await move(created.qrcodeId, 'CONFIRM', token);
  }

  it('binds a code to the browser that brings its cookie back; others see the status alone, then EXPIRED', async () => {
    const created = await gene({ headers: browser });
    expect(created.headers['set-cookie']).toMatch(
      /^passbeam_poll=[\w-]{43};.*HttpOnly;.*Secure;.*Partitioned;.*SameSite=None/,
    );
    const own = { cookie: cookieOf(created) };
    const foreign = { cookie: `passbeam_poll=${'x'.repeat(43)}` };
    expect((await poll(created.qrcodeId, own)).data.status).toBe('PENDING');

    const token = await passbeam.signIn();
    await move(created.qrcodeId, 'SCAN', token);
    expect((await poll(created.qrcodeId)).data).toEqual({ status: 'SCANNED' });
    expect((await poll(created.qrcodeId, foreign)).data).toEqual({ status: 'SCANNED' });
    expect((await poll(created.qrcodeId, own)).data.briefUserInfo.displayName).toBe('Alice');
    await move(created.qrcodeId, 'CONFIRM', token);
    expect((await poll(created.qrcodeId)).data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, foreign)).data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, own)).data.ticket).toMatch(/^tk_/);
    const events = await passbeam.stores.audit.list({ type: 'qr.poll_foreign', limit: 10 });
    expect(events).toHaveLength(1);
  });

  it('offers the cookie to the first poller when a server made the code, and to no later one', async () => {
    const created = await gene();
    expect(created.headers['set-cookie']).toBeUndefined();
    const first = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: created.qrcodeId } });
    const second = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: created.qrcodeId } });
    expect(first.headers['set-cookie']).toMatch(/^passbeam_poll=/);
    expect(second.headers['set-cookie']).toBeUndefined();
    await poll(created.qrcodeId, { cookie: cookieOf(first) });
    await authorized(created);
    expect((await poll(created.qrcodeId)).data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, { cookie: cookieOf(first) })).data.ticket).toMatch(/^tk_/);
  });

  it('gives the ticket of a code that nobody bound to one address and User-Agent only', async () => {
    const created = await gene();
    await authorized(created);
    expect((await poll(created.qrcodeId, { 'user-agent': 'backend' })).data.ticket).toMatch(/^tk_/);
    expect((await poll(created.qrcodeId, { 'user-agent': 'someone else' })).data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, { 'user-agent': 'backend' })).data.ticket).toMatch(/^tk_/);
  });

  it('binds by a poll secret sent in its header, and never in the address', async () => {
    const secret = 'a poll secret of the page';
    const challenge = passbeam.secrets.hash(secret);
    const created = await gene({ body: { type: 'MOBILE_APP', pollChallenge: challenge } });
    await authorized(created);
    const byQuery = await passbeam.v3('GET', 'get-qrcode-status', {
      query: { qrcodeId: created.qrcodeId, 'x-qr-poll-secret': secret, pollSecret: secret },
    });
    expect(byQuery.body.data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, { 'x-qr-poll-secret': 'wrong' })).data).toEqual({ status: 'EXPIRED' });
    expect((await poll(created.qrcodeId, { 'x-qr-poll-secret': secret })).data.ticket).toMatch(/^tk_/);
  });

  it('demands the challenge from an application that binds by secret', async () => {
    await passbeam.addApplication({ ...passbeam.site, pollBinding: 'secret' });
    expect((await gene()).body).toMatchObject({ statusCode: 400, message: expect.stringContaining('pollChallenge') });
  });

  it('lets one of two racing browsers own a code', async () => {
    const created = await gene();
    const [a, b] = ['a', 'b'].map((letter) => ({ cookie: `passbeam_poll=${letter.repeat(43)}` }));
    await Promise.all([poll(created.qrcodeId, a), poll(created.qrcodeId, b)]);
    await authorized(created);
    const views = await Promise.all([poll(created.qrcodeId, a), poll(created.qrcodeId, b)]);
    expect(views.map(({ data }) => data.status).sort()).toEqual(['AUTHORIZED', 'EXPIRED']);
  });
});

describe('authority of the phone', () => {
  it('is refused to a login that itself came from a scan', async () => {
    const first = await gene();
    const token = await passbeam.signIn();
    await move(first.qrcodeId, 'SCAN', token);
    await move(first.qrcodeId, 'CONFIRM', token);
    const { ticket } = (await poll(first.qrcodeId)).data;
    const exchanged = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, client_id: 'site', client_secret: passbeam.site.secret },
    });
    const second = await gene();
    expect(await move(second.qrcodeId, 'SCAN', exchanged.body.data.access_token)).toMatchObject({
      statusCode: 403,
      apiCode: 1001,
      message: expect.stringContaining('can neither approve codes'),
    });
  });

  it('is refused to applications that may not approve, and counted per person', async () => {
    await passbeam.addApplication({ id: 'kiosk', tokenEndpointAuthMethod: 'none', approvesScans: false });
    const kiosk = await passbeam.signIn('alice', passbeam.directory.getApplication('kiosk'));
    expect(await move((await gene()).qrcodeId, 'SCAN', kiosk)).toMatchObject({ statusCode: 403 });

    const token = await passbeam.signIn();
    for (let i = 0; i < 5; i++)
      expect(await move((await gene()).qrcodeId, 'SCAN', token)).toMatchObject({ statusCode: 200 });
    expect(await move((await gene()).qrcodeId, 'SCAN', token)).toMatchObject({ statusCode: 429 });
  });

  it('leaves one winner when many people scan at once', async () => {
    const { qrcodeId } = await gene();
    const tokens = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await passbeam.addUser({ username: `user${index}` });
        return passbeam.signIn(`user${index}`);
      }),
    );
    const replies = await Promise.all(tokens.map((token) => move(qrcodeId, 'SCAN', token)));
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 403, 403, 403, 403, 403, 403, 403]);
  });

  it('ends confirm against cancel in exactly one of the two', async () => {
    const { qrcodeId } = await gene();
    const token = await passbeam.signIn();
    await move(qrcodeId, 'SCAN', token);
    const [confirm, cancel] = await Promise.all([move(qrcodeId, 'CONFIRM', token), move(qrcodeId, 'CANCEL', token)]);
    expect([confirm.statusCode, cancel.statusCode].sort()).toEqual([200, 422]);
    const { status } = (await poll(qrcodeId)).data;
    expect(status).toBe(confirm.statusCode === 200 ? 'AUTHORIZED' : 'CANCELLED');
  });
});

describe('what a poll never tells', () => {
  it('keeps every attribute but name and picture out of polls, images and payloads', async () => {
    const marked = Object.fromEntries(
      ['email', 'company', 'website', 'address', 'city', 'name', 'givenName', 'identityNumber'].map((field) => [
        field,
        `mark-${field}`,
      ]),
    );
    await passbeam.addUser({
      username: 'mark-username',
      nickname: 'Shown',
      email: 'mark@example.com',
      phone: '+8613811112222',
      profile: { ...marked, email: undefined } as never,
      customData: { secret: 'mark-custom' },
    });
    const created = await gene();
    const token = await passbeam.signIn('mark-username');
    await move(created.qrcodeId, 'SCAN', token);
    const scanned = await poll(created.qrcodeId);
    await move(created.qrcodeId, 'CONFIRM', token);
    const all = JSON.stringify([scanned, await poll(created.qrcodeId), created.body]);
    expect(all).toContain('Shown');
    expect(all).not.toMatch(/mark|13811112222/);
  });
});
