import { expect, it } from 'vitest';
import { repeatGraceMs } from '../../core/ground/honest-repeat.ts';
import { maxPasscodeFailures, type Passcode } from '../../core/sign-in/passcode-store.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

const passcode: Passcode = { slotHash: 'slot', passcodeHash: 'right', sentAt: 1_000, expiresAt: 5_000 };

export function describePasscodes(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const put = (given: Partial<Passcode> = {}, sentBefore = 0) =>
    opened.stores.passcodes.put({ ...passcode, ...given }, sentBefore);
  const takenBy = (by: string, passcodeHash = 'right', at = 2_000, slotHash = 'slot') =>
    opened.stores.passcodes.take(slotHash, passcodeHash, { by, at });
  let callers = 0;
  /** Takes a passcode as a caller that never asked before. */
  const take = async (...rest: [passcodeHash?: string, at?: number, slotHash?: string]) =>
    (await takenBy(`caller ${callers++}`, ...rest)) === 'first';

  const check = (passcodeHash = 'right', now = 2_000, slotHash = 'slot') =>
    opened.stores.passcodes.check(slotHash, passcodeHash, now);

  it('gives a passcode to exactly one of twenty callers', async () => {
    await put();
    expect(await race(20, true, () => take())).toBe(1);
    expect(await opened.stores.passcodes.findSentAt('slot')).toBeNull();
  });

  it('gives it to the same caller again within the grace, and to nobody else', async () => {
    await put();
    expect(await race(20, 'again', () => takenBy('kate'))).toBe(19);
    expect(await takenBy('kate', 'right', 2_000 + repeatGraceMs)).toBe('again');
    expect(await takenBy('thief')).toBeNull();
    expect(await takenBy('kate')).toBe('again');
    expect(await takenBy('kate', 'right', 2_001 + repeatGraceMs)).toBeNull();
  });

  it('forgets a use when the same caller guesses again, and keeps it when another caller guesses', async () => {
    await put();
    expect(await takenBy('kate')).toBe('first');
    expect(await takenBy('thief', 'wrong')).toBeNull();
    expect(await takenBy('kate')).toBe('again');
    expect(await takenBy('kate', 'wrong')).toBeNull();
    expect(await takenBy('kate')).toBeNull();
  });

  it('counts no repeat as a guess at the next passcode', async () => {
    await put();
    expect(await takenBy('kate')).toBe('first');
    await put({ passcodeHash: 'new', sentAt: 2_000 }, 1_000);
    for (let repeat = 0; repeat <= maxPasscodeFailures; repeat++) expect(await takenBy('kate')).toBe('again');
    expect(await takenBy('kate', 'new')).toBe('first');
  });

  it('gives a passcode in its own slot and before its deadline only', async () => {
    await put();
    expect(await take('right', 2_000, 'other')).toBe(false);
    expect(await take('right', 5_000)).toBe(false);
    expect(await take('right', 4_999)).toBe(true);
  });

  it('voids a slot after five wrong guesses: even the right passcode is refused until the next one', async () => {
    await put();
    for (let guess = 1; guess < maxPasscodeFailures; guess++) expect(await take('wrong')).toBe(false);
    expect(await take('right')).toBe(true);
    await put({ sentAt: 2_000 }, 1_000);
    expect(await race(maxPasscodeFailures, false, () => take('wrong'))).toBe(maxPasscodeFailures);
    expect(await take('right')).toBe(false);
    expect(await put({ sentAt: 3_000, passcodeHash: 'new' }, 2_000)).toBe(true);
    expect(await take('right')).toBe(false);
    expect(await take('new')).toBe(true);
  });

  it('checks a right passcode any number of times, and still gives it afterwards', async () => {
    await put();
    expect(await race(20, true, () => check())).toBe(20);
    expect(await check('right', 2_000, 'other')).toBe(false);
    expect(await take()).toBe(true);
    expect(await check()).toBe(false);
  });

  it('counts wrong checks together with wrong guesses', async () => {
    await put();
    expect(await check('wrong')).toBe(false);
    expect(await check('right', 5_000)).toBe(false);
    expect(await take('wrong')).toBe(false);
    expect(await race(maxPasscodeFailures, false, () => check('wrong'))).toBe(maxPasscodeFailures);
    expect(await check()).toBe(false);
    expect(await take()).toBe(false);
  });

  it('replaces a passcode only when it is old enough, for one of twenty callers', async () => {
    await put();
    expect(await put({ passcodeHash: 'new', sentAt: 1_500 }, 999)).toBe(false);
    expect(await opened.stores.passcodes.findSentAt('slot')).toBe(1_000);
    expect(await race(20, true, (index) => put({ passcodeHash: `new-${index}`, sentAt: 1_500 }, 1_000))).toBe(1);
    expect(await take('right')).toBe(false);
    expect(await put({ slotHash: 'fresh' }, 0)).toBe(true);
  });

  it('drops the passcode that was named, and no other', async () => {
    await put();
    await opened.stores.passcodes.drop('slot', 'another');
    expect(await opened.stores.passcodes.findSentAt('slot')).toBe(1_000);
    await opened.stores.passcodes.drop('slot', 'right');
    expect(await opened.stores.passcodes.findSentAt('slot')).toBeNull();
  });

  it('purges expired passcodes, oldest first, up to the limit', async () => {
    for (const expiresAt of [1, 2, 3, 9]) await put({ slotHash: `slot-${expiresAt}`, expiresAt });
    expect(await opened.stores.passcodes.purge(4, 2)).toBe(2);
    expect(await opened.stores.passcodes.findSentAt('slot-3')).not.toBeNull();
    expect(await opened.stores.passcodes.purge(4, 2)).toBe(1);
    expect(await opened.stores.passcodes.findSentAt('slot-9')).not.toBeNull();
  });
}
