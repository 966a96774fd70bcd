import { sql } from 'kysely';
import type { SqlEngine } from '../engine/engine.ts';

/** How large the store of the test is: by `npm run test:large` as large as that of a company with a million people. */
export const isLarge = process.env.LARGE_STORE === 'on';
export const size = isLarge ? { people: 1_000_000, events: 5_000_000 } : { people: 30_000, events: 150_000 };

/** The last event happened then, one each second before. */
export const lastEventAt = 1_800_000_000_000;
const pool = 'pool-1';

/** Fills the tables by a statement each. Every fourth event is of another pool, one person in fifty is suspended. */
export async function fillLargeStore({ db, sequenceType }: SqlEngine): Promise<void> {
  const isPostgres = sequenceType === 'bigserial';
  const numbers = (to: number) =>
    isPostgres
      ? sql`(select n from generate_series(1, ${sql.lit(to)}) as n)`
      : sql`(with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(to)}) select n from numbers)`;
  const padded = isPostgres ? sql`lpad(n::text, 9, '0')` : sql`printf('%09d', n)`;
  await sql`insert into users (
      id, user_pool_id, status, username, username_lower, username_folded, email, email_lower, email_verified, phone_verified, profile,
      custom_data, password_security_level, reset_password_on_next_login, user_source_type, register_source, logins_count, last_login,
      created_at, updated_at, version, folded_version)
    select ${padded}, ${pool}, case when n % 50 = 0 then 'Suspended' else 'Activated' end, 'name' || ${padded}, 'name' || ${padded},
      'name' || ${padded}, 'name' || ${padded} || '@example.com', 'name' || ${padded} || '@example.com', 1, 0,
      '{"name":"Person ' || ${padded} || '"}', '{}', 0, 0, 'register', '[]', 0, ${sql.lit(lastEventAt)} - (n * 7919 % 1000003), n, n, 1, 1
    from ${numbers(size.people)} as numbers`.execute(db);
  await sql`insert into audit_events (id, type, at, user_pool_id, application_id, user_id, code_hash, ip, request_id, detail, count)
    select 'event-' || ${padded},
      case when n % 1001 = 0 then 'admin.user_created'
        when n % 5 = 0 then 'session.created' when n % 5 = 1 then 'qr.created' when n % 5 = 2 then 'qr.scanned'
        when n % 5 = 3 then 'qr.confirmed' else 'qr.exchanged' end,
      ${sql.lit(lastEventAt)} - (${sql.lit(size.events)} - n) * 1000, case when n % 4 = 0 then 'pool-2' else ${pool} end, 'app-1',
      'user-' || (n % 9973), 'code-' || (n / 5), '192.0.' || (n % 251) || '.' || (n % 241), 'request-' || (n / 3), '{}', 1
    from ${numbers(size.events)} as numbers`.execute(db);
}
