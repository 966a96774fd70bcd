import { type ErrorCode, errorTable } from '@passbeam/protocol';
import {
  type Approval,
  type ApprovalFetch,
  type ApprovalOptions,
  type ApprovalOutcome,
  type ApprovalState,
  createApproval,
} from '@passbeam/sdk';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { newEvent } from '../core/audit/event.ts';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

/** The phone side of the SDK against this server: every refusal that SCAN or CONFIRM can meet, in both languages. */

const host = 'http://localhost:3000';
let passbeam: TestPassbeam;
let alice: string;

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'site2', userPoolId: 'pool2' });
  await passbeam.addUser({ username: 'bob' });
  alice = await passbeam.signIn();
});
afterAll(() => passbeam.close());

interface Phone {
  approval: Approval;
  /** The name of each refusal that came, in order. */
  refusals: ErrorCode[];
}

/** Sends to the server in process, and keeps the names of refusals. */
function fetchOf(refusals: ErrorCode[] = [], server = passbeam): ApprovalFetch {
  return async (url, { method, headers, body }) => {
    const reply = await server.app.inject({ method: method as 'POST', url: new URL(url).pathname, headers, body });
    const { refusal } = reply.json();
    if (refusal) refusals.push(refusal);
    const get = (name: string) => (reply.headers[name] === undefined ? null : String(reply.headers[name]));
    return { status: reply.statusCode, headers: { get }, text: async () => reply.body };
  };
}

function openPhone(
  token: string,
  { server = passbeam, ...options }: Partial<ApprovalOptions> & { server?: TestPassbeam } = {},
) {
  const refusals: ErrorCode[] = [];
  const accessToken = () => token;
  return createPhone({ accessToken, fetch: fetchOf(refusals, server), ...options }, refusals);
}

function createPhone(options: Pick<ApprovalOptions, 'accessToken' | 'fetch'>, refusals: ErrorCode[] = []): Phone {
  return { approval: createApproval({ host, appId: 'phone', ...options }), refusals };
}

/** The first state of these steps, or one with a trouble. */
function reached({ approval }: Phone, ...steps: ApprovalState['step'][]): Promise<ApprovalState> {
  return new Promise((resolve) => {
    const look = () => {
      const state = approval.getState();
      const isTroubled = 'trouble' in state && state.trouble !== null;
      if (!steps.includes(state.step) && !isTroubled) return;
      stop();
      resolve(state);
    };
    const stop = approval.subscribe(look);
    look();
  });
}

async function newCode(app = 'site', server = passbeam): Promise<string> {
  const { body } = await server.v3('POST', 'gene-qrcode', { app, body: { type: 'MOBILE_APP' } });
  return body.data.qrcodeId;
}
const textOf = (qrcodeId: string) => JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId });
const move = (qrcodeId: string, action: string, token = alice) =>
  passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });

async function scanBorn(): Promise<string> {
  const qrcodeId = await newCode();
  for (const action of ['SCAN', 'CONFIRM']) await move(qrcodeId, action);
  const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  const body = { ticket, client_id: passbeam.site.id, client_secret: passbeam.site.secret };
  return (await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.data.access_token;
}

async function suspended(): Promise<string> {
  const sam = await passbeam.addUser({ username: `sam-${Math.random()}` });
  const token = await passbeam.signIn(sam.username ?? '');
  const event = newEvent(passbeam.secrets, 'user.updated', null);
  await passbeam.stores.users.update({ ...sam, status: 'Suspended', version: sam.version + 1 }, event);
  return token;
}

interface Case {
  refusal: ErrorCode;
  outcome: ApprovalOutcome;
  qrcodeId?: () => Promise<string>;
  token?: () => Promise<string>;
  /** What happens between SCAN and CONFIRM; without it SCAN is refused. */
  between?: (qrcodeId: string, token: string) => Promise<unknown>;
}

const cases: [situation: string, is: Case][] = [
  ['a code that was made up', { refusal: 'qr_not_found', outcome: 'unknown', qrcodeId: async () => 'x'.repeat(32) }],
  [
    'a code whose time is up',
    {
      refusal: 'qr_expired',
      outcome: 'expired',
      async qrcodeId() {
        const qrcodeId = await newCode();
        passbeam.pass(121);
        return qrcodeId;
      },
    },
  ],
  [
    'a code whose time ran out after the scan',
    { refusal: 'qr_expired', outcome: 'expired', between: async () => passbeam.pass(121) },
  ],
  [
    'a code that was declined with another phone of the person',
    { refusal: 'qr_finished', outcome: 'finished', between: (qrcodeId) => move(qrcodeId, 'CANCEL') },
  ],
  [
    'a code that is finished',
    {
      refusal: 'qr_finished',
      outcome: 'finished',
      async qrcodeId() {
        const qrcodeId = await newCode();
        for (const action of ['SCAN', 'CANCEL']) await move(qrcodeId, action);
        passbeam.pass(11);
        return qrcodeId;
      },
    },
  ],
  [
    'a code that somebody else scanned',
    {
      refusal: 'qr_other_user',
      outcome: 'taken',
      async qrcodeId() {
        const qrcodeId = await newCode();
        await move(qrcodeId, 'SCAN', await passbeam.signIn('bob'));
        return qrcodeId;
      },
    },
  ],
  [
    'a code of another user pool',
    { refusal: 'qr_other_pool', outcome: 'otherService', qrcodeId: () => newCode('site2') },
  ],
  [
    'an app that may not approve',
    {
      refusal: 'approval_not_allowed',
      outcome: 'notAllowed',
      async token() {
        const viewer = { id: 'viewer', tokenEndpointAuthMethod: 'none', approvesScans: false } as const;
        return passbeam.signIn('alice', await passbeam.addApplication(viewer));
      },
    },
  ],
  ['a login that came from a scan', { refusal: 'qr_born_login', outcome: 'scanBorn', token: scanBorn }],
  ['a person who was suspended', { refusal: 'user_suspended', outcome: 'suspended', token: suspended }],
  [
    'a login that ended after the scan',
    {
      refusal: 'not_signed_in',
      outcome: 'signedOut',
      token: () => passbeam.signIn('bob'),
      async between(_, token) {
        const body = { token, client_id: 'phone' };
        expect((await passbeam.v3('POST', '/oidc/token/revocation', { app: 'phone', body })).http).toBe(200);
      },
    },
  ],
];

describe.each(['en-US', 'zh-CN'])('in %s, the phone hears of', (lang) => {
  it.each(cases)('%s', async (_, { refusal, outcome, qrcodeId: code = newCode, token, between }) => {
    const qrcodeId = await code();
    const own = (await token?.()) ?? alice;
    const phone = openPhone(own, { lang });
    expect(phone.approval.scan(textOf(qrcodeId))).toBe(true);
    if (between) {
      expect(await reached(phone, 'consent', 'outcome')).toMatchObject({ step: 'consent' });
      await between(qrcodeId, own);
      phone.approval.approve();
    }
    const end = await reached(phone, 'outcome');
    expect(phone.refusals).toEqual([refusal]);
    expect(end).toMatchObject({ step: 'outcome', outcome, error: { refusal } });
    const { heading, text } = end as ApprovalState & { step: 'outcome' };
    for (const words of [heading, text]) expect(/\p{Script=Han}/u.test(words)).toBe(lang === 'zh-CN');
    if (outcome === 'notAllowed') expect(text).toBe(errorTable[refusal][lang === 'zh-CN' ? 'zh' : 'en']);
  });
});

describe('the phone may go on after', () => {
  it('no login any more, with the same code', async () => {
    let token = 'ended';
    const phone = createPhone({ accessToken: () => token, fetch: fetchOf() });
    phone.approval.scan(textOf(await newCode()));
    expect(await reached(phone, 'consent')).toMatchObject({ step: 'checking', trouble: { kind: 'signedOut' } });
    token = alice;
    phone.approval.retry();
    expect(await reached(phone, 'consent')).toMatchObject({ step: 'consent' });
    phone.approval.close();
  });

  it('too many codes that are neither confirmed nor declined, told in the server’s words', async () => {
    const limited = await openTestPassbeam();
    try {
      const token = await limited.signIn();
      for (const lang of ['en-US', 'zh-CN']) {
        const phones: Phone[] = [];
        let last: ApprovalState | undefined;
        for (let held = 0; held < 6; held++) {
          const phone = openPhone(token, { server: limited, lang });
          phones.push(phone);
          phone.approval.scan(textOf(await newCode('site', limited)));
          last = await reached(phone, 'consent', 'outcome');
        }
        const words = {
          'en-US': 'confirm or cancel the codes you scanned before',
          'zh-CN': '请先确认或取消之前扫描的二维码',
        };
        expect(last).toMatchObject({
          step: 'checking',
          isSending: false,
          trouble: { kind: 'busy', retryAfterSeconds: 30, text: expect.stringContaining(words[lang as 'en-US']) },
        });
        for (const { approval } of phones) approval.close();
      }
    } finally {
      await limited.close();
    }
  });

  it('an outage of the store', async () => {
    const broken = await openTestPassbeam();
    const token = await broken.signIn();
    const code = textOf(await newCode('site', broken));
    await broken.stores.close();
    const phone = openPhone(token, { server: broken });
    phone.approval.scan(code);
    expect(await reached(phone, 'outcome')).toMatchObject({
      step: 'checking',
      isSending: true,
      trouble: { kind: 'unavailable' },
    });
    phone.approval.close();
    await broken.app.close();
  });

  it('a mistake in the app’s settings, which the error names', async () => {
    const phone = openPhone(alice, { appId: 'nobody' });
    phone.approval.scan(textOf(await newCode()));
    expect(await reached(phone, 'consent')).toMatchObject({
      step: 'checking',
      isSending: false,
      trouble: { kind: 'failed', error: { refusal: 'app_not_found' } },
    });
  });
});

it('a reply that was lost is asked for again, and the code is approved once', async () => {
  const qrcodeId = await newCode();
  let confirms = 0;
  const send = fetchOf();
  const phone = createPhone({
    accessToken: () => alice,
    async fetch(url, init) {
      const reply = await send(url, init);
      if (init.body.includes('CONFIRM') && confirms++ === 0) throw new TypeError('connection lost');
      return reply;
    },
  });
  phone.approval.scan(textOf(qrcodeId));
  await reached(phone, 'consent');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  phone.approval.approve();
  expect(await reached(phone, 'outcome')).toMatchObject({ step: 'decision', trouble: { kind: 'offline' } });
  const ended = new Promise<void>((resolve) => {
    phone.approval.subscribe(() => phone.approval.getState().step === 'outcome' && resolve());
  });
  await vi.advanceTimersByTimeAsync(1_000);
  await ended;
  expect(phone.approval.getState()).toMatchObject({ outcome: 'approved' });
  expect(confirms).toBe(2);
  expect((await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data.status).toBe('AUTHORIZED');
});
