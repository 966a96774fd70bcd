import type { ReactNode } from 'react';

export interface Question {
  title: string;
  text?: ReactNode;
  /** What the button does, in words: never "OK". */
  deed: string;
  isDangerous?: boolean;
  /** What has to be typed before the deed can be done. */
  typed?: string;
}

export type Asked = Question & { answer(agreed: boolean): void };

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function show(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** Asks before a deed that ends or opens something. */
export function agreed(question: Question): Promise<boolean> {
  asked?.answer(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  show({
    ...question,
    answer(isAgreed) {
      show(null);
      resolve(isAgreed);
    },
  });
  return promise;
}

export const questions = {
  current: () => asked,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
