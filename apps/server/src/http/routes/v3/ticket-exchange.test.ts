import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../../core/audit/event.ts';
import type { Application } from '../../../core/directory/application.ts';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const path = 'exchange-tokenset-with-qrcode-ticket';

/** A code confirmed by alice's phone, which nobody has polled since. */
async function agreed(application: Application = passbeam.site, extra: Record<string, unknown> = {}) {
  const token = await passbeam.signIn();
  const created = await passbeam.v3('POST', 'gene-qrcode', {
    app: application.id,
    body: { type: 'MOBILE_APP', ...extra },
  });
  const { qrcodeId } = created.body.data;
  for (const action of ['SCAN', 'CONFIRM']) {
    const { body } = await passbeam.v3('POST', 'set-qrcode-status', {
      app: 'phone',
      token,
      body: { qrcodeId, action },
    });
    if (body.statusCode !== 200) throw new Error(body.message);
  }
  return { qrcodeId: qrcodeId as string, token };
}

/** The same code, and its ticket. */
async function confirmed(application?: Application, extra?: Record<string, unknown>, pollHeaders = {}) {
  const { qrcodeId, token } = await agreed(application, extra);
  const { body } = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: pollHeaders });
  return { qrcodeId, ticket: body.data.ticket as string, token };
}

function withSecret(ticket: string, application: Application = passbeam.site) {
  return { ticket, client_id: application.id, client_secret: application.secret };
}

async function exchange(body: unknown, options: Parameters<TestPassbeam['v3']>[2] = {}) {
  return (await passbeam.v3('POST', path, { ...options, body })).body;
}

const basic = ({ id, secret }: Application) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const granted = (qrcodeId: string) => ({
  statusCode: 200,
  message: 'ok',
  requestId: expect.any(String),
  data: {
    scope: 'openid profile',
    access_token: expect.stringMatching(/^eyJ/),
    id_token: expect.stringMatching(/^eyJ/),
    token_type: 'Bearer',
    expire_in: 7200,
    expires_in: 7200,
    qrcodeId,
  },
});

describe('a proof of the secret', () => {
  it('is taken from the body, beside a stray access token in authorization', async () => {
    const { ticket, qrcodeId, token } = await confirmed();
    expect(await exchange(withSecret(ticket), { headers: { authorization: token } })).toEqual(granted(qrcodeId));
  });

  it('is taken from Basic authorization', async () => {
    const site = await passbeam.addApplication({ ...passbeam.site, tokenEndpointAuthMethod: 'client_secret_basic' });
    const { ticket, qrcodeId } = await confirmed(site);
    expect(await exchange({ ticket }, { headers: basic(site) })).toEqual(granted(qrcodeId));
  });

  it('names the application when no header does', async () => {
    const { ticket, qrcodeId } = await confirmed();
    expect(await exchange(withSecret(ticket), { app: null })).toEqual(granted(qrcodeId));
  });

  it.each([
    ['a wrong secret', (t: string) => ({ ticket: t, client_id: 'site', client_secret: 'wrong' }), {}, 401],
    ['a wrong Basic secret', (t: string) => ({ ticket: t }), { authorization: `Basic ${btoa('site:wrong')}` }, 401],
    ['the id of another application', (t: string) => ({ ticket: t, client_id: 'phone', client_secret: 'x' }), {}, 401],
    ['no proof', (t: string) => ({ ticket: t }), {}, 403],
    ['an id without a secret', (t: string) => ({ ticket: t, client_id: 'site' }), {}, 403],
  ])('refuses %s and leaves the ticket as it was', async (_name, body, headers, statusCode) => {
    const { ticket, qrcodeId } = await confirmed();
    expect(await exchange(body(ticket), { headers: headers as Record<string, string> })).toMatchObject({
      statusCode,
      apiCode: 1001,
    });
    expect(await exchange(withSecret(ticket))).toEqual(granted(qrcodeId));
  });

  it('is not asked for when the pool lets browsers exchange, effective at once', async () => {
    const [first, second] = [await confirmed(), await confirmed()];
    expect(await exchange({ ticket: first.ticket })).toMatchObject({ statusCode: 403 });
    await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: true });
    expect(await exchange({ ticket: first.ticket })).toEqual(granted(first.qrcodeId));
    await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: false });
    expect(await exchange({ ticket: second.ticket })).toMatchObject({ statusCode: 403 });
  });

  it('is asked of applications with method none too, unless browsers may exchange', async () => {
    const spa = await passbeam.addApplication({ id: 'spa', tokenEndpointAuthMethod: 'none' });
    const { ticket, qrcodeId } = await confirmed(spa);
    expect(await exchange({ ticket }, { app: 'spa' })).toMatchObject({ statusCode: 403, apiCode: 1001 });
    await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: true });
    expect(await exchange({ ticket }, { app: 'spa' })).toEqual(granted(qrcodeId));
  });

  it('may be guessed ten times a minute', async () => {
    const { ticket } = await confirmed();
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) {
      statuses.push((await exchange({ ticket, client_id: 'site', client_secret: `guess ${i}` })).statusCode);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  });
});

const thief = { 'user-agent': 'Thief/1' };

describe('a ticket', () => {
  it('logs in once among many racing exchanges', async () => {
    const { ticket } = await confirmed();
    const replies = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        exchange(withSecret(ticket), { headers: { 'user-agent': `Backend/${index}` } }),
      ),
    );
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(replies.filter(({ statusCode, apiCode }) => statusCode === 400 && apiCode === 2300)).toHaveLength(29);
    // The exchanges that lost are in the audit log, however soon they came.
    const replays = await passbeam.stores.audit.list({ type: 'qr.ticket_replayed', limit: 99 });
    expect(replays.map(({ count }) => count)).toEqual([29]);
  });

  it('ends with its lifetime, which is taken from the settings', async () => {
    await passbeam.setStrategy({ ticketExpiresIn: 60 });
    const { ticket } = await confirmed();
    passbeam.pass(60);
    expect(await exchange(withSecret(ticket))).toMatchObject({ statusCode: 400, apiCode: 2300 });
  });

  it('belongs to one application of the pool', async () => {
    const other = await passbeam.addApplication({ id: 'other' });
    const { ticket, qrcodeId } = await confirmed();
    expect(await exchange(withSecret(ticket, other), { app: 'other' })).toMatchObject({
      statusCode: 400,
      apiCode: 2300,
    });
    expect(await exchange(withSecret(ticket))).toEqual(granted(qrcodeId));
  });

  it('is void after three wrong attempts by authenticated applications', async () => {
    const other = await passbeam.addApplication({ id: 'other' });
    const { ticket } = await confirmed();
    for (let i = 0; i < 3; i++) await exchange(withSecret(ticket, other), { app: 'other' });
    expect(await exchange(withSecret(ticket))).toMatchObject({ statusCode: 400, apiCode: 2300 });
    expect(await passbeam.stores.audit.list({ type: 'qr.ticket_voided', limit: 9 })).toHaveLength(1);
  });

  it.each(['', 'tk_', 'x'.repeat(400), 'tk_unknown', `tk_${'a'.repeat(32)}_${'b'.repeat(43)}`])(
    'is refused when it is %j',
    async (ticket) => {
      const reply = await exchange(withSecret(ticket));
      expect(reply.statusCode).toBe(400);
    },
  );

  it('with the proof changed is refused and consumes nothing', async () => {
    const { ticket, qrcodeId } = await confirmed();
    const forged = `${ticket.slice(0, -1)}${ticket.endsWith('A') ? 'B' : 'A'}`;
    expect(await exchange(withSecret(forged))).toMatchObject({ statusCode: 400, apiCode: 2300 });
    expect(await exchange(withSecret(ticket))).toEqual(granted(qrcodeId));
  });

  it('presented again by somebody else soon changes nothing; later, by its own application, ends the login it made', async () => {
    const { ticket } = await confirmed();
    const { data } = await exchange(withSecret(ticket));
    const profile = () => passbeam.v3('GET', 'get-profile', { token: data.access_token });
    passbeam.pass(9);
    expect(await exchange(withSecret(ticket), { headers: thief })).toMatchObject({ statusCode: 400 });
    expect((await profile()).body.statusCode).toBe(200);
    passbeam.pass(2);
    const other = await passbeam.addApplication({ id: 'other' });
    await exchange(withSecret(ticket, other), { app: 'other' });
    await exchange({ ticket });
    expect((await profile()).body.statusCode).toBe(200);
    expect(await exchange(withSecret(ticket))).toMatchObject({ statusCode: 400 });
    expect((await profile()).body).toMatchObject({ statusCode: 401, apiCode: 2020 });
  });

  it('needs the poll secret when its code has one', async () => {
    const secret = 'a poll secret of the page';
    const made = () =>
      confirmed(passbeam.site, { pollChallenge: passbeam.secrets.hash(secret) }, { 'x-qr-poll-secret': secret });
    const { ticket, qrcodeId } = await made();
    expect(await exchange(withSecret(ticket))).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('poll_secret'),
    });
    expect(await exchange({ ...withSecret(ticket), poll_secret: 'wrong' })).toMatchObject({
      statusCode: 400,
      apiCode: 2300,
    });
    expect(await exchange({ ...withSecret(ticket), poll_secret: secret })).toEqual(granted(qrcodeId));
  });

  it('gives a refresh token when offline_access is asked for', async () => {
    const { ticket } = await confirmed();
    const { data } = await exchange({ ...withSecret(ticket), scope: 'openid offline_access nonsense' });
    expect(data).toMatchObject({ scope: 'openid offline_access', refresh_token: expect.any(String) });
  });
});

describe('authority that is gone by the time of the exchange', () => {
  type Loss = [string, () => Promise<unknown>, statusCode: number];
  const losses: Loss[] = [
    [
      'the phone signed out',
      async () => {
        const { user } = await passbeamUser();
        return passbeam.stores.loginSessions.revokeAll(
          user.id,
          passbeam.clock.now(),
          newEvent(passbeam.secrets, 'session.revoked', null),
        );
      },
      400,
    ],
    [
      'the user is suspended',
      async () => {
        const { user } = await passbeamUser();
        return passbeam.stores.users.update({ ...user, status: 'Suspended', version: user.version + 1 }, null);
      },
      403,
    ],
    ['the application is disabled', () => passbeam.addApplication({ ...passbeam.site, enabled: false }), 404],
  ];

  async function passbeamUser() {
    const user = await passbeam.stores.users.find(passbeam.alice.id);
    if (!user) throw new Error('alice is gone');
    return { user };
  }

  it.each(losses)('%s', async (_name, lose, statusCode) => {
    const { ticket } = await confirmed();
    await lose();
    expect(await exchange(withSecret(ticket))).toMatchObject({ statusCode });
  });

  it.each(losses)(
    '%s: a poll that would deliver the login is no refusal but EXPIRED (wire 8.1)',
    async (_name, lose) => {
      await passbeam.setStrategy({ returnFullUserInfo: true });
      const { qrcodeId } = await agreed();
      await lose();
      const v3 = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
      expect(v3).toMatchObject({ http: 200, body: { statusCode: 200, data: { status: 'EXPIRED' } } });
      const v2 = await passbeam.v3('GET', '/api/v2/qrcode/check', { query: { random: qrcodeId } });
      expect(v2).toMatchObject({ http: 200, body: { code: 200, data: { status: -1, userInfo: {}, ticket: null } } });
    },
  );

  it.each(['another', 'the same'])('the person changed the password on %s device', async (device) => {
    const { ticket, token } = await confirmed();
    passbeam.pass(1);
    const tablet = device === 'another' ? await passbeam.signIn() : token;
    const changed = await passbeam.v3('POST', 'update-password', {
      app: 'phone',
      token: tablet,
      body: { oldPassword: testPassword, newPassword: 'a different horse battery' },
    });
    expect(changed.body.statusCode).toBe(200);
    expect(await exchange(withSecret(ticket))).toMatchObject({ statusCode: 400, apiCode: 2300 });
  });
});

describe('full user info in the poll', () => {
  const poll = async (qrcodeId: string, headers = {}) =>
    (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers })).body.data;

  it('delivers one token set, the same for ten seconds, then EXPIRED; off means a ticket again', async () => {
    await passbeam.setStrategy({ returnFullUserInfo: true });
    const { qrcodeId } = await confirmed();
    const first = await poll(qrcodeId);
    expect(first).toMatchObject({
      status: 'AUTHORIZED',
      tokenSet: { token_type: 'Bearer', access_token: expect.any(String) },
    });
    expect(first.ticket).toBeUndefined();
    passbeam.pass(9);
    expect((await poll(qrcodeId)).tokenSet).toEqual(first.tokenSet);
    passbeam.pass(2);
    expect(await poll(qrcodeId)).toEqual({ status: 'EXPIRED' });
    const profile = await passbeam.v3('GET', 'get-profile', { token: first.tokenSet.access_token });
    expect(profile.body.data.userId).toBe(passbeam.alice.id);
    await passbeam.setStrategy({ returnFullUserInfo: false });
    expect((await confirmed()).ticket).toMatch(/^tk_/);
  });

  it('delivers to racing polls of one page one login', async () => {
    await passbeam.setStrategy({ returnFullUserInfo: true });
    const token = await passbeam.signIn();
    const created = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = created.body.data;
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
    }
    const views = await Promise.all(Array.from({ length: 10 }, () => poll(qrcodeId)));
    const tokens = new Set(
      views.filter(({ status }) => status === 'AUTHORIZED').map(({ tokenSet }) => tokenSet.access_token),
    );
    expect(tokens.size).toBe(1);
    expect(await poll(qrcodeId, { 'user-agent': 'a stranger' })).toEqual({ status: 'EXPIRED' });
  });
});
