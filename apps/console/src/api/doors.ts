import { useSyncExternalStore } from 'react';

/** What a call may have to wait for: a new sign-in, or a proof that it is still the same person. */
export type Door = 'signIn' | 'proof';

interface Waiting {
  promise: Promise<boolean>;
  open(isDone: boolean): void;
}

const waiting = new Map<Door, Waiting>();
const listeners = new Set<() => void>();
let shown: Door | null = null;

function tell(): void {
  shown = waiting.has('signIn') ? 'signIn' : waiting.has('proof') ? 'proof' : null;
  for (const listener of listeners) listener();
}

/** Shows the dialog of a door. Resolves when the person came through, with false when they gave up. Calls that meet the same door share it. */
export function waitAt(door: Door): Promise<boolean> {
  const known = waiting.get(door);
  if (known !== undefined) return known.promise;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  waiting.set(door, { promise, open: resolve });
  tell();
  return promise;
}

export function leaveDoor(door: Door, isDone: boolean): void {
  waiting.get(door)?.open(isDone);
  waiting.delete(door);
  tell();
}

export const useDoor = (): Door | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
