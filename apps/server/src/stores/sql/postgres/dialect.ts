import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { CustomTypesConfig, Pool, PoolClient, QueryConfig, QueryResult as Result } from 'pg';
import pg from 'pg';
import type { PreparedQuery } from '../engine/engine.ts';
import { sendTogether } from './batch.ts';
import { endsConnection, failureOf } from './failures.ts';

interface Session extends DatabaseConnection {
  client: PoolClient;
  isLost: boolean;
  transaction: OpenTransaction | null;
}

interface OpenTransaction {
  isBegun: boolean;
  /** Statements whose answers nobody reads: they go with the next one that somebody waits for, or with the COMMIT. */
  later: QueryConfig[];
}

const begin = { name: 'begin', text: 'begin' };
const commit = { name: 'commit', text: 'commit' };
const rollback = { name: 'rollback', text: 'rollback' };

const bigint = 20;
const writes = new Set(['INSERT', 'UPDATE', 'DELETE']);

/**
 * Kysely on `pg`, with named prepared statements, no round trip for BEGIN and COMMIT alone, and no ROLLBACK on a failed connection, which
 * would make callers wait twice.
 */
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
      session.transaction = { isBegun: false, later: [] };
    },
    async commitTransaction(session: Session) {
      const { isBegun, later } = session.transaction as OpenTransaction;
      // What is sent together is a transaction by itself.
      const last = isBegun ? [...later, commit] : later;
      if (last.length > 0) await send(session, last);
      session.transaction = null;
    },
    async rollbackTransaction(session: Session) {
      const isBegun = session.transaction?.isBegun;
      session.transaction = null;
      if (!isBegun || session.isLost) return;
      // The caller is about to hear why; a connection that cannot even roll back is given up.
      await send(session, [rollback]).catch(() => {
        session.isLost = true;
      });
    },
    async releaseConnection(session: Session) {
      session.client.release(session.isLost);
    },
    destroy: () => pool.end(),
  };
}

/** Resolves to what the last of the statements answered. */
async function send(session: Session, statements: readonly QueryConfig[]): Promise<Result> {
  try {
    const [only] = statements;
    if (statements.length === 1 && only) return await session.client.query(only);
    return (await sendTogether(session.client, statements)).at(-1) as Result;
  } catch (error) {
    const failure = failureOf(error);
    session.isLost ||= endsConnection(failure);
    throw failure;
  }
}

function createSession(client: PoolClient): Session {
  const session: Session = {
    client,
    isLost: false,
    transaction: null,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { transaction } = session;
      const statement = queryConfig(query);
      if (transaction !== null && 'isUnanswered' in query) {
        transaction.later.push(statement);
        return { rows: [] };
      }
      const { command, rowCount, rows } = await send(
        session,
        transaction ? opened(transaction, statement) : [statement],
      );
      return writes.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
    },
    async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
      yield await session.executeQuery<Row>(query);
    },
  };
  return session;
}

/** What must be sent for the statement to be answered within its transaction. */
function opened(transaction: OpenTransaction, statement: QueryConfig): QueryConfig[] {
  const { isBegun, later } = transaction;
  transaction.isBegun = true;
  transaction.later = [];
  return [...(isBegun ? [] : [begin]), ...later, statement];
}

/** Gives a prepared query its name, so that PostgreSQL parses it once per connection. */
export function queryConfig(query: CompiledQuery | PreparedQuery<unknown>): QueryConfig {
  const { sql: text, parameters } = query;
  const values = parameters.map(storable);
  return 'name' in query ? { name: query.name, text, values, types } : { text, values, types };
}

/** Whole numbers come as numbers: ours are instants and counts, far below 2^53. */
const types: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === bigint ? Number : pg.types.getTypeParser(oid, format)),
};

/** PostgreSQL's text holds no NUL: it is kept as the character for what cannot be shown, as broken UTF-16 is. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}
