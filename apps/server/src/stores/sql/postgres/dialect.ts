import {
  CompiledQuery as Compiled,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import type { PreparedQuery } from '../engine/engine.ts';
import { endsConnection, failureOf } from './failures.ts';

interface Session extends DatabaseConnection {
  client: PoolClient;
  isLost: boolean;
}

const writes = new Set(['INSERT', 'UPDATE', 'DELETE']);

/** Kysely on `pg`, with named prepared statements, and no ROLLBACK on a failed connection, which would make callers wait twice. */
export function createDialect(pool: Pool): Dialect {
  return {
    createDriver: () => createDriver(pool),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

function createDriver(pool: Pool): Driver {
  return {
    async init() {},
    async acquireConnection() {
      try {
        return createSession(await pool.connect());
      } catch (error) {
        throw failureOf(error);
      }
    },
    async beginTransaction(session: Session) {
      await session.executeQuery(Compiled.raw('begin'));
    },
    async commitTransaction(session: Session) {
      await session.executeQuery(Compiled.raw('commit'));
    },
    async rollbackTransaction(session: Session) {
      if (session.isLost) return;
      // The caller is about to hear why; a connection that cannot even roll back is given up.
      await session.executeQuery(Compiled.raw('rollback')).catch(() => {
        session.isLost = true;
      });
    },
    async releaseConnection(session: Session) {
      session.client.release(session.isLost);
    },
    destroy: () => pool.end(),
  };
}

function createSession(client: PoolClient): Session {
  const session: Session = {
    client,
    isLost: false,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        const { command, rowCount, rows } = await client.query(queryConfig(query));
        return writes.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
      } catch (error) {
        const failure = failureOf(error);
        session.isLost ||= endsConnection(failure);
        throw failure;
      }
    },
    async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
      yield await session.executeQuery<Row>(query);
    },
  };
  return session;
}

/** Gives a prepared query its name, so that PostgreSQL parses it once per connection. */
export function queryConfig(query: CompiledQuery | PreparedQuery<unknown>): QueryConfig {
  const { sql: text, parameters } = query;
  const values = parameters.map(storable);
  return 'name' in query ? { name: query.name, text, values } : { text, values };
}

/** PostgreSQL's text holds no NUL: it is kept as the character for what cannot be shown, as broken UTF-16 is. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}
