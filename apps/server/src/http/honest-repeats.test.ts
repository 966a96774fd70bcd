import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

/** A caller that lost a reply asks again and gets the lost answer; nobody else does. */
let passbeam: TestPassbeam;
let phone: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  phone = await passbeam.signIn();
});
afterEach(() => passbeam.close());

const move = (qrcodeId: string, action: string, token = phone) =>
  passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });

async function newCode(body: object = {}): Promise<string> {
  return (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', ...body } })).body.data.qrcodeId;
}

async function newTicket(body: object = {}, headers: Record<string, string> = {}): Promise<string> {
  const qrcodeId = await newCode(body);
  for (const action of ['SCAN', 'CONFIRM']) await move(qrcodeId, action);
  return (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers })).body.data.ticket;
}

const paths = ['exchange-tokenset-with-qrcode-ticket', '/api/v2/qrcode/userinfo'] as const;
type Path = (typeof paths)[number];

async function exchange(path: Path, ticket: string, more: object = {}, headers: Record<string, string> = {}) {
  const body = { ticket, client_id: 'site', client_secret: passbeam.site.secret, ...more };
  return (await passbeam.v3('POST', path, { body, headers })).body;
}

const codeOf = (reply: { apiCode?: number; code?: number }) => reply.apiCode ?? reply.code;
const logins = () => passbeam.stores.audit.list({ type: 'session.created', limit: 99 });

describe.each(paths)('an exchange by %s', (path) => {
  it('asked for again within ten seconds gives the same login and tokens, and makes none', async () => {
    const ticket = await newTicket();
    const before = (await logins()).length;
    const { data } = await exchange(path, ticket);
    passbeam.pass(10);
    expect((await exchange(path, ticket)).data).toEqual(data);
    expect(await logins()).toHaveLength(before + 1);
    expect(await passbeam.stores.audit.list({ type: 'qr.ticket_replayed', limit: 9 })).toEqual([]);
  });

  it('asked for at once by thirty threads of one backend gives each of them one and the same login', async () => {
    const ticket = await newTicket();
    const before = (await logins()).length;
    const replies = await Promise.all(Array.from({ length: 30 }, () => exchange(path, ticket)));
    for (const { data } of replies) expect(data).toEqual(replies[0]?.data);
    expect(await logins()).toHaveLength(before + 1);
  });

  it.each([
    ['another User-Agent', {}, { 'user-agent': 'Thief/1' }],
    [
      'another application',
      { client_id: 'other', client_secret: 'other-secret-that-is-long-enough-to-be-one' },
      {
        'x-authing-app-id': 'other',
      },
    ],
  ])('is refused to %s, and the login stands', async (_name, more, headers) => {
    await passbeam.addApplication({ id: 'other' });
    const ticket = await newTicket();
    const { data } = await exchange(path, ticket);
    expect(codeOf(await exchange(path, ticket, more, headers as Record<string, string>))).toBe(2300);
    expect((await exchange(path, ticket)).data).toEqual(data);
  });

  it('is refused without the proof the first one had, with another poll secret and with another state', async () => {
    const secret = 'a poll secret of the page, kept in memory';
    const state = 'the state of the visitor';
    const made = { pollChallenge: passbeam.secrets.hash(secret), state };
    const ticket = await newTicket(made, { 'x-qr-poll-secret': secret });
    const { data } = await exchange(path, ticket, { poll_secret: secret });
    expect(codeOf(await exchange(path, ticket, { poll_secret: 'another one of another page' }))).toBe(2300);
    expect(codeOf(await exchange(path, ticket, { poll_secret: secret, state: 'of another visitor' }))).toBe(2300);
    await passbeam.setStrategy({ allowExchangeUserInfoFromBrowser: true });
    const unproved = { client_id: undefined, client_secret: undefined, poll_secret: secret };
    expect(codeOf(await exchange(path, ticket, unproved))).toBe(2300);
    expect((await exchange(path, ticket, { poll_secret: secret, state })).data).toEqual(data);
  });

  it('gives nothing again when the login ended, or its phone did, meanwhile', async () => {
    const ticket = await newTicket();
    await exchange(path, ticket);
    await passbeam.v3('GET', 'logout', { token: phone, app: 'phone' });
    await passbeam.v3('POST', 'revoke-all', { token: phone, app: 'phone' });
    const user = await passbeam.stores.users.find(passbeam.alice.id);
    if (user) await passbeam.stores.users.update({ ...user, status: 'Suspended', version: user.version + 1 }, null);
    expect((await exchange(path, ticket)).data ?? null).toBeNull();
  });
});

it('an exchange that gave a refresh token gives the same one again, and that one works', async () => {
  const ticket = await newTicket();
  const scope = 'openid offline_access';
  const { data } = await exchange(paths[0], ticket, { scope });
  const again = await exchange(paths[0], ticket, { scope });
  expect(again.data.refresh_token).toBe(data.refresh_token);
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: again.data.refresh_token,
    client_id: 'site',
    client_secret: passbeam.site.secret,
  });
  const refreshed = await passbeam.app.inject({
    method: 'POST',
    url: '/oidc/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: form.toString(),
  });
  expect(refreshed.json()).toMatchObject({ access_token: expect.any(String) });
});

it('a phone that lost the reply of SCAN or CONFIRM gets the same one again', async () => {
  const qrcodeId = await newCode();
  for (const action of ['SCAN', 'CONFIRM']) {
    const first = (await move(qrcodeId, action)).body;
    expect(first.statusCode).toBe(200);
    expect((await move(qrcodeId, action)).body.data).toEqual(first.data);
  }
});

describe('a decision', () => {
  const decisions = [
    ['CANCEL', async () => {}],
    // The page exchanged the ticket before the phone tried again.
    [
      'CONFIRM',
      async (qrcodeId: string) => {
        const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
        expect((await exchange(paths[0], ticket)).statusCode).toBe(200);
      },
    ],
  ] as const;

  it.each(decisions)(
    '%s that finished the code is told to its own phone again for ten seconds',
    async (action, finish) => {
      const qrcodeId = await newCode();
      await move(qrcodeId, 'SCAN');
      const first = (await move(qrcodeId, action)).body;
      await finish(qrcodeId);
      passbeam.pass(10);
      expect((await move(qrcodeId, action)).body).toMatchObject({ statusCode: 200, data: first.data });
      for (const other of ['SCAN', 'CONFIRM', 'CANCEL'].filter((other) => other !== action)) {
        expect((await move(qrcodeId, other)).body.statusCode, other).toBe(422);
      }
      passbeam.pass(1);
      expect((await move(qrcodeId, action)).body.statusCode).toBe(422);
    },
  );

  it.each(decisions)(
    '%s that finished the code is refused to another login and another person',
    async (action, finish) => {
      await passbeam.addUser({ username: 'bob' });
      const others = [await passbeam.signIn(), await passbeam.signIn('bob')];
      const qrcodeId = await newCode();
      await move(qrcodeId, 'SCAN');
      await move(qrcodeId, action);
      await finish(qrcodeId);
      for (const token of others) expect((await move(qrcodeId, action, token)).body.statusCode).toBe(422);
      expect(await passbeam.stores.audit.list({ type: `qr.${action.toLowerCase()}led`, limit: 9 })).toHaveLength(
        action === 'CANCEL' ? 1 : 0,
      );
    },
  );
});
