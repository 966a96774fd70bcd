import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProcessNotices } from '../../stores/process/notices.ts';
import { DomainError } from '../ground/errors.ts';
import { createManualTicker } from './manual-ticker.fixture.ts';
import type { QrView } from './poll.ts';
import { createQrWatches, type Watcher } from './watch.ts';

const pending: QrView = { status: 'PENDING', secondsLeft: 120 };
const scanned: QrView = { status: 'SCANNED', secondsLeft: 100 };

let notices: ReturnType<typeof createProcessNotices>;
let ticker: ReturnType<typeof createManualTicker>;
let watches: ReturnType<typeof createQrWatches>;
beforeEach(() => {
  notices = createProcessNotices();
  ticker = createManualTicker();
  watches = createQrWatches({ notices, ticker });
});

/** A QR session in a store under the test's control, and what a watcher heard of it. */
function aCode(patience = 3) {
  const code = {
    view: pending as QrView | Error,
    reads: 0,
    heard: [] as string[],
    async read(): Promise<QrView> {
      code.reads += 1;
      if (code.view instanceof Error) throw code.view;
      return code.view;
    },
  };
  const watcher: Watcher = {
    patience,
    read: code.read,
    show: (view) => code.heard.push(view.status),
    beat: () => code.heard.push('beat'),
    end: (error) => code.heard.push(error === null ? 'stopped' : `failed ${(error as Error).message}`),
  };
  return Object.assign(code, { watcher });
}

function expectNothingLeft() {
  expect(notices.count()).toEqual({ codes: 0, listeners: 0 });
  expect(watches.count()).toBe(0);
  expect(ticker.count()).toBe(0);
}

async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 4; i++) {
    ticker.pass(250);
    await turn();
  }
}

describe('a watch', () => {
  it('shows each change once, and is over with the final one', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin(pending);
    code.view = scanned;
    notices.publish('a');
    await turn();
    notices.publish('b');
    code.view = { status: 'AUTHORIZED', ticket: 'tk' };
    notices.publish('a');
    await turn();
    expect(code.heard).toEqual(['SCANNED', 'AUTHORIZED']);
    expectNothingLeft();
    await pass(60);
    notices.publish('a');
    expect(code.reads).toBe(2);
  });

  it('sees a change between the first read and its beginning', async () => {
    const code = aCode();
    const watch = watches.watch('a', code.watcher);
    code.view = scanned;
    notices.publish('a');
    watch.begin(pending);
    await turn();
    expect(code.heard).toEqual(['SCANNED']);
  });

  it('reads once more for notices that come during a read, however many', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin(pending);
    for (let i = 0; i < 5; i++) notices.publish('a');
    await turn();
    expect(code.reads).toBe(2);
  });

  it('looks again every fifteen seconds, which heals a lost notice', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin(pending);
    await pass(30);
    expect(code.heard).toEqual(['beat', 'beat']);
    code.view = scanned;
    await pass(15);
    expect(code.heard).toEqual(['beat', 'beat', 'SCANNED']);
  });

  it('looks again when a silent company is to be asked again, and no notice tells of that', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin({ ...scanned, againInSeconds: 5 });
    code.view = { status: 'AUTHORIZED', ticket: 'tk' };
    await pass(4.75);
    expect(code.heard).toEqual([]);
    await pass(0.25);
    expect(code.heard).toEqual(['AUTHORIZED']);
  });

  it('looks as soon as the time of the code is up', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin({ status: 'PENDING', secondsLeft: 4 });
    await pass(3.75);
    expect(code.reads).toBe(0);
    code.view = { status: 'EXPIRED' };
    await pass(0.25);
    expect(code.heard).toEqual(['EXPIRED']);
    expectNothingLeft();
  });

  it('tries a failing store again, less and less often, and gives up in the end', async () => {
    const code = aCode(3);
    watches.watch('a', code.watcher).begin(pending);
    code.view = new Error('the disk is gone');
    notices.publish('a');
    await turn();
    await pass(1 + 2);
    expect(code).toMatchObject({ reads: 3, heard: [] });
    await pass(4);
    expect(code.heard).toEqual(['failed the disk is gone']);
    expectNothingLeft();
  });

  it('forgets failures once the store answers', async () => {
    const code = aCode(1);
    watches.watch('a', code.watcher).begin(pending);
    for (let i = 0; i < 3; i++) {
      code.view = new Error('away');
      notices.publish('a');
      await turn();
      code.view = pending;
      await pass(1);
    }
    expect(code.heard).toEqual(['beat', 'beat', 'beat']);
  });

  it('ends at once when the code is refused', async () => {
    const code = aCode();
    watches.watch('a', code.watcher).begin(pending);
    code.view = new DomainError('qr_not_found');
    notices.publish('a');
    await turn();
    expect(code.heard).toHaveLength(1);
    expectNothingLeft();
  });

  it('hears nothing after it is closed, not even of a read that was under way', async () => {
    const code = aCode();
    const watch = watches.watch('a', code.watcher);
    watch.begin(pending);
    code.view = scanned;
    notices.publish('a');
    watch.close();
    watch.close();
    await turn();
    expect(code.heard).toEqual([]);
    expectNothingLeft();
  });

  it('is told when the server stops, each one', () => {
    const codes = [aCode(), aCode()];
    for (const { watcher } of codes) watches.watch('a', watcher).begin(pending);
    watches.stop();
    expect(codes.map(({ heard }) => heard)).toEqual([['stopped'], ['stopped']]);
    expectNothingLeft();
  });
});

describe('a long poll', () => {
  const waitFor = (code: { read(): Promise<QrView> }, since = 'PENDING', ms = 10_000) =>
    watches.wait('a', code.read, { since, ms });

  it.each([
    ['the status is another one', 'SCANNED', pending],
    ['the status is final', 'EXPIRED', { status: 'EXPIRED' }],
  ] as const)('answers at once when %s', async (_name, since, view) => {
    const code = aCode();
    code.view = view;
    expect(await waitFor(code, since).view).toBe(view);
    expectNothingLeft();
  });

  it('answers at the change', async () => {
    const code = aCode();
    const { view } = waitFor(code);
    await pass(5);
    code.view = scanned;
    notices.publish('a');
    expect(await view).toBe(scanned);
    expectNothingLeft();
  });

  it('answers with a fresh look when its time is over, and not before', async () => {
    const code = aCode();
    const later = { status: 'PENDING', secondsLeft: 90 } as const;
    let isAnswered = false;
    const { view } = waitFor(code, 'PENDING', 20_000);
    void view.then(() => {
      isAnswered = true;
    });
    await pass(19.75);
    expect(isAnswered).toBe(false);
    code.view = later;
    await pass(0.25);
    expect(await view).toBe(later);
    expectNothingLeft();
  });

  it('passes a failure on, at the first read and later', async () => {
    const failing = aCode();
    failing.view = new Error('away');
    await expect(waitFor(failing).view).rejects.toThrow('away');
    const code = aCode();
    const { view } = waitFor(code);
    await turn();
    code.view = new Error('gone');
    notices.publish('a');
    await expect(view).rejects.toThrow('gone');
    expectNothingLeft();
  });

  it('frees everything when the caller leaves', async () => {
    const { view, leave } = waitFor(aCode());
    await turn();
    leave();
    await expect(view).rejects.toThrow(DomainError);
    expectNothingLeft();
  });

  it('answers when the server stops, and never waits after', async () => {
    const { view } = waitFor(aCode());
    await turn();
    watches.stop();
    expect(await view).toBe(pending);
    expect(await waitFor(aCode()).view).toBe(pending);
    expectNothingLeft();
  });
});
