import type { PageBudget } from './store.ts';

/** What reads may cost, in rows looked at. No read holds up the polls beside it, however large the store is (decision 28). */

/** Calls with a cursor: they are made again and go on. */
export const lookedAtPerCall = { events: 200_000, people: 50_000 };

/** Published calls have pages instead of a cursor, so they must get to the end of what people have in practice. */
export const listedWithTotal: PageBudget = { looked: 1_000_000, lookedForCount: 200_000, counted: 10_000 };

/** The same for people. */
export const peopleWithTotal: PageBudget = { looked: 2_000_000, lookedForCount: 50_000, counted: 10_000 };
