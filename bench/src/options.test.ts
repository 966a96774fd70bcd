import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

const sections = ['polls', 'logins'];

it('measures everything by default, and writes nothing', () => {
  expect(readOptions([], sections)).toMatchObject({ only: sections, rounds: 5, seconds: 3, writes: false });
});

it('takes a choice of sections, and other figures for a trial', () => {
  const args = ['--only', 'logins', '--quick', '--seconds', '2'];
  expect(readOptions(args, sections)).toMatchObject({ only: ['logins'], rounds: 1, seconds: 2, isQuick: true });
});

it('compares with the checkout of an earlier release', () => {
  expect(readOptions([], sections).before).toBeNull();
  expect(readOptions(['--before', '/srv/earlier'], sections).before).toBe('/srv/earlier');
});

it.each([
  [['--only', 'poll'], '--only poll: there are polls, logins'],
  [['--rounds', '0'], '--rounds 0: must be a whole number from 1'],
  [['--seconds', 'x'], '--seconds x'],
  [['--only', 'polls', '--write'], '--write takes a run of every section'],
  [['--quick', '--write'], '--quick gives no figures'],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args, sections)).toThrow(message);
});
