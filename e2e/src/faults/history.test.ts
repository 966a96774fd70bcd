import { describe, expect, it } from 'vitest';
import { type Entry, History, violations } from './history.ts';

let instant = 0;
function entry(step: Entry['step'], part: Partial<Entry> = {}): Entry {
  return { code: 'c', step, actor: 'alice', began: ++instant, ended: ++instant, outcome: 'done', ...part };
}
const poll = (status: string, part: Partial<Entry> = {}) => entry('poll', { actor: 'page', status, ...part });

describe('the history of a code', () => {
  it('has no violation when each step follows the one before', () => {
    const calls = [
      entry('create'),
      poll('PENDING'),
      entry('scan'),
      entry('scan'),
      poll('SCANNED'),
      entry('confirm'),
      poll('AUTHORIZED'),
      entry('exchange', { login: 'first' }),
      entry('exchange', { login: 'first' }),
      entry('exchange', { outcome: 'refused', actor: 'other site' }),
      poll('EXPIRED'),
    ];
    expect(violations(calls)).toEqual([]);
  });

  it('allows a poll during a step to see the code before or after it', () => {
    const scan = entry('scan', { began: 100, ended: 200 });
    expect(violations([scan, poll('PENDING', { began: 150, ended: 160 })])).toEqual([]);
    expect(violations([scan, poll('SCANNED', { began: 150, ended: 160 })])).toEqual([]);
  });

  it('allows a step without an answer to have happened or not', () => {
    const lost = entry('confirm', { outcome: 'unknown' });
    expect(violations([entry('scan'), lost, poll('SCANNED')])).toEqual([]);
    expect(violations([entry('scan'), lost, poll('AUTHORIZED')])).toEqual([]);
  });

  it.each<[string, () => Entry[], RegExp]>([
    ['two ends', () => [entry('confirm'), entry('cancel')], /both confirmed and cancelled/],
    [
      'two logins by one ticket',
      () => [entry('exchange', { login: 'first' }), entry('exchange', { login: 'second' })],
      /logged in 2 times/,
    ],
    [
      'one login for two sites',
      () => [entry('exchange', { login: 'first' }), entry('exchange', { login: 'first', actor: 'other site' })],
      /good for alice and other site/,
    ],
    ['two owners', () => [entry('scan'), entry('scan', { actor: 'bob' })], /alice and bob at once/],
    ['an acknowledged scan that is gone', () => [entry('scan'), poll('PENDING')], /saw PENDING after scan/],
    [
      'an acknowledged confirmation that is gone',
      () => [entry('confirm'), poll('SCANNED')],
      /saw SCANNED after confirm/,
    ],
    [
      'a ticket that works after its login',
      () => [entry('exchange'), poll('AUTHORIZED')],
      /saw AUTHORIZED after exchange/,
    ],
    ['a code that goes back', () => [poll('AUTHORIZED'), poll('SCANNED')], /page saw AUTHORIZED and then SCANNED/],
    ['an expired code that lives', () => [poll('EXPIRED'), poll('CANCELLED')], /EXPIRED and then CANCELLED/],
  ])('tells %s', (_, calls, sentence) => {
    expect(violations(calls()).join('\n')).toMatch(sentence);
  });

  it('records which calls ended before others began', async () => {
    const history = new History();
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = history.note({ code: 'c', step: 'scan', actor: 'alice' }, async () => {
      await held;
      return { outcome: 'done' };
    });
    await history.note({ code: 'c', step: 'poll', actor: 'page' }, async () => ({
      outcome: 'done',
      status: 'PENDING',
    }));
    finish();
    await slow;
    expect(history.entries.map(({ step, began, ended }) => [step, began, ended])).toEqual([
      ['poll', 2, 3],
      ['scan', 1, 4],
    ]);
  });
});
