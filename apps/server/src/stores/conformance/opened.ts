import { afterEach, beforeEach } from 'vitest';
import type { Clock } from '../../core/ground/ports.ts';
import type { SqlStores } from '../sql/stores.ts';

/** The stores that every engine hands to the suite. Pings differ between engines: each tests its own. */
export type ConformingStores = Omit<SqlStores, 'ping'>;
export type OpenStores = (clock: Clock) => Promise<ConformingStores>;

export interface Opened {
  stores: ConformingStores;
  /** The store's clock: a test sets its value, in epoch milliseconds. */
  clock: { value: number };
}

/** Opens empty stores before each test and closes them after it. Outside of tests the fields are not set yet. */
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
