import { Kysely, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { PreparedQuery, SqlEngine } from '../engine/engine.ts';
import type { Schema } from '../engine/schema.ts';
import { createDialect, queryConfig } from './dialect.ts';
import { failureOf, sqlStateOf } from './failures.ts';
import { jsonInstant } from './json-instant.ts';

/** At most this long for a connection, then for an answer. The database gives up a little earlier, which keeps the connection. */
const served = {
  connectionTimeoutMillis: 800,
  statement_timeout: 900,
  query_timeout: 1_000,
  idle_in_transaction_session_timeout: 5_000,
};

/** For migrations: no limit to a statement's time, and long waits for each other. */
const patient = { connectionTimeoutMillis: 10_000 };

/** The key of an advisory lock: any number that no other program uses on the same database. */
const startUpLock = 7_276_227_466;
const uniqueViolation = '23505';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows. */
  url: string;
  maxConnections?: number;
  /** For migrations and tests: no limit to a statement's time. */
  isPatient?: boolean;
  /** The store's clock; default the database's. For tests. */
  now?: RawBuilder<number>;
}

export function openPostgresEngine(options: PostgresOptions): SqlEngine {
  const { url, maxConnections = 10, isPatient = false, now = databaseClock } = options;
  const connection = { connectionString: url, application_name: 'passbeam', keepAlive: true };
  const pool = new pg.Pool({ ...connection, max: maxConnections, ...(isPatient ? patient : served) });
  // A lost connection is replaced, and whoever used it is told by their query: nobody listens here.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Schema>({ dialect: createDialect(pool) });
  let closing: Promise<void> | null = null;

  async function read(query: pg.QueryConfig): Promise<unknown> {
    try {
      return (await pool.query(query)).rows[0];
    } catch (error) {
      throw failureOf(error);
    }
  }

  async function lock(client: pg.Client): Promise<void> {
    try {
      await client.connect();
      await client.query('select pg_advisory_lock($1)', [startUpLock]);
    } catch (error) {
      throw failureOf(error);
    }
  }

  return {
    db,
    now,
    jsonText: (column, key) => sql`(${sql.ref(column)}::json ->> ${sql.lit(key)}) collate "C"`,
    jsonScalar: (column, key, type) => {
      const [document, name] = [sql`${sql.ref(column)}::json`, sql.lit(key)];
      const text = sql`(${document} ->> ${name})`;
      const value = {
        string: sql`${text} collate "C"`,
        number: sql`${text}::double precision`,
        boolean: sql`${text}::boolean::int`,
      }[type];
      return sql`(case json_typeof(${document} -> ${name}) when ${sql.lit(type)} then ${value} end)`;
    },
    jsonInstant,
    textType: sql`text collate "C"`,
    sequenceType: 'bigserial',
    locksRows: true,
    sliceRows: 10_000,
    sliceMs: 200,
    turn: async () => {},
    first: <Row>(query: PreparedQuery<Row>) => read(queryConfig(query)) as Promise<Row | undefined>,
    firstValues: (query) =>
      read({ ...queryConfig(query), rowMode: 'array' } as pg.QueryConfig) as Promise<readonly unknown[] | undefined>,
    poolState: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    uniqueViolation: (error) =>
      sqlStateOf(error) === uniqueViolation ? ((error as pg.DatabaseError).constraint ?? '') : null,
    async exclusively(work) {
      const client = new pg.Client({ ...connection, ...patient });
      client.on('error', () => {});
      try {
        await lock(client);
        return await work();
      } finally {
        // The lock ends with its connection.
        await client.end();
      }
    },
    async ping() {
      const { rows } = await sql<{ transaction_read_only: 'on' | 'off' }>`show transaction_read_only`.execute(db);
      if (rows[0]?.transaction_read_only !== 'off') throw new Error('the database takes no writes');
    },
    close: () => (closing ??= db.destroy()),
  };
}

/** The time at which the statement arrived: both stamps of one insert show the same instant. */
const databaseClock = sql<number>`floor(extract(epoch from statement_timestamp()) * 1000)::bigint`;
