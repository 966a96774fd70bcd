import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { type ApprovalOptions, type ApprovalState, createApproval } from './approval.ts';

const host = 'https://login.example.test';
const idA = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
const idB = 'z9Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7q';
const linkA = `${host}/q/${idA}`;
const linkB = `${host}/q/${idB}`;
const jsonOf = (random: string, userPoolId: string) => JSON.stringify({ scene: 'APP_AUTH', random, userPoolId });
const consent = {
  applicationName: 'Ledger',
  applicationDomain: 'ledger.example.test',
  requestedAt: '2026-11-20T08:00:00.000Z',
  ageSeconds: 14,
  ip: '203.0.113.9',
  place: null,
  browser: 'Firefox',
  os: 'Windows',
  firstTimeOnThisBrowser: false,
  ipMismatch: false,
  countryMismatch: null,
};

type Answer = Response | Error | Promise<Response>;
const envelope = (data: object) => Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data });
const scanned = (more: object = {}) => envelope({ success: true, consent, customData: {}, expiresIn: 120, ...more });
const moved = () => envelope({ success: true });
const refused = (refusal: string, statusCode: number, apiCode?: number) =>
  Response.json({ statusCode, apiCode, refusal, message: `the server says ${refusal}`, requestId: 'r' });
const away = () => new TypeError('fetch failed');
const never = () => new Promise<Response>(() => {});

/** A phone whose server gives these answers in order. `settle` lets everything happen that needs no time. */
function openPhone(answers: (() => Answer)[], options: Partial<ApprovalOptions> = {}) {
  const sent: { action: string; qrcodeId: string; token: string | undefined; body: object; url: string }[] = [];
  const fetch = vi.fn(async (url: string, init: { body: string; headers: Record<string, string> }) => {
    const body = JSON.parse(init.body);
    sent.push({ ...body, body, token: init.headers.authorization, url });
    const answer = await (answers.shift() ?? never)();
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const approval = createApproval({ host, appId: 'phone', fetch, accessToken: () => 'token', ...options });
  const states: ApprovalState[] = [];
  approval.subscribe(() => states.push(approval.getState()));
  return {
    approval,
    states,
    sent,
    actions: () => sent.map(({ action }) => action),
    steps: () => states.map(({ step }) => step),
  };
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  // Nothing is left running once a code is over or left.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

async function asked(answers: (() => Answer)[], options?: Partial<ApprovalOptions>, reply: object = {}) {
  const phone = openPhone([() => scanned(reply), ...answers], options);
  phone.approval.scan(linkA);
  await settle();
  expect(phone.approval.getState().step).toBe('consent');
  return phone;
}

describe('scan, consent, decision, outcome', () => {
  it('asks who it is, and approves when the person agrees', async () => {
    const { approval, sent, steps } = openPhone([() => scanned({ customData: { order: 7 } }), moved]);
    expect(approval.scan(linkA, { door: 'camera' })).toBe(true);
    await settle();
    expect(approval.getState()).toMatchObject({
      step: 'consent',
      qrcodeId: idA,
      consent,
      customData: { order: 7 },
      heading: 'Sign in to Ledger?',
      advice: 'Decline if you did not start this.',
      cautions: [],
      ageSeconds: 14,
      secondsLeft: 120,
      trouble: null,
    });
    approval.approve();
    await settle();
    expect(approval.getState()).toMatchObject({ step: 'outcome', outcome: 'approved', error: null });
    expect(steps()).toEqual(['checking', 'consent', 'decision', 'outcome']);
    expect(sent.map(({ body }) => body)).toEqual([
      { qrcodeId: idA, action: 'SCAN', door: 'camera' },
      { qrcodeId: idA, action: 'CONFIRM' },
    ]);
    expect(sent[0]).toMatchObject({ url: `${host}/api/v3/set-qrcode-status`, token: 'token' });
  });

  it('declines when the person says no', async () => {
    const { approval, actions } = await asked([moved]);
    approval.decline();
    await settle();
    expect(approval.getState()).toMatchObject({ outcome: 'declined', heading: 'Declined' });
    expect(actions()).toEqual(['SCAN', 'CANCEL']);
  });

  it('sends one request for two taps, and none after the answer', async () => {
    const { approval, actions } = await asked([moved]);
    approval.approve();
    approval.approve();
    approval.decline();
    await settle();
    approval.approve();
    await settle();
    expect(actions()).toEqual(['SCAN', 'CONFIRM']);
  });

  it('never approves without a question', async () => {
    const { approval, actions } = openPhone([scanned]);
    approval.approve();
    approval.scan(linkA);
    approval.approve();
    await settle();
    expect(actions()).toEqual(['SCAN']);
    approval.close();
  });

  it('asks nobody to decide where the server does not say who is asking', async () => {
    const { approval } = openPhone([() => envelope({ success: true })]);
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ step: 'checking', isSending: false, trouble: { kind: 'failed' } });
  });

  it('gives frozen snapshots, a new one for each change', async () => {
    const { approval, states } = await asked([moved]);
    approval.approve();
    await settle();
    expect(new Set(states).size).toBe(states.length);
    for (const state of states) expect(Object.isFrozen(state)).toBe(true);
  });

  it('tells nobody who unsubscribed', async () => {
    const { approval } = openPhone([scanned]);
    const listener = vi.fn();
    approval.subscribe(listener)();
    approval.scan(linkA);
    await settle();
    expect(listener).not.toHaveBeenCalled();
    approval.close();
  });

  it('gives back the scanToken of SCAN with the answer', async () => {
    const { approval, sent } = await asked([moved], {}, { scanToken: 's-1' });
    approval.approve();
    await settle();
    expect(sent[1]?.body).toEqual({ qrcodeId: idA, action: 'CONFIRM', scanToken: 's-1' });
  });

  it.each([
    [{ door: 'link' }, 'You came by a link.'],
    [{ door: 'button' }, 'You came by a link.'],
    [{ door: 'typed' }, 'You pasted or typed'],
    [{ firstTimeOnThisBrowser: true }, 'your first login'],
    [{ ipMismatch: true }, 'different network'],
    [{ countryMismatch: true }, 'different country'],
  ])('asks for a second look at %j', async (fact, caution) => {
    const { approval } = await asked([], {}, { consent: { ...consent, ...fact } });
    expect(approval.getState()).toMatchObject({ cautions: [expect.stringContaining(caution)] });
    approval.close();
  });
});

describe('what a scanner sees', () => {
  it.each([
    ['a text', 'WIFI:S:cafe;;', 'notACode'],
    ['a link of another server', `https://evil.test/q/${idA}`, 'notACode'],
    ['a code of another user pool', jsonOf(idA, 'other'), 'otherService'],
  ])('%s sends nothing, and is complained of once', async (_, text, kind) => {
    const { approval, actions, states } = openPhone([], { userPoolId: 'pool' });
    expect(approval.scan(text)).toBe(false);
    expect(approval.scan(text)).toBe(false);
    await settle();
    expect(actions()).toEqual([]);
    expect(states).toEqual([{ step: 'scan', rejection: { kind, text: expect.any(String) } }]);
  });

  it('a code of its own pool, as JSON', async () => {
    const { approval } = openPhone([scanned], { userPoolId: 'pool' });
    expect(approval.scan(jsonOf(idA, 'pool'))).toBe(true);
    await settle();
    expect(approval.getState().step).toBe('consent');
    approval.close();
  });

  it('the same code in many pictures is sent once', async () => {
    const { approval, actions } = openPhone([scanned]);
    for (let picture = 0; picture < 5; picture++) expect(approval.scan(linkA)).toBe(true);
    await settle();
    expect(approval.scan(linkA)).toBe(true);
    await settle();
    expect(actions()).toEqual(['SCAN']);
    approval.close();
  });

  it('something else beside a code that is handled changes nothing', async () => {
    const { approval, states } = await asked([]);
    const before = states.length;
    expect(approval.scan('WIFI:S:cafe;;')).toBe(false);
    expect(states).toHaveLength(before);
    approval.close();
  });

  it('a new code replaces the one before, whose late reply counts for nothing', async () => {
    let answerFirst: (reply: Response) => void = () => {};
    const first = new Promise<Response>((resolve) => {
      answerFirst = resolve;
    });
    const { approval } = openPhone([
      () => first,
      () => scanned({ consent: { ...consent, applicationName: 'Second' } }),
    ]);
    approval.scan(linkA);
    approval.scan(linkB);
    await settle();
    answerFirst(scanned());
    await settle();
    expect(approval.getState()).toMatchObject({ step: 'consent', qrcodeId: idB, heading: 'Sign in to Second?' });
    approval.close();
  });

  it('no new code takes the place of an answer that is under way', async () => {
    const { approval, actions } = await asked([never]);
    approval.approve();
    expect(approval.scan(linkB)).toBe(false);
    await settle();
    expect(actions()).toEqual(['SCAN', 'CONFIRM']);
    approval.close();
    await pass(10);
  });
});

describe('close', () => {
  it('sends nothing, and drops what is still to come', async () => {
    const { approval, actions, states } = await asked([never]);
    approval.close();
    approval.approve();
    await pass(200);
    expect(actions()).toEqual(['SCAN']);
    expect(states.at(-1)).toEqual({ step: 'scan', rejection: null });
    expect(approval.scan(linkB)).toBe(true);
    await settle();
    approval.close();
    await pass(20);
    expect(approval.getState()).toEqual({ step: 'scan', rejection: null });
  });
});

describe('the seconds of a question', () => {
  it('count the age up and the rest down, and end the code', async () => {
    const { approval, actions } = await asked([], {}, { expiresIn: 3 });
    await pass(1);
    expect(approval.getState()).toMatchObject({ ageSeconds: 15, secondsLeft: 2 });
    await pass(2);
    expect(approval.getState()).toMatchObject({ outcome: 'expired', heading: 'This code has expired' });
    approval.approve();
    await settle();
    expect(actions()).toEqual(['SCAN']);
  });

  it('catch up after the app was asleep', async () => {
    let now = 0;
    const { approval } = await asked([], { now: () => now });
    now = 60_000;
    await pass(1);
    expect(approval.getState()).toMatchObject({ ageSeconds: 74, secondsLeft: 60 });
    now = 120_000;
    await pass(1);
    expect(approval.getState()).toMatchObject({ outcome: 'expired' });
  });

  it('do not cut off an answer that is under way', async () => {
    let confirm: (reply: Response) => void = () => {};
    const reply = new Promise<Response>((resolve) => {
      confirm = resolve;
    });
    const { approval } = await asked([() => reply], {}, { expiresIn: 2 });
    approval.approve();
    await pass(5);
    expect(approval.getState().step).toBe('decision');
    confirm(moved());
    await settle();
    expect(approval.getState()).toMatchObject({ outcome: 'approved' });
  });

  it('are unknown where the server does not tell', async () => {
    const { approval } = await asked([], {}, { expiresIn: undefined });
    await pass(1_000);
    expect(approval.getState()).toMatchObject({ step: 'consent', secondsLeft: null });
    approval.close();
  });
});

describe('a reply that does not come', () => {
  it('is asked for again by itself, and then told to the person, who may retry', async () => {
    const { approval, actions, states } = openPhone([away, away, away, scanned]);
    approval.scan(linkA);
    await settle();
    expect(states.at(-1)).toMatchObject({ step: 'checking', isSending: true, trouble: { kind: 'offline' } });
    await pass(1);
    await pass(3);
    expect(states.at(-1)).toMatchObject({ step: 'checking', isSending: false, trouble: { kind: 'offline' } });
    expect(actions()).toHaveLength(3);
    approval.retry();
    approval.retry();
    await settle();
    expect(approval.getState().step).toBe('consent');
    expect(actions()).toHaveLength(4);
    approval.close();
  });

  it('within timeoutMs is a timeout', async () => {
    const { approval } = openPhone([never, never, never], { timeoutMs: 2_000 });
    approval.scan(linkA);
    await pass(2 + 1 + 2 + 3 + 2);
    expect(approval.getState()).toMatchObject({ isSending: false, trouble: { kind: 'timeout' } });
  });

  it('to an answer is asked for again: the honest repeat', async () => {
    const { approval, actions, states } = await asked([away, moved]);
    approval.approve();
    await settle();
    expect(states.at(-1)).toMatchObject({ step: 'decision', decision: 'approve', trouble: { kind: 'offline' } });
    await pass(1);
    expect(approval.getState()).toMatchObject({ outcome: 'approved' });
    expect(actions()).toEqual(['SCAN', 'CONFIRM', 'CONFIRM']);
  });

  it('to an answer at all leaves the question open, and says that the answer may have arrived', async () => {
    const { approval } = await asked([away, away, away, () => refused('qr_finished', 422, 2231)]);
    approval.approve();
    await pass(4);
    expect(approval.getState()).toMatchObject({
      step: 'consent',
      trouble: { kind: 'offline', text: expect.stringContaining('may have arrived') },
    });
    approval.approve();
    await settle();
    expect(approval.getState()).toMatchObject({ outcome: 'unclear', heading: 'Look at the web site' });
  });

  it('to an answer, and a code that ran out since, is unclear as well', async () => {
    const { approval } = await asked([away, away, away], {}, { expiresIn: 30 });
    approval.decline();
    await pass(4);
    await pass(30);
    expect(approval.getState()).toMatchObject({ outcome: 'unclear' });
  });

  it('because the server asks to wait longer is for the person to try again', async () => {
    const busy = () =>
      Response.json(
        { statusCode: 503, refusal: 'unavailable', message: 'A store is not reachable', requestId: 'r' },
        { status: 503, headers: { 'retry-after': '30' } },
      );
    const { approval, actions } = openPhone([busy]);
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({
      isSending: false,
      trouble: { kind: 'unavailable', text: 'The server cannot answer now. Try again shortly.', retryAfterSeconds: 30 },
    });
    expect(actions()).toHaveLength(1);
  });

  it('from our server, but from a page of a hotel, is not taken for an answer', async () => {
    const { approval } = openPhone([() => new Response('<h1>Welcome</h1>', { status: 200 })]);
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ isSending: false, trouble: { kind: 'failed' } });
  });
});

describe('the access token', () => {
  const notSignedIn = () => refused('not_signed_in', 401, 2020);
  const renewing = (...tokens: (string | null)[]) => vi.fn((_refused: string | null) => tokens.shift() ?? null);

  it('is asked for before each request', async () => {
    const accessToken = renewing('one', 'two');
    const { approval, sent } = await asked([moved], { accessToken });
    approval.approve();
    await settle();
    expect(sent.map(({ token }) => token)).toEqual(['one', 'two']);
  });

  it('is renewed once when the server refuses it', async () => {
    const accessToken = renewing('old', 'new');
    const { approval, sent } = openPhone([notSignedIn, scanned], { accessToken });
    approval.scan(linkA);
    await settle();
    expect(approval.getState().step).toBe('consent');
    expect(accessToken.mock.calls).toEqual([[null], ['old']]);
    expect(sent.map(({ token }) => token)).toEqual(['old', 'new']);
    approval.close();
  });

  it('that is refused again asks for a sign-in, after which the code is still there', async () => {
    const accessToken = renewing('old', 'new', 'of-the-new-sign-in');
    const { approval, actions } = openPhone([notSignedIn, notSignedIn, scanned], { accessToken });
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ step: 'checking', isSending: false, trouble: { kind: 'signedOut' } });
    expect(actions()).toHaveLength(2);
    approval.retry();
    await settle();
    expect(approval.getState().step).toBe('consent');
    approval.close();
  });

  it('that stays the same is not sent twice', async () => {
    const { approval, actions } = openPhone([notSignedIn]);
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ trouble: { kind: 'signedOut' } });
    expect(actions()).toHaveLength(1);
  });

  it('of nobody sends nothing', async () => {
    const { approval, actions } = openPhone([], { accessToken: () => null });
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ trouble: { kind: 'signedOut' } });
    expect(actions()).toEqual([]);
  });

  it('that ends between scan and answer ends the code: a new login cannot answer for the old one', async () => {
    const { approval } = await asked([notSignedIn]);
    approval.approve();
    await settle();
    expect(approval.getState()).toMatchObject({ outcome: 'signedOut' });
  });

  it('whose function fails is a trouble with its error', async () => {
    const broken = new Error('the key store is locked');
    const { approval } = openPhone([], { accessToken: () => Promise.reject(broken) });
    approval.scan(linkA);
    await settle();
    expect(approval.getState()).toMatchObject({ isSending: false, trouble: { kind: 'failed', error: broken } });
  });
});

describe('refuses at set-up', () => {
  it.each([
    ['host', { host: 'login.example.test' }],
    ['appId', { appId: '' }],
    ['userPoolId', { userPoolId: 'a b' }],
    ['lang', { lang: 'zh\n' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['fetch', { fetch: 'fetch' }],
    ['accessToken', { accessToken: 'token' }],
  ])('a wrong %s', (option, wrong) => {
    const make = () =>
      createApproval({ host, appId: 'phone', accessToken: () => 'token', ...wrong } as ApprovalOptions);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(`\`${option}\``);
  });
});
