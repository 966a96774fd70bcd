import { ApiError, NetworkError, TimeoutError } from '@passbeam/sdk';
import { describe, expect, it } from 'vitest';
import type { Listener } from './bell.ts';
import { type Code, type CodeApi, createFollower, type Notice, type PollReply, type View } from './follow.ts';
import { createManualClock, createManualPage } from './world.fixture.ts';

type Reply = PollReply<unknown>;
type Answer<T> = T | Error | 'hang';

const alice = { displayName: 'Alice', photo: 'https://example.com/alice.png' };
const pending: Reply = { status: 'PENDING' };
const scanned: Reply = { status: 'SCANNED', briefUserInfo: alice };
const authorized: Reply = { status: 'AUTHORIZED', briefUserInfo: alice, ticket: 'tk' };
const expired: Reply = { status: 'EXPIRED' };
const offline = new NetworkError(new Error('refused'));
const refusal = (
  code: 'too_many_requests' | 'unavailable' | 'app_not_found' | 'qr_not_found',
  retryAfterSeconds?: number,
) =>
  new ApiError(code, code, {
    statusCode: { too_many_requests: 429, unavailable: 503, app_not_found: 404, qr_not_found: 404 }[code],
    retryAfterSeconds,
  });

interface Script {
  creates?: Answer<Partial<Code>>[];
  polls?: Answer<Reply>[];
  /** The answers to polls that wait for a change; absent when the server has no such polls. */
  waits?: Answer<Reply>[];
  /** Whether the server has streams. */
  streams?: boolean;
}

/** A follower against a scripted server: the last answer of a list repeats. */
function setUp(script: Script = {}) {
  const clock = createManualClock();
  const page = createManualPage();
  const views: View[] = [];
  const notices: Notice<unknown>[] = [];
  const calls: Array<{ name: string; at: number; qrcodeId?: string; pollSecret?: string; since?: string }> = [];
  const streams: Array<Listener & { at: number; qrcodeId: string; isOpen: boolean }> = [];
  const signals: AbortSignal[] = [];
  let codes = 0;
  let inFlight = 0;
  let mostInFlight = 0;

  async function answer<T>(list: Answer<T>[], signal: AbortSignal): Promise<T> {
    signals.push(signal);
    const next = list.length > 1 ? list.shift() : list[0];
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    try {
      if (next === 'hang')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if (next instanceof Error) throw next;
      return next as T;
    } finally {
      inFlight -= 1;
    }
  }

  const creates = script.creates ?? [{}];
  const polls = script.polls ?? [pending];
  const { waits } = script;
  const api: CodeApi<unknown> = {
    async create(signal) {
      calls.push({ name: 'create', at: clock.now() });
      codes += 1;
      const qrcodeId = `code-${codes}`;
      return { qrcodeId, url: `https://x.test/${qrcodeId}.png`, expiresIn: 120, ...(await answer(creates, signal)) };
    },
    poll({ qrcodeId, pollSecret }, signal) {
      calls.push({ name: 'poll', at: clock.now(), qrcodeId, pollSecret });
      return answer(polls, signal);
    },
  };
  if (waits) {
    api.wait = ({ qrcodeId }, since, signal) => {
      calls.push({ name: 'wait', at: clock.now(), qrcodeId, since });
      return answer(waits, signal);
    };
  }
  if (script.streams) {
    api.watch = ({ qrcodeId }, listener) => {
      const stream = { ...listener, at: clock.now(), qrcodeId, isOpen: true };
      streams.push(stream);
      return () => {
        stream.isOpen = false;
      };
    };
  }
  const follower = createFollower({
    clock,
    page,
    show: (view) => views.push(view),
    tell: (notice) => notices.push(notice),
  });
  return {
    clock,
    page,
    notices,
    signals,
    follower,
    start: () => follower.start(api),
    names: () => views.map(({ name }) => name).filter((name, index, all) => name !== all[index - 1]),
    last: () => views.at(-1) as View,
    pollTimes: () => calls.filter(({ name }) => name === 'poll').map(({ at }) => at),
    createTimes: () => calls.filter(({ name }) => name === 'create').map(({ at }) => at),
    waitTimes: () => calls.filter(({ name }) => name === 'wait').map(({ at }) => at),
    calls,
    polls,
    streams,
    /** The stream that is open. */
    stream() {
      const open = streams.filter(({ isOpen }) => isOpen);
      expect(open).toHaveLength(1);
      return open[0] as Listener;
    },
    mostInFlight: () => mostInFlight,
  };
}

describe('following a code', () => {
  it('polls at once, then a second after each reply', async () => {
    const { start, clock, pollTimes, names } = setUp();
    start();
    await clock.advance(3_500);
    expect(pollTimes()).toEqual([0, 1_000, 2_000, 3_000]);
    expect(names()).toEqual(['loading', 'pending']);
  });

  it('follows scan and confirmation, and tells the page each step once', async () => {
    const { start, clock, names, notices, calls } = setUp({ polls: [pending, scanned, scanned, authorized] });
    start();
    await clock.advance(10_000);
    expect(names()).toEqual(['loading', 'pending', 'scanned', 'authorized']);
    expect(notices.map(({ name }) => name)).toEqual(['scanned', 'authorized']);
    expect(notices[0]).toMatchObject({ person: alice });
    expect(notices[1]).toMatchObject({ ticket: 'tk', code: { qrcodeId: 'code-1' } });
    expect(calls).toHaveLength(5);
  });

  it('passes on a token set where the server gives one', async () => {
    const tokenSet = { access_token: 'at' };
    const { start, clock, notices } = setUp({ polls: [{ status: 'AUTHORIZED', tokenSet }] });
    start();
    await clock.advance(0);
    expect(notices[0]).toMatchObject({ name: 'authorized', tokenSet });
  });

  it('ends at a cancelled code', async () => {
    const { start, clock, names, notices, pollTimes } = setUp({ polls: [scanned, { status: 'CANCELLED' }] });
    start();
    await clock.advance(10_000);
    expect(names()).toEqual(['loading', 'pending', 'scanned', 'cancelled']);
    expect(notices.at(-1)?.name).toBe('cancelled');
    expect(pollTimes()).toHaveLength(2);
  });

  it('sends the poll secret of the code with each poll', async () => {
    const { start, clock, calls } = setUp({ creates: [{ pollSecret: 's3cret' }] });
    start();
    await clock.advance(1_000);
    expect(calls.slice(1).map(({ pollSecret }) => pollSecret)).toEqual(['s3cret', 's3cret']);
  });

  it('never has two requests under way', async () => {
    const { start, clock, mostInFlight, page } = setUp({ polls: ['hang'] });
    start();
    await clock.advance(60_000);
    page.hide();
    page.reveal();
    await clock.advance(60_000);
    expect(mostInFlight()).toBe(1);
  });
});

describe('expiry', () => {
  it('renews by itself five times, then asks', async () => {
    const { start, clock, names, notices, createTimes } = setUp({ polls: [expired] });
    start();
    await clock.advance(600_000);
    expect(createTimes()).toHaveLength(6);
    expect(names().at(-1)).toBe('expired');
    expect(notices.map((notice) => notice.name === 'expired' && notice.willRenew)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('renews afresh after a person asked', async () => {
    const { start, clock, createTimes } = setUp({ polls: [expired] });
    start();
    await clock.advance(1_000);
    start();
    await clock.advance(1_000);
    expect(createTimes()).toHaveLength(12);
  });

  it('treats a code that the server has forgotten as expired', async () => {
    const { start, clock, names, createTimes } = setUp({ polls: [refusal('qr_not_found'), pending] });
    start();
    await clock.advance(500);
    expect(names()).toEqual(['loading', 'pending', 'loading', 'pending']);
    expect(createTimes()).toHaveLength(2);
  });

  it('stays stopped when the page stops it in its listener for the expiry', async () => {
    const { start, clock, follower, names, createTimes, notices } = setUp({ polls: [expired] });
    notices.push = (...added) => {
      follower.stop();
      return added.length;
    };
    start();
    await clock.advance(10_000);
    expect(names().at(-1)).toBe('stopped');
    expect(createTimes()).toHaveLength(1);
  });
});

describe('countdown', () => {
  it('starts from the seconds in the reply that created the code', async () => {
    const { start, clock, last } = setUp({ polls: ['hang'] });
    await clock.advance(5_000);
    start();
    await clock.advance(0);
    expect(last()).toMatchObject({ name: 'pending', until: 125_000 });
  });

  it('runs evenly while the server repeats rounded seconds, and follows a real change', async () => {
    const { start, clock, last, polls } = setUp({
      creates: [{ expiresIn: 120 }],
      polls: [
        { status: 'PENDING', expiresIn: 120 },
        { status: 'PENDING', expiresIn: 120 },
        { status: 'PENDING', expiresIn: 119 },
      ],
    });
    start();
    await clock.advance(2_500);
    expect(last()).toMatchObject({ until: 120_000 });
    polls.splice(0, polls.length, { status: 'SCANNED', expiresIn: 60 });
    await clock.advance(1_000);
    expect(last()).toMatchObject({ name: 'scanned', until: 63_000 });
  });

  it('shows none when the server names no seconds', async () => {
    const { start, clock, last } = setUp({ creates: [{ expiresIn: undefined }] });
    start();
    await clock.advance(1_000);
    expect(last()).toEqual(expect.objectContaining({ name: 'pending', until: undefined }));
  });
});

describe('a hidden page', () => {
  it('sends no polls, and polls at once when it is shown again', async () => {
    const { start, clock, page, pollTimes } = setUp();
    start();
    await clock.advance(1_500);
    page.hide();
    await clock.advance(60_000);
    expect(pollTimes()).toEqual([0, 1_000]);
    page.reveal();
    await clock.advance(0);
    expect(pollTimes()).toEqual([0, 1_000, 61_500]);
    await clock.advance(1_000);
    expect(pollTimes().at(-1)).toBe(62_500);
  });

  it('still gets its one code', async () => {
    const { start, clock, page, createTimes, pollTimes } = setUp();
    page.hide();
    start();
    await clock.advance(60_000);
    expect(createTimes()).toEqual([0]);
    expect(pollTimes()).toEqual([0]);
  });
});

describe('trouble that passes', () => {
  it('overlooks one lost poll', async () => {
    const { start, clock, names, notices } = setUp({ polls: [pending, offline, pending] });
    start();
    await clock.advance(5_000);
    expect(names()).toEqual(['loading', 'pending']);
    expect(notices).toEqual([]);
  });

  it('backs off further each time, at most half a minute, and comes back to the same code', async () => {
    const { start, clock, names, pollTimes, polls, notices, createTimes } = setUp({
      polls: [pending, new TimeoutError(10_000), offline],
    });
    start();
    await clock.advance(150_000);
    const waits = pollTimes().map((at, index, all) => at - (all[index - 1] ?? 0));
    expect(waits.slice(1)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(names()).toEqual(['loading', 'pending', 'offline']);
    expect(notices).toMatchObject([{ name: 'error', willRetry: true, trouble: { kind: 'network' } }]);
    polls.splice(0, polls.length, scanned);
    await clock.advance(30_000);
    expect(names().at(-1)).toBe('scanned');
    expect(createTimes()).toHaveLength(1);
  });

  it('tries at once when the network is back', async () => {
    const { start, clock, page, pollTimes } = setUp({ polls: [offline] });
    start();
    await clock.advance(20_000);
    const before = pollTimes().length;
    page.reveal();
    await clock.advance(0);
    expect(pollTimes()).toHaveLength(before + 1);
  });

  it('honours Retry-After, even when the page is shown again meanwhile', async () => {
    const { start, clock, page, pollTimes, last } = setUp({ polls: [refusal('too_many_requests', 20), pending] });
    start();
    await clock.advance(100);
    expect(last()).toMatchObject({ name: 'offline', trouble: { kind: 'busy' } });
    page.reveal();
    await clock.advance(19_800);
    expect(pollTimes()).toEqual([0]);
    await clock.advance(2_000);
    expect(pollTimes()).toEqual([0, 20_500, 21_500]);
    expect(last().name).toBe('pending');
  });

  it('honours Retry-After for the next code too', async () => {
    const { start, clock, createTimes, last } = setUp({ creates: [refusal('unavailable', 20), {}] });
    start();
    await clock.advance(5_000);
    start();
    await clock.advance(14_000);
    expect(createTimes()).toEqual([0]);
    expect(last()).toMatchObject({ name: 'offline', until: 20_000 });
    await clock.advance(2_000);
    expect(createTimes()).toEqual([0, 20_000]);
    expect(last().name).toBe('pending');
  });

  it('treats a proxy’s page as a network failure once a code was made', async () => {
    const portal = new ApiError('invalid_response', 'HTTP 200 with no reply of ours', { statusCode: 200 });
    const { start, clock, names } = setUp({ polls: [portal, portal, pending] });
    start();
    await clock.advance(1_000);
    expect(names().at(-1)).toBe('offline');
    await clock.advance(5_000);
    expect(names().at(-1)).toBe('pending');
  });

  it('polls again when the server answers ERROR', async () => {
    const { start, clock, names } = setUp({ polls: [{ status: 'ERROR' }, { status: 'ERROR' }, scanned] });
    start();
    await clock.advance(10_000);
    expect(names()).toEqual(['loading', 'pending', 'offline', 'scanned']);
  });
});

describe('trouble that stays', () => {
  it('shows the error, tells the page, and begins again when asked', async () => {
    const { start, clock, names, notices, createTimes } = setUp({ creates: [refusal('app_not_found'), {}] });
    start();
    await clock.advance(60_000);
    expect(createTimes()).toHaveLength(1);
    expect(notices).toMatchObject([{ name: 'error', willRetry: false, trouble: { code: 'app_not_found' } }]);
    start();
    await clock.advance(0);
    expect(names()).toEqual(['loading', 'error', 'loading', 'pending']);
  });

  it('ends with an image that cannot be shown', async () => {
    const { start, clock, follower, last, pollTimes } = setUp();
    start();
    await clock.advance(100);
    follower.fail({ kind: 'image', code: 'image_failed', message: 'x' });
    await clock.advance(60_000);
    expect(last()).toMatchObject({ name: 'error', trouble: { kind: 'image' } });
    expect(pollTimes()).toEqual([0]);
  });
});

describe('giving up a code', () => {
  it('aborts the request under way and leaves no timer or listener behind', async () => {
    const { start, clock, page, follower, signals, last } = setUp({ polls: ['hang'] });
    start();
    await clock.advance(1_000);
    follower.stop();
    await clock.advance(60_000);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(last().name).toBe('stopped');
    expect(clock.pendingTimers()).toBe(0);
    expect(page.watchers()).toBe(0);
  });

  it('leaves nothing behind between two polls either', async () => {
    const { start, clock, page, follower } = setUp();
    start();
    await clock.advance(500);
    follower.stop();
    await clock.advance(0);
    expect(clock.pendingTimers()).toBe(0);
    expect(page.watchers()).toBe(0);
  });

  it('ignores late replies about a code that the person dropped (not me)', async () => {
    const { start, clock, calls, notices, polls, names } = setUp({ polls: [scanned] });
    start();
    await clock.advance(500);
    polls.splice(0, polls.length, pending);
    start();
    await clock.advance(5_000);
    expect(names()).toEqual(['loading', 'pending', 'scanned', 'loading', 'pending']);
    expect(new Set(calls.slice(3).map(({ qrcodeId }) => qrcodeId))).toEqual(new Set(['code-2']));
    expect(notices.map(({ name }) => name)).toEqual(['scanned']);
  });

  it('does not turn a finished login into a stopped one', async () => {
    const { start, clock, follower, last } = setUp({ polls: [authorized] });
    start();
    await clock.advance(0);
    follower.stop();
    expect(last().name).toBe('authorized');
  });
});

describe('a code with a stream', () => {
  it('is polled when the stream announces a change, and hardly otherwise', async () => {
    const { start, clock, stream, streams, polls, pollTimes, names, notices } = setUp({ streams: true });
    start();
    await clock.advance(100);
    stream().said('PENDING');
    await clock.advance(14_900);
    expect(pollTimes()).toEqual([0, 1_000]);
    polls.splice(0, 1, scanned);
    stream().said('SCANNED');
    await clock.advance(5_000);
    polls.splice(0, 1, authorized);
    stream().said('AUTHORIZED');
    await clock.advance(60_000);
    expect(pollTimes()).toEqual([0, 1_000, 15_000, 20_000]);
    expect(names()).toEqual(['loading', 'pending', 'scanned', 'authorized']);
    expect(notices).toMatchObject([{ name: 'scanned' }, { name: 'authorized', ticket: 'tk' }]);
    expect(streams).toMatchObject([{ at: 0, qrcodeId: 'code-1', isOpen: false }]);
  });

  it('is polled every twenty seconds while the stream is silent, since it may be dead', async () => {
    const { start, clock, stream, polls, pollTimes, last } = setUp({ streams: true });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    polls.splice(0, 1, pending, scanned);
    await clock.advance(45_000);
    expect(pollTimes().slice(0, 3)).toEqual([0, 1_000, 21_000]);
    expect(last().name).toBe('scanned');
  });

  it('is polled each second, and not more often, while stream and poll disagree', async () => {
    const { start, clock, stream, pollTimes } = setUp({ streams: true });
    start();
    await clock.advance(0);
    stream().said('EXPIRED');
    await clock.advance(3_500);
    expect(pollTimes()).toEqual([0, 0, 1_000, 2_000, 3_000]);
  });

  it('is polled each second while the stream’s first event is due, and by polls that wait when it is late', async () => {
    const { start, clock, streams, pollTimes, calls, waitTimes } = setUp({ streams: true, waits: [pending] });
    start();
    await clock.advance(5_500);
    expect(pollTimes()).toEqual([0, 1_000, 2_000, 3_000]);
    expect(waitTimes()).toEqual([4_000, 5_000]);
    expect(calls.at(-1)).toMatchObject({ qrcodeId: 'code-1', since: 'PENDING' });
    expect(streams).toMatchObject([{ isOpen: false }]);
  });

  it('is followed by polls that wait once the stream is refused', async () => {
    const { start, clock, stream, streams, pollTimes, waitTimes, notices } = setUp({ streams: true, waits: [scanned] });
    start();
    await clock.advance(0);
    stream().broke(true);
    await clock.advance(0);
    expect(pollTimes()).toEqual([0]);
    expect(waitTimes()).toEqual([0]);
    expect(notices).toMatchObject([{ name: 'scanned' }]);
    expect(streams).toMatchObject([{ isOpen: false }]);
  });

  it('is polled each second after the stream broke, until stream and poll agree again', async () => {
    const { start, clock, stream, streams, pollTimes, waitTimes } = setUp({ streams: true, waits: [pending] });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(10_000);
    stream().broke(false);
    await clock.advance(2_500);
    expect(pollTimes()).toEqual([0, 1_000, 10_000, 11_000, 12_000]);
    stream().said('PENDING');
    await clock.advance(15_000);
    stream().broke(false);
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(15_000);
    expect(pollTimes().slice(5)).toEqual([13_000, 27_500, 28_500]);
    expect(waitTimes()).toEqual([]);
    expect(streams).toHaveLength(1);
  });

  it('gives a stream up that breaks twice within ten seconds, and tries again with the next code', async () => {
    const { start, clock, stream, streams, polls, waitTimes } = setUp({ streams: true, waits: [pending, expired] });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(1_000);
    stream().broke(false);
    stream().said('PENDING');
    await clock.advance(9_000);
    stream().broke(false);
    await clock.advance(500);
    expect(waitTimes()).toEqual([10_000]);
    expect(streams).toMatchObject([{ isOpen: false }]);
    polls.splice(0, 1, pending);
    await clock.advance(500);
    expect(streams).toMatchObject([{ isOpen: false }, { qrcodeId: 'code-2', at: 11_000, isOpen: true }]);
  });

  it('is followed by polls that wait when a broken stream does not come back', async () => {
    const { start, clock, stream, streams, waitTimes } = setUp({ streams: true, waits: [pending] });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(10_000);
    stream().broke(false);
    await clock.advance(4_500);
    expect(waitTimes()).toEqual([14_000]);
    expect(streams).toMatchObject([{ isOpen: false }]);
  });

  it('gives the stream up, and reports no trouble, when a poll finds no free connection', async () => {
    const { start, clock, streams, polls, signals, waitTimes, names, notices } = setUp({
      streams: true,
      polls: ['hang'],
      waits: [scanned, 'hang'],
    });
    start();
    await clock.advance(3_900);
    expect(streams).toMatchObject([{ isOpen: true }]);
    await clock.advance(200);
    expect(streams).toMatchObject([{ isOpen: false }]);
    expect(signals.at(-1)?.aborted).toBe(false);
    expect([polls.length, waitTimes(), names(), notices]).toEqual([1, [], ['loading', 'pending'], []]);
  });

  it('gives the stream up when a poll beside it fails', async () => {
    const { start, clock, stream, streams, waitTimes, names, notices } = setUp({
      streams: true,
      polls: [pending, offline, pending],
      waits: [pending],
    });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(1_000);
    expect(streams).toMatchObject([{ isOpen: false }]);
    await clock.advance(3_000);
    expect(waitTimes().length).toBeGreaterThan(0);
    expect([names(), notices]).toEqual([['loading', 'pending'], []]);
  });

  it('has no stream while the page is hidden, and a new one, with a poll, when it is shown', async () => {
    const { start, clock, page, stream, streams, pollTimes } = setUp({ streams: true });
    start();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(5_000);
    page.hide();
    await clock.advance(60_000);
    expect(streams).toMatchObject([{ isOpen: false }]);
    expect(pollTimes()).toEqual([0, 1_000]);
    page.reveal();
    await clock.advance(0);
    stream().said('PENDING');
    await clock.advance(10_000);
    expect(pollTimes()).toEqual([0, 1_000, 65_000, 66_000]);
    expect(streams).toMatchObject([{ isOpen: false }, { at: 65_000, isOpen: true }]);
  });

  it('leaves no stream, timer or listener behind', async () => {
    const { start, clock, page, follower, streams } = setUp({ streams: true });
    start();
    await clock.advance(500);
    follower.stop();
    await clock.advance(0);
    expect(streams).toMatchObject([{ isOpen: false }]);
    expect(clock.pendingTimers()).toBe(0);
    expect(page.watchers()).toBe(0);
  });
});

describe('polls that wait', () => {
  it('follow a first plain poll where there is no stream', async () => {
    const { start, clock, calls, names } = setUp({ waits: [pending, scanned, 'hang'] });
    start();
    await clock.advance(5_000);
    expect(calls.slice(1).map(({ name, at, since }) => [name, at, since])).toEqual([
      ['poll', 0, undefined],
      ['wait', 1_000, 'PENDING'],
      ['wait', 2_000, 'PENDING'],
      ['wait', 3_000, 'SCANNED'],
    ]);
    expect(names()).toEqual(['loading', 'pending', 'scanned']);
  });

  it('end when their code is dropped', async () => {
    const { start, clock, follower, calls, last } = setUp({ waits: ['hang'] });
    start();
    await clock.advance(5_000);
    follower.stop();
    await clock.advance(5_000);
    expect(calls.map(({ name }) => name)).toEqual(['create', 'poll', 'wait']);
    expect(last().name).toBe('stopped');
  });

  it.each([refusal('too_many_requests', 20), { status: 'ERROR' } as Reply])(
    'give way to plain polls at the first refusal, without telling the page: %s',
    async (trouble) => {
      const { start, clock, pollTimes, waitTimes, names, notices } = setUp({ waits: [pending, trouble] });
      start();
      await clock.advance(4_500);
      expect(waitTimes()).toEqual([1_000, 2_000]);
      expect(pollTimes()).toEqual([0, 2_000, 3_000, 4_000]);
      expect(names()).toEqual(['loading', 'pending']);
      expect(notices).toEqual([]);
    },
  );

  it('that break off are followed by a plain one, and then by others', async () => {
    const { start, clock, pollTimes, waitTimes, notices } = setUp({ waits: [offline, pending] });
    start();
    await clock.advance(3_500);
    expect(waitTimes()).toEqual([1_000, 2_000, 3_000]);
    expect(pollTimes()).toEqual([0, 1_000]);
    expect(notices).toEqual([]);
  });

  it('are not to blame for a network that was gone: they come again with it', async () => {
    const { start, clock, polls, waitTimes, pollTimes } = setUp({
      waits: [offline, pending],
      polls: [pending, offline],
    });
    start();
    await clock.advance(9_000);
    expect(waitTimes()).toEqual([1_000]);
    const failed = pollTimes().length;
    polls.splice(0, 1, pending);
    await clock.advance(20_000);
    expect(pollTimes()).toHaveLength(failed + 1);
    expect(waitTimes().length).toBeGreaterThan(3);
  });
});
