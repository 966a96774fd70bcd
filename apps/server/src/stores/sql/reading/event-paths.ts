import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { EventSelection } from '../../../core/audit/store.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { AuditEventTable, Schema } from '../engine/schema.ts';

/** Numbers of events in order of arrival, both ends included. */
export interface Stretch {
  oldest: number;
  newest: number;
}

export type Order = 'newest' | 'oldest';

type IndexedColumn = 'code_hash' | 'user_id' | 'access_key_id' | 'administrator_id' | 'type' | 'user_pool_id';

/** A way to the selected events by one index on a column and the order of arrival: those with any of these values are looked at. */
interface Path {
  column: IndexedColumn;
  values: readonly string[];
}

/** More kinds than this are not looked up one by one. */
const mostValues = 40;

/** Reads one stretch of the log after the other by the index that leads past the fewest events. */
export function createEventPath({ db }: Pick<SqlEngine, 'db'>, selection: EventSelection, order: Order) {
  const direction = order === 'newest' ? 'desc' : 'asc';
  const paths = pathsOf(selection);
  let chosen: Path | undefined;

  /** The part of `stretch` in which a path meets at most `rows` events, and what remains after it. */
  async function cut(path: Path, stretch: Stretch, rows: number): Promise<{ slice: Stretch; rest: Stretch | null }> {
    const each = Math.max(1, Math.floor(rows / path.values.length));
    const ends = path.values.map((value) =>
      db
        .selectFrom(
          db
            .selectFrom('audit_events')
            .select('seq')
            .where(path.column, '=', value)
            .where('seq', '>=', stretch.oldest)
            .where('seq', '<=', stretch.newest)
            .orderBy('seq', direction)
            .limit(1)
            .offset(each - 1)
            .as('end'),
        )
        .select('end.seq'),
    );
    const found = (await unionOf(ends).execute()).map(({ seq }) => Number(seq));
    if (found.length === 0) return { slice: stretch, rest: null };
    if (order === 'newest') {
      const end = Math.max(...found);
      return {
        slice: { oldest: end, newest: stretch.newest },
        rest: end > stretch.oldest ? { oldest: stretch.oldest, newest: end - 1 } : null,
      };
    }
    const end = Math.min(...found);
    return {
      slice: { oldest: stretch.oldest, newest: end },
      rest: end < stretch.newest ? { oldest: end + 1, newest: stretch.newest } : null,
    };
  }

  async function choose(stretch: Stretch, rows: number): Promise<Path> {
    const [first, ...others] = paths;
    if (first === undefined) throw new Error('a selection names a user pool, or a few types');
    let best = { path: first, rest: (await cut(first, stretch, rows)).rest };
    for (const path of others) {
      if (best.rest === null) break;
      const { rest } = await cut(path, stretch, rows);
      if (rest === null || lengthOf(rest) < lengthOf(best.rest)) best = { path, rest };
    }
    return best.path;
  }

  return {
    async cut(stretch: Stretch, rows: number) {
      chosen ??= paths.length === 1 ? paths[0] : await choose(stretch, rows);
      return cut(chosen as Path, stretch, rows);
    },

    /** The selected events of a slice that was cut. */
    matching({ oldest, newest }: Stretch) {
      const path = chosen as Path;
      const branches = path.values.map((value) =>
        db
          .selectFrom('audit_events')
          .where(path.column, '=', value)
          .where('seq', '>=', oldest)
          .where('seq', '<=', newest)
          .where((where) => others(where, selection, path)),
      );
      return {
        count: async () => {
          const rows = await unionOf(
            branches.map((branch) => branch.select((select) => select.fn.countAll<number>().as('count'))),
            true,
          ).execute();
          return rows.reduce((sum, { count }) => sum + Number(count), 0);
        },
        rows: (offset: number, limit: number) =>
          db
            .selectFrom(unionOf(branches.map((branch) => branch.selectAll())).as('found'))
            .selectAll()
            .orderBy('seq', direction)
            .limit(limit)
            .offset(offset)
            .execute(),
      };
    },
  };
}

const lengthOf = ({ oldest, newest }: Stretch) => newest - oldest;

function unionOf<Row>(queries: SelectQueryBuilder<Schema, never, Row>[] | unknown[], _counts = false) {
  const [first, ...rest] = queries as SelectQueryBuilder<Schema, never, Row>[];
  return rest.reduce((all, next) => all.unionAll(next), first as SelectQueryBuilder<Schema, never, Row>);
}

function pathsOf({ userPoolId, types, userId, accessKeyId, administratorId, codeHash }: EventSelection): Path[] {
  const one = (column: IndexedColumn, value: string | undefined): Path[] =>
    value === undefined ? [] : [{ column, values: [value] }];
  return [
    ...one('code_hash', codeHash),
    ...one('user_id', userId),
    ...one('access_key_id', accessKeyId),
    ...one('administrator_id', administratorId),
    ...(types === null || types.length > mostValues ? [] : [{ column: 'type' as const, values: types }]),
    ...one('user_pool_id', userPoolId ?? undefined),
  ];
}

type Where = ExpressionBuilder<Schema, 'audit_events'>;

/** What is asked for beside the path, spelt so that no index answers it: an engine that took one would leave the path. */
function others(where: Where, selection: EventSelection, path: Path): Expression<SqlBool> {
  const { types, from, to } = selection;
  const isText = (column: keyof AuditEventTable, value: string | undefined) =>
    value === undefined || column === path.column ? [] : [sql<SqlBool>`coalesce(${sql.ref(column)}, '') = ${value}`];
  return where.and([
    ...isText('user_pool_id', selection.userPoolId ?? ''),
    ...isText('code_hash', selection.codeHash),
    ...isText('user_id', selection.userId),
    ...isText('access_key_id', selection.accessKeyId),
    ...isText('administrator_id', selection.administratorId),
    ...isText('application_id', selection.applicationId),
    ...isText('ip', selection.ip),
    ...isText('request_id', selection.requestId),
    ...(types === null || path.column === 'type'
      ? []
      : [sql<SqlBool>`coalesce(type, '') in (${sql.join([...types])})`]),
    ...(from === undefined ? [] : [where('at', '>=', from)]),
    ...(to === undefined ? [] : [where('at', '<=', to)]),
  ]);
}
