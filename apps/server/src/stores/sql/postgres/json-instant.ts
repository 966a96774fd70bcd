import { type RawBuilder, sql } from 'kysely';

/** What has this shape is computed from its digits: a cast would fail the whole search for one text that is no date. */
const shape = '^(?!0000)\\d{4}-(0[1-9]|1[0-2])-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2}))?$';

/** See `SqlEngine.jsonInstant`. */
export function jsonInstant(column: string, key: string): RawBuilder<number | null> {
  const document = sql`${sql.ref(column)}::json`;
  const text = sql`(case json_typeof(${document} -> ${sql.lit(key)}) when 'string' then ${document} ->> ${sql.lit(key)} end)`;
  const digits = (from: number, length: number) =>
    sql`coalesce(nullif(substr(${text}, ${sql.lit(from)}, ${sql.lit(length)}), '')::int, 0)`;
  const days = sql`(make_date(${digits(1, 4)}, ${digits(6, 2)}, 1) - date '1970-01-01' + ${digits(9, 2)} - 1)`;
  const seconds = sql`coalesce(substring(${text} from ${sql.lit('T\\d\\d:\\d\\d:(\\d\\d(?:\\.\\d+)?)')})::double precision, 0)`;
  const offset = sql`coalesce((substring(${text} from ${sql.lit('([+-]\\d\\d):\\d\\d$')}) || ' hours ' || substring(${text} from ${sql.lit('T.*([+-])\\d\\d:\\d\\d$')}) || substring(${text} from ${sql.lit('T.*[+-]\\d\\d:(\\d\\d)$')}) || ' minutes')::interval, interval '0')`;
  return sql`(case when ${text} ~ ${sql.lit(shape)} then floor(${days} * 86400000.0::double precision + ${digits(12, 2)} * 3600000 + ${digits(15, 2)} * 60000 + ${seconds} * 1000 - extract(epoch from ${offset}) * 1000) end)`;
}
