import { sql } from 'kysely';
import { phoneDigits } from '../../../core/identifiers/phone-number.ts';
import type { BeginningPlace } from '../../../core/users/store.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { UserTable } from '../engine/schema.ts';

/** The identifiers in the order they are searched; each has an index together with the pool, or is the key. */
const columns = ['username_lower', 'email_lower', 'phone_e164', 'phone', 'external_id', 'id'] as const;

/** Greater than every text that begins so: texts are compared by their bytes, and no character sorts behind this one. */
const endOf = (text: string) => `${text}\u{10ffff}`;

/** People with an identifier that begins so. Whoever was found by one kind is not found again by another. */
export async function findByBeginning(
  { db }: Pick<SqlEngine, 'db'>,
  userPoolId: string,
  text: string,
  { after, limit }: { after: BeginningPlace | null; limit: number },
): Promise<{ rows: UserTable[]; next: BeginningPlace | null }> {
  const rows: UserTable[] = [];
  const beginnings = columns.map((column) => beginningsIn(column, text));
  for (let index = after?.column ?? 0; index < columns.length; index++) {
    const column = columns[index] as (typeof columns)[number];
    for (const beginning of beginnings[index] ?? []) {
      const wanted = limit - rows.length;
      const found = await db
        .selectFrom('users')
        .selectAll()
        .where('user_pool_id', '=', userPoolId)
        .where(column, '>=', beginning)
        .where(column, '<', endOf(beginning))
        .$if(after?.column === index, (query) => query.where(column, '>', after?.value ?? ''))
        .where((where) =>
          where.not(
            where.or(
              columns
                .slice(0, index)
                .flatMap((earlier, at) =>
                  (beginnings[at] ?? []).map((text) =>
                    where.and([
                      where(sql<string>`coalesce(${sql.ref(earlier)}, '')`, '>=', text),
                      where(sql<string>`coalesce(${sql.ref(earlier)}, '')`, '<', endOf(text)),
                    ]),
                  ),
                ),
            ),
          ),
        )
        .orderBy(column)
        .limit(wanted)
        .execute();
      rows.push(...found);
      const last = found.at(-1);
      if (rows.length === limit && last !== undefined)
        return { rows, next: { column: index, value: last[column] ?? '' } };
    }
  }
  return { rows, next: null };
}

/** The text as that column has it: names in lower case, phones without what people write between the digits. */
function beginningsIn(column: (typeof columns)[number], text: string): string[] {
  switch (column) {
    case 'username_lower':
    case 'email_lower':
      return [text.toLowerCase()];
    case 'phone':
    case 'phone_e164':
      return /^\+?[0-9]+$/.test(phoneDigits(text)) ? [phoneDigits(text)] : [];
    default:
      return [text];
  }
}
