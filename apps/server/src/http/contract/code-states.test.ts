import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestPassbeam } from '../../testing.ts';
import { startMaintenance } from '../../upkeep/maintenance.ts';
import {
  type CodeState,
  type ContractWorld,
  openContractWorld,
  unknownCode,
  v2Refusal,
  v3Refusal,
} from './world.fixture.ts';

/** The table of transitions (wire 2.11), each row through both generations on the same codes. */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

type Action = 'SCAN' | 'CONFIRM' | 'CANCEL';
type Who = 'alice1' | 'bob' | 'carol';
type Outcome = 'ok' | [statusCode: number, apiCode: number];

const v2Names = { SCAN: 'scanned', CONFIRM: 'confirm', CANCEL: 'cancel' } as const;
const v2Numbers = { PENDING: 0, SCANNED: 1, AUTHORIZED: 2, CANCELLED: 3, EXPIRED: -1 } as const;

const v3Act = async (qrcodeId: string, action: Action, who: Who) =>
  (await world.move(qrcodeId, action, world[who].access)).body;
const v2Act = async (random: string, action: Action, who: Who) =>
  (
    await world.v3('POST', `/api/v2/qrcode/${v2Names[action]}`, {
      app: null,
      token: `Bearer ${world[who].login}`,
      body: { random },
    })
  ).body;
const v3Status = async (qrcodeId: string) =>
  (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
const v2Status = async (random: string) =>
  (await world.v3('GET', '/api/v2/qrcode/check', { query: { random } })).body.data;

describe('2.11', () => {
  const notScanned: Outcome = [422, 2231];
  const finished: Outcome = [422, 2231];
  const otherUser: Outcome = [403, 1001];
  const otherPool: Outcome = [403, 2036];
  const all = ['SCAN', 'CONFIRM', 'CANCEL'] as const;
  type Row = [from: CodeState, who: Who, action: Action, outcome: Outcome, to: keyof typeof v2Numbers];
  const rows: Row[] = [
    ['PENDING', 'alice1', 'SCAN', 'ok', 'SCANNED'],
    ['PENDING', 'alice1', 'CONFIRM', notScanned, 'PENDING'],
    ['PENDING', 'alice1', 'CANCEL', notScanned, 'PENDING'],
    ['SCANNED', 'alice1', 'SCAN', 'ok', 'SCANNED'],
    ...all.map((action): Row => ['SCANNED', 'bob', action, otherUser, 'SCANNED']),
    ['SCANNED', 'alice1', 'CONFIRM', 'ok', 'AUTHORIZED'],
    ['SCANNED', 'alice1', 'CANCEL', 'ok', 'CANCELLED'],
    ['AUTHORIZED', 'alice1', 'CONFIRM', 'ok', 'AUTHORIZED'],
    ['AUTHORIZED', 'alice1', 'SCAN', finished, 'AUTHORIZED'],
    ['AUTHORIZED', 'alice1', 'CANCEL', finished, 'AUTHORIZED'],
    ...all.map((action): Row => ['AUTHORIZED', 'bob', action, otherUser, 'AUTHORIZED']),
    // A finished code answers only the decision that finished it, repeated by the phone whose reply was lost.
    ...all.map((action): Row => ['CANCELLED', 'alice1', action, action === 'CANCEL' ? 'ok' : finished, 'CANCELLED']),
    ...all.map((action): Row => ['REDEEMED', 'alice1', action, action === 'CONFIRM' ? 'ok' : finished, 'EXPIRED']),
    ...(['PENDING', 'SCANNED'] as const).flatMap((from) =>
      all.map((action): Row => [from, 'carol', action, otherPool, from]),
    ),
  ];

  it.each(rows)('v3: %s, %s sends %s', async (from, who, action, outcome, to) => {
    const qrcodeId = await world.codeIn(from);
    const before = await v3Status(qrcodeId);
    const body = await v3Act(qrcodeId, action, who);
    if (outcome === 'ok') expect(body).toMatchObject({ statusCode: 200, data: { success: true } });
    else expect(body).toEqual(v3Refusal(...outcome));
    const after = await v3Status(qrcodeId);
    expect(after.status).toBe(to);
    // A repeat gives the same ticket, and a refused move changes nothing.
    if (before.status === to) expect(after).toEqual(before);
  });

  it.each(rows)('v2: %s, %s sends %s', async (from, who, action, outcome, to) => {
    const random = await newCodeOfLogin(from);
    const before = await v2Status(random);
    const body = await v2Act(random, action, who);
    if (outcome === 'ok') expect(body.code).toBe(200);
    else expect(body).toEqual(v2Refusal(outcome[1]));
    const after = await v2Status(random);
    expect(after.status).toBe(v2Numbers[to]);
    if (before.status === after.status) expect(after).toEqual(before);
  });

  /** As `codeIn`, by the login that the v2 calls of these rows come from. */
  async function newCodeOfLogin(state: CodeState): Promise<string> {
    const { body } = await world.v3('POST', '/api/qrcode/gene', { body: { scene: 'APP_AUTH' } });
    const { random } = body.data;
    const ways = { PENDING: [], SCANNED: ['SCAN'], CANCELLED: ['SCAN', 'CANCEL'] } as const;
    const actions = state === 'AUTHORIZED' || state === 'REDEEMED' ? (['SCAN', 'CONFIRM'] as const) : ways[state];
    for (const action of actions) expect((await v2Act(random, action, 'alice1')).code).toBe(200);
    if (state === 'REDEEMED') {
      const { ticket } = await v2Status(random);
      const exchange = { body: { ticket, ...world.siteProof } };
      expect((await world.v3('POST', '/api/v2/qrcode/userinfo', exchange)).body.code).toBe(200);
    }
    return random;
  }

  it('an unknown code: 404 with 2241 in v3, 2241 in v2', async () => {
    const v3Poll = await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId: unknownCode } });
    expect(v3Poll.body).toEqual(v3Refusal(404, 2241));
    expect((await world.v3('GET', '/api/v2/qrcode/check', { query: { random: unknownCode } })).body).toEqual(
      v2Refusal(2241),
    );
    for (const action of all) {
      expect(await v3Act(unknownCode, action, 'alice1')).toEqual(v3Refusal(404, 2241));
      expect(await v2Act(unknownCode, action, 'alice1')).toEqual(v2Refusal(2241));
    }
  });

  it('a code and its ticket live as long as the settings say; then EXPIRED and -1, not an error', async () => {
    const [pending, scanned, authorized] = [
      await world.codeIn('PENDING'),
      await world.codeIn('SCANNED'),
      await world.codeIn('AUTHORIZED'),
    ];
    const cancelled = await world.codeIn('CANCELLED');
    const statuses = async () =>
      Promise.all([pending, scanned, authorized, cancelled].map(async (id) => (await v3Status(id)).status));
    world.pass(119.9);
    expect(await statuses()).toEqual(['PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED']);
    world.pass(0.1);
    // SCAN does not lengthen a code's life (wire 9, row 24).
    expect(await statuses()).toEqual(['EXPIRED', 'EXPIRED', 'AUTHORIZED', 'CANCELLED']);
    expect((await v2Status(pending)).status).toBe(-1);
    for (const action of all) {
      expect(await v3Act(pending, action, 'alice1')).toEqual(v3Refusal(422, 2241, expect.stringContaining('expired')));
      expect(await v2Act(pending, action, 'alice1')).toEqual(v2Refusal(2241, 499, expect.stringContaining('expired')));
    }
    world.pass(179.9);
    expect((await v3Status(authorized)).status).toBe('AUTHORIZED');
    const ticket = await world.ticketOf(authorized);
    world.pass(0.1);
    // When the ticket expires, the code is expired, too (wire 9, row 23).
    expect(await v3Status(authorized)).toEqual({ status: 'EXPIRED' });
    expect((await v2Status(authorized)).status).toBe(-1);
    const late = await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, ...world.siteProof },
    });
    expect(late.body).toEqual(v3Refusal(400, 2300));
  });
});

describe('2.11 an expired code', () => {
  it('stays EXPIRED for minutes, then is unknown', async () => {
    const world = await openTestPassbeam();
    const { qrcodeId } = (await world.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const poll = async () => (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body;
    const tidyUp = async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const { stores, clock } = world;
      const maintenance = startMaintenance({
        qrSessions: stores.qrSessions,
        others: [],
        clock,
        log: pino({ level: 'silent' }),
      });
      vi.advanceTimersToNextTimer();
      vi.useRealTimers();
      // What was begun by the timer goes on until it is through.
      await new Promise((resolve) => setImmediate(resolve));
      await maintenance.stop();
    };
    world.pass(120);
    await tidyUp();
    expect((await poll()).data).toEqual({ status: 'EXPIRED' });
    world.pass(4 * 60);
    await tidyUp();
    expect((await poll()).data).toEqual({ status: 'EXPIRED' });
    world.pass(2 * 60);
    await tidyUp();
    expect(await poll()).toMatchObject({ statusCode: 404, apiCode: 2241 });
    await world.close();
  });
});
