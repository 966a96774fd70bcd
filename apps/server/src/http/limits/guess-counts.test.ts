import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AuditEvent } from '../../core/audit/event.ts';
import { openSqlite } from '../../stores/sql/open-sqlite.ts';
import type { SqlStores } from '../../stores/sql/stores.ts';
import { createGuessCounts } from './guess-counts.ts';
import { createLimits } from './limits.ts';

const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'r' };
const secrets = { hash: (text: string) => text, randomToken: () => 'token' } as Parameters<
  typeof createLimits
>[0]['secrets'];
const minute = 60_000;
const time = { now: 0 };
const clock = { now: () => time.now };
const refused = (retryAfterSeconds: number) => ({ code: 'too_many_requests', detail: { retryAfterSeconds } });

let stores: SqlStores;
let events: AuditEvent[];
beforeEach(async () => {
  time.now = 1_000 * minute;
  events = [];
  stores = await openSqlite({ path: ':memory:', clock, seal: (text) => text, unseal: (text) => text });
});
afterEach(() => stores.close());

/** Limits as a further or restarted node would have them: they share nothing but the database. */
const open = () =>
  createLimits({
    audit: { append: async (event) => void events.push(event) },
    secrets,
    newKeptLimiter: createGuessCounts({ failures: stores.signInFailures, secrets, clock }),
  });

it.each([
  ['clientSecret', 10],
  ['signIn', 60],
] as const)(
  'a spent budget of %s is spent for every node and after every restart, until its minute is over',
  async (kind, points) => {
    time.now += 20_000;
    for (let guess = 0; guess < points; guess++) {
      await open().check(kind, 'key');
      await open().consume(kind, 'key', caller);
    }
    await expect(open().check(kind, 'key')).rejects.toMatchObject(refused(40));
    await expect(open().consume(kind, 'key', caller)).rejects.toMatchObject(refused(40));
    await open().check(kind, 'another');
    await open().consume(kind, 'another', caller);
    time.now += 39_999;
    await expect(open().check(kind, 'key')).rejects.toMatchObject(refused(1));
    time.now += 1;
    await open().check(kind, 'key');
    await open().consume(kind, 'key', caller);
  },
);

it('messages to one address are ten an hour and thirty a day, for every node and after every restart', async () => {
  time.now = 0;
  for (let hour = 0; hour < 3; hour++) {
    for (let sent = 0; sent < 10; sent++) await open().consume('sendCodeTo', 'address', caller);
    await expect(open().consume('sendCodeTo', 'address', caller)).rejects.toMatchObject(refused(3600));
    time.now += 60 * minute;
  }
  await expect(open().consume('sendCodeTo', 'address', caller)).rejects.toMatchObject(refused(21 * 3600));
  await open().consume('sendCodeTo', 'another', caller);
  time.now += 21 * 60 * minute;
  await open().consume('sendCodeTo', 'address', caller);
});

it('guesses made at the same time all count', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, () => open().consume('clientSecret', 'key', caller)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(events).toHaveLength(1);
});

it('a flood is recorded once, and written no more', async () => {
  const add = vi.spyOn(stores.signInFailures, 'add');
  for (let guess = 0; guess < 30; guess++)
    await open()
      .consume('clientSecret', 'key', caller)
      .catch(() => {});
  expect(events.map(({ type, detail }) => [type, detail])).toEqual([['limit.hit', { kind: 'clientSecret' }]]);
  expect(add).toHaveBeenCalledTimes(11);
});

it('limits of other kinds stay in fast memory', async () => {
  const find = vi.spyOn(stores.signInFailures, 'find');
  for (const kind of ['createCode', 'unknownCode', 'scan', 'sendCode'] as const) {
    await open().consume(kind, 'key', caller);
  }
  expect(find).not.toHaveBeenCalled();
});

/** Makes the given attempts at once; returns how many were judged, and how many of those failed or succeeded. */
async function volley(limits: ReturnType<typeof open>, attempts: boolean[]) {
  const wrong = new Error('wrong');
  const outcomes = await Promise.allSettled(
    attempts.map((isRight) =>
      limits.guess('signIn', 'key', caller, {
        run: async () => {
          await new Promise(setImmediate);
          if (!isRight) throw wrong;
        },
        isWrong: (error) => error === wrong,
      }),
    ),
  );
  return {
    letIn: outcomes.filter(({ status }) => status === 'fulfilled').length,
    wrong: outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason === wrong).length,
  };
}

it('of wrong passwords sent at once, no more are checked than the budget allows', async () => {
  expect(
    await volley(
      open(),
      Array.from({ length: 125 }, () => false),
    ),
  ).toEqual({ letIn: 0, wrong: 60 });
});

it('people with right passwords are let in, however many come at once from one address', async () => {
  const limits = open();
  expect(
    await volley(
      limits,
      Array.from({ length: 300 }, () => true),
    ),
  ).toEqual({ letIn: 300, wrong: 0 });
  await expect(limits.check('signIn', 'key')).resolves.toBeUndefined();
});
