import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redemptionKeptMs } from '../core/qr/redemption-store.ts';
import { aLoginSession, anEvent, aRedemption, aRoom } from '../stores/conformance/builders.ts';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { startMaintenance } from './maintenance.ts';

const clock = { now: () => 1_000_000 };
const logged: string[] = [];
const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });

beforeEach(() => {
  vi.useFakeTimers();
  logged.length = 0;
});
afterEach(() => vi.useRealTimers());

/** A store that holds `expired` expired things and notes its calls in order. */
function aStore(name: string, expired: number, calls: string[]) {
  let left = expired;
  return {
    async purge(before: number, limit: number) {
      calls.push(`${name} ${before}`);
      const deleted = Math.min(left, limit);
      left -= deleted;
      return deleted;
    },
  };
}

function start(stores: { store: ReturnType<typeof aStore>; keptMs: number }[], codes = aStore('codes', 0, [])) {
  const purge = async (graceMs: number, limit: number) => ({
    deleted: await codes.purge(graceMs, limit),
    expired: 0,
  });
  const qrSessions = { purge } as Parameters<typeof startMaintenance>[0]['qrSessions'];
  return startMaintenance({ qrSessions, others: stores, clock, log });
}

it('deletes what is older than it is kept, and nothing younger', async () => {
  const calls: string[] = [];
  const maintenance = start([
    { store: aStore('events', 0, calls), keptMs: 300_000 },
    { store: aStore('tokens', 0, calls), keptMs: 0 },
  ]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(calls).toEqual(['events 700000', 'tokens 1000000']);
  await maintenance.stop();
});

it('takes a batch of each kind in turn, with pauses for the logins, as long as any batch is full', async () => {
  const calls: string[] = [];
  const codes = aStore('codes', 600, calls);
  const maintenance = start([{ store: aStore('events', 1_200, calls), keptMs: 0 }], codes);
  const round = ['codes 300000', 'events 1000000'];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(calls).toEqual(round);
  await vi.advanceTimersByTimeAsync(49);
  expect(calls).toEqual(round);
  await vi.advanceTimersByTimeAsync(60);
  expect(calls).toEqual([...round, ...round, ...round]);
  await vi.advanceTimersByTimeAsync(4_900);
  expect(calls).toHaveLength(6);
  await maintenance.stop();
});

it('goes on after a failure, and says so', async () => {
  let attempts = 0;
  const store = {
    async purge() {
      attempts += 1;
      throw new Error('away');
    },
  };
  const maintenance = start([{ store, keptMs: 0 }]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(attempts).toBe(2);
  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain('could not delete what has expired');
  await maintenance.stop();
});

it('stops once the batch under way is done', async () => {
  const { promise: batch, resolve: end } = Promise.withResolvers<number>();
  const calls: string[] = [];
  const maintenance = start([
    { store: { purge: () => batch }, keptMs: 0 },
    { store: aStore('never', 0, calls), keptMs: 0 },
  ]);
  await vi.advanceTimersByTimeAsync(5_000);
  let hasStopped = false;
  const stopped = maintenance.stop().then(() => {
    hasStopped = true;
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(hasStopped).toBe(false);
  end(500);
  await stopped;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toEqual([]);
});

describe('the server', () => {
  const daySeconds = 86_400;
  let passbeam: TestPassbeam;
  afterEach(() => passbeam.close());

  /** Lets time pass until maintenance has come round: it has when it begins its next round. */
  async function pass(days: number): Promise<void> {
    passbeam.pass(days * daySeconds);
    const rounds = vi.spyOn(passbeam.stores.signInFailures, 'purge').mockClear();
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(5_000);
      expect(rounds.mock.calls.length).toBeGreaterThan(1);
    });
  }

  async function open(environment: Record<string, string>) {
    // `setImmediate` stays real, because the store writes at the end of a tick.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    passbeam = await openTestPassbeam(environment);
    const { audit } = passbeam.stores;
    await audit.append(anEvent({ id: 'first' }));
    return async () => (await audit.list({ limit: 100 })).some(({ id }) => id === 'first');
  }

  it('keeps the audit log for ever', async () => {
    const isKept = await open({});
    await pass(36_500);
    expect(await isKept()).toBe(true);
  });

  it('deletes of the audit log what is older than AUDIT_KEPT_DAYS', async () => {
    const isKept = await open({ AUDIT_KEPT_DAYS: '30' });
    await pass(30);
    expect(await isKept()).toBe(true);
    await pass(1 / daySeconds);
    expect(await isKept()).toBe(false);
  });

  it('remembers a used ticket until its login is over and a month more', async () => {
    await open({});
    const { redemptions } = passbeam.stores;
    const redemption = aRedemption({ redeemedAt: passbeam.clock.now() });
    await redemptions.redeem({
      redemption,
      loginSession: aLoginSession(),
      room: aRoom(),
      refreshToken: null,
      events: [],
    });
    expect(redemptionKeptMs).toBe(60 * daySeconds * 1000);
    await pass(60);
    expect(await redemptions.findByTicket(redemption.ticketHash)).not.toBeNull();
    await pass(1 / daySeconds);
    expect(await redemptions.findByTicket(redemption.ticketHash)).toBeNull();
  });
});
