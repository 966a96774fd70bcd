import { afterEach, beforeEach } from 'vitest';
import type { Clock } from '../../core/ground/ports.ts';
import type { SqlStores } from '../sql/stores.ts';

/** What the suite needs; the rest of an engine's life is its own affair. */
export type ConformingStores = Omit<SqlStores, 'ping'>;
export type OpenStores = (clock: Clock) => Promise<ConformingStores>;

export interface Opened {
  stores: ConformingStores;
  /** The store's clock, in the test's hand. */
  clock: { value: number };
}

/** Empty stores before each test, closed after it. Read the fields inside tests, not outside. */
export function openedBeforeEach(open: OpenStores): Opened {
  const clock = { value: 0 };
  let stores: ConformingStores | undefined;

  beforeEach(async () => {
    clock.value = 1_000_000;
    stores = await open({ now: () => clock.value });
  });
  afterEach(() => stores?.close());

  return {
    clock,
    get stores() {
      if (!stores) throw new Error('read stores inside a test');
      return stores;
    },
  };
}

/** Starts `count` calls together and counts how many answered `wanted`. */
export async function race<T>(count: number, wanted: T, call: (index: number) => Promise<T>): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => call(index)));
  return answers.filter((answer) => answer === wanted).length;
}
