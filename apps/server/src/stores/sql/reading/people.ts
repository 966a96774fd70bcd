import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SqlEngine } from '../engine/engine.ts';
import type { UserTable } from '../engine/schema.ts';
import { createSlices } from './slices.ts';

/** Where a reading of a user pool's people has come to: they are in order of `created_at` and, where that ties, of `id`. */
export interface Place {
  createdAt: number;
  id: string;
}

export interface PeopleSelection {
  userPoolId: string;
  /** What must hold of them; no index answers it. */
  filters: readonly RawBuilder<SqlBool>[];
  direction: 'asc' | 'desc';
  /** Only people whose status is another than Activated, who have an index of their own. */
  isNotActivated?: boolean;
}

/** An index alone answers how far so many people reach, so such a statement may pass more of them. */
const passedByIndexAlone = 10;

/** Spelt exactly as in the partial index that answers it. */
const notActivated = sql<SqlBool>`status <> 'Activated'`;

/** Walks past the people of a pool, slice by slice. */
export function createPeopleWalk(engine: SqlEngine, selection: PeopleSelection, budget: number) {
  const { db, sliceRows } = engine;
  const { userPoolId, filters, direction, isNotActivated = false } = selection;
  const isUnfiltered = filters.length === 0;
  const slices = createSlices(
    { ...engine, sliceRows: isUnfiltered ? sliceRows * passedByIndexAlone : sliceRows },
    budget,
  );
  const [onward, back] = direction === 'desc' ? (['<', '>='] as const) : (['>', '<='] as const);
  const place = ({ createdAt, id }: Place) => sql`(cast(${createdAt} as bigint), ${id})`;
  const beyond = (of: Place | null) =>
    of === null ? [] : [sql<SqlBool>`(created_at, id) ${sql.raw(onward)} ${place(of)}`];

  const ofPool = () =>
    db
      .selectFrom('users')
      .where('user_pool_id', '=', userPoolId)
      .$if(isNotActivated, (query) => query.where(notActivated));

  /** The next people behind `after`, `limit` at most by their number; null when the budget is spent. */
  async function next(after: Place | null) {
    const rows = await slices.next();
    if (rows === 0) return null;
    const end = await slices.timed(() =>
      ofPool()
        .select(['created_at', 'id'])
        .where((where) => where.and(beyond(after)))
        .orderBy('created_at', direction)
        .orderBy('id', direction)
        .limit(1)
        .offset(rows - 1)
        .executeTakeFirst(),
    );
    const until = end === undefined ? null : { createdAt: end.created_at, id: end.id };
    const matching = ofPool().where((where) =>
      where.and([
        ...beyond(after),
        ...(until === null ? [] : [sql<SqlBool>`(created_at, id) ${sql.raw(back)} ${place(until)}`]),
        ...filters,
      ]),
    );
    return {
      looked: rows,
      /** Null: these are the last. */
      until,
      /** What else is asked about these people; its statement is run by `timed`. */
      matching,
      timed: slices.timed,
      async count() {
        if (isUnfiltered && until !== null) return rows;
        const counted = matching.select((select) => select.fn.countAll<number>().as('total'));
        return Number((await slices.timed(() => counted.executeTakeFirstOrThrow())).total);
      },
      rows: (offset: number, limit: number) =>
        slices.timed(() =>
          matching
            .selectAll()
            .orderBy('created_at', direction)
            .orderBy('id', direction)
            .limit(limit)
            .offset(offset)
            .execute(),
        ),
    };
  }

  return { next };
}

/** Reads on from a place until the page is full, the budget is spent, or nobody is left. */
export async function readPeople(
  engine: SqlEngine,
  selection: PeopleSelection,
  reading: { after: Place | null; limit: number; budget: number; createdFrom?: number; createdTo?: number },
): Promise<{ rows: UserTable[]; next: Place | null; searched: number; searchedTo: number | null }> {
  const { limit, budget, createdFrom, createdTo } = reading;
  const walk = createPeopleWalk(engine, selection, budget);
  const rows: UserTable[] = [];
  let searched = 0;
  let after = reading.after ?? (createdTo === undefined ? null : { createdAt: createdTo + 1, id: '' });
  for (;;) {
    const slice: Awaited<ReturnType<typeof walk.next>> = await walk.next(after);
    if (slice === null) return { rows, next: after, searched, searchedTo: after?.createdAt ?? null };
    const found = await slice.rows(0, limit - rows.length);
    rows.push(...found.filter(({ created_at }) => createdFrom === undefined || created_at >= createdFrom));
    searched += slice.looked;
    const last = found.at(-1);
    const isPast = createdFrom !== undefined && (slice.until ?? { createdAt: createdFrom }).createdAt < createdFrom;
    if (rows.length === limit && last !== undefined && !(slice.until === null && found.length < limit)) {
      return { rows, next: { createdAt: last.created_at, id: last.id }, searched, searchedTo: null };
    }
    if (slice.until === null || isPast) return { rows, next: null, searched, searchedTo: null };
    after = slice.until;
  }
}

const keptMs = 60_000;
/** Pools with fewer people are counted each time. */
const keptFrom = 10_000;
const countedAtMost = 10_000_000;

/** How many people a pool has; of large pools as it was within the last minute. */
export function createPeopleCount(engine: SqlEngine, now: () => number = () => performance.now()) {
  const kept = new Map<string, { at: number; total: Promise<number> }>();

  async function count(userPoolId: string): Promise<number> {
    const walk = createPeopleWalk(engine, { userPoolId, filters: [], direction: 'desc' }, countedAtMost);
    let total = 0;
    let after: Place | null = null;
    for (;;) {
      const slice: Awaited<ReturnType<typeof walk.next>> = await walk.next(after);
      if (slice === null) return total;
      total += await slice.count();
      if (slice.until === null) return total;
      after = slice.until;
    }
  }

  return async function countPeople(userPoolId: string): Promise<number> {
    const known = kept.get(userPoolId);
    if (known !== undefined && now() - known.at < keptMs) return known.total;
    const counting = { at: now(), total: count(userPoolId) };
    kept.set(userPoolId, counting);
    const forget = () => {
      if (kept.get(userPoolId) === counting) kept.delete(userPoolId);
    };
    try {
      const total = await counting.total;
      if (total < keptFrom) forget();
      return total;
    } catch (error) {
      forget();
      throw error;
    }
  };
}
