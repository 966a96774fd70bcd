import { describe, expect, it } from 'vitest';
import { followedAfter, isContested, isFollowed } from './lone-poller.ts';

/** Polls in the order of the letters, with the scan at the bar. Returns who is followed in the end, or null for nobody. */
function followedIn(polls: string): string | null {
  let known: string | null = null;
  let isScanned = false;
  for (const poller of polls) {
    if (poller === '|') isScanned = true;
    else known = followedAfter(known, poller, isScanned);
  }
  if (isContested({ receiverHash: known, isBound: false })) return null;
  return [...polls].findLast((poller) => poller !== '|' && isFollowed(known, poller)) ?? null;
}

describe('a code that nobody is bound to', () => {
  it.each([
    ['one poller', 'AAA|AA', 'A'],
    ['one that begins after the scan', '|AA', 'A'],
    ['a page that changes its network for good before the scan', 'AABB|BB', 'B'],
  ])('follows %s', (_name, polls, followed) => {
    expect(followedIn(polls)).toBe(followed);
  });

  it.each([
    ['two that take turns', 'ABA'],
    ['a thief who polled once, and the page goes on', 'AAB|A'],
    ['a thief who was first', 'BA|B'],
    ['a thief who begins after the scan', 'AA|AB'],
    ['a second change of network', 'AABBC'],
    ['a change of network after the scan', 'AA|BB'],
  ])('ends for %s', (_name, polls) => {
    expect(followedIn(polls)).toBeNull();
  });

  it('is followed again once its owner brings the cookie back', () => {
    expect(isContested({ receiverHash: followedAfter('A', 'B', true), isBound: true })).toBe(false);
  });
});
