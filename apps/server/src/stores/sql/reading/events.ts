import { type Selectable, sql } from 'kysely';
import { listedWithTotal } from '../../../core/audit/budgets.ts';
import type { AuditStore, EventSelection } from '../../../core/audit/store.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { AuditEventTable } from '../engine/schema.ts';
import { createEventPath, type Order, type Stretch } from './event-paths.ts';
import { createSlices } from './slices.ts';

type Row = Selectable<AuditEventTable>;

/** Nodes and transactions may be this much apart: the log is in order of arrival, which is nearly that of time. */
const outOfOrderMs = 60_000;

/** Reads the log in slices, so that no read of it holds up a poll or meets the time limit of the database. */
export function createEventReader(
  engine: SqlEngine,
  toEvent: (row: Row) => Awaited<ReturnType<AuditStore['list']>>[number],
) {
  const { db } = engine;

  const end = async (direction: 'asc' | 'desc') =>
    (await db.selectFrom('audit_events').select('seq').orderBy('seq', direction).limit(1).executeTakeFirst())?.seq;

  /** The first event from `at` on, by bisection: events are in order of time, but for what `outOfOrderMs` allows. */
  async function placeOf(at: number, { oldest, newest }: Stretch): Promise<number> {
    let [low, high] = [oldest, newest + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = await db
        .selectFrom('audit_events')
        .select(['seq', 'at'])
        .where('seq', '>=', middle)
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst();
      if (row === undefined || row.at >= at) high = middle;
      else low = row.seq + 1;
    }
    return low;
  }

  /** Where all events between these instants are; null when there are none. */
  async function stretchOf({ from, to }: Pick<EventSelection, 'from' | 'to'>): Promise<Stretch | null> {
    const [oldest, newest] = [await end('asc'), await end('desc')];
    if (oldest === undefined || newest === undefined) return null;
    const all = { oldest, newest };
    const stretch = {
      oldest: from === undefined ? oldest : await placeOf(from - outOfOrderMs, all),
      newest: to === undefined ? newest : (await placeOf(to + outOfOrderMs + 1, all)) - 1,
    };
    return stretch.oldest > stretch.newest ? null : stretch;
  }

  async function instantOf(seq: number): Promise<number | null> {
    const row = await db.selectFrom('audit_events').select('at').where('seq', '=', seq).executeTakeFirst();
    return row?.at ?? null;
  }

  const read: AuditStore['read'] = async (selection, { order, after, limit, budget }) => {
    if (selection.types?.length === 0) return { events: [], next: null, searchedTo: null };
    let rest = beyond(await stretchOf(selection), after, order);
    const slices = createSlices(engine, budget);
    const path = createEventPath(engine, selection, order);
    const events: Row[] = [];
    let last: number | null = null;
    while (rest !== null) {
      const rows = await slices.next();
      if (rows === 0) return { events: events.map(toEvent), next: last, searchedTo: await searchedTo(last) };
      const stretch = rest;
      const cut = await slices.timed(() => path.cut(stretch, rows));
      const found = await slices.timed(() => path.matching(cut.slice).rows(0, limit - events.length));
      events.push(...found);
      if (events.length === limit) {
        const place = found.at(-1)?.seq ?? null;
        const isEnd = cut.rest === null && place === (order === 'newest' ? cut.slice.oldest : cut.slice.newest);
        return { events: events.map(toEvent), next: isEnd ? null : place, searchedTo: null };
      }
      last = order === 'newest' ? cut.slice.oldest : cut.slice.newest;
      rest = cut.rest;
    }
    return { events: events.map(toEvent), next: null, searchedTo: null };
  };

  const searchedTo = async (seq: number | null) => (seq === null ? null : instantOf(seq));

  const page: AuditStore['page'] = async ({ offset, limit, ...selection }, budget = listedWithTotal) => {
    if (selection.types?.length === 0) return { totalCount: 0, events: [], isBeyond: false };
    const stretch = await stretchOf(selection);
    const slices = createSlices(engine, budget.looked);
    const path = createEventPath(engine, selection, 'newest');
    const events: Row[] = [];
    let rest = stretch;
    let [counted, looked] = [0, 0];
    while (rest !== null) {
      const isFilled = events.length === limit;
      if (isFilled && (counted >= budget.counted || looked >= budget.lookedForCount)) break;
      const rows = await slices.next();
      if (rows === 0) return { totalCount: 0, events: [], isBeyond: true };
      const uncut = rest;
      const { slice, rest: after } = await slices.timed(() => path.cut(uncut, rows));
      const matching = path.matching(slice);
      const count = await slices.timed(matching.count);
      if (!isFilled && counted + count > offset) {
        const skipped = Math.max(0, offset - counted);
        events.push(...(await slices.timed(() => matching.rows(skipped, limit - events.length))));
      }
      counted += count;
      looked += rows;
      rest = after;
    }
    const totalCount = rest === null ? counted : estimated(counted, stretch as Stretch, rest);
    return { totalCount, events: events.map(toEvent), isBeyond: false };
  };

  return {
    read,
    page,
    /** The number of the last event before about `at`; 0 when there is none. */
    async placeBefore(at: number) {
      const [oldest, newest] = [await end('asc'), await end('desc')];
      return oldest === undefined || newest === undefined ? 0 : (await placeOf(at, { oldest, newest })) - 1;
    },
    async findCode(userPoolId: string, beginning: string) {
      const row = await db
        .selectFrom('audit_events')
        .select('code_hash')
        .where('code_hash', '>=', beginning)
        .where('code_hash', '<', `${beginning}~`)
        .where((where) => where(sql`coalesce(user_pool_id, '')`, '=', userPoolId))
        .orderBy('code_hash')
        .limit(1)
        .executeTakeFirst();
      return row?.code_hash ?? null;
    },
  };
}

/** What is left of a stretch after the event that a page ended with. */
function beyond(stretch: Stretch | null, after: number | null, order: Order): Stretch | null {
  if (stretch === null || after === null) return stretch;
  const rest =
    order === 'newest'
      ? { ...stretch, newest: Math.min(stretch.newest, after - 1) }
      : { ...stretch, oldest: Math.max(stretch.oldest, after + 1) };
  return rest.oldest > rest.newest ? null : rest;
}

/** How many there would be if the rest of the log were like the part that was counted. */
function estimated(counted: number, all: Stretch, rest: Stretch): number {
  const length = all.newest - all.oldest + 1;
  const done = length - (rest.newest - rest.oldest + 1);
  return Math.round((counted * length) / done);
}
