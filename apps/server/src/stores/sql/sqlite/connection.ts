import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { createRecent } from '../../../core/ground/recent.ts';

/** One SQLite connection with its prepared statements. Everything here is synchronous, as SQLite is. */
export interface Connection {
  run<Row>(query: CompiledQuery): QueryResult<Row>;
  first<Row>(query: CompiledQuery): Row | undefined;
  firstValues(query: CompiledQuery): unknown[] | undefined;
  exec(sql: string): void;
  /** False after an error that made SQLite roll the whole transaction back by itself. */
  isInTransaction(): boolean;
  close(): void;
}

interface Statement {
  prepared: StatementSync;
  returnsRows: boolean;
  /** The same statement giving rows as lists of values; prepared when first needed. */
  listing: StatementSync | null;
}

/** Far more than the stores' distinct statements; the bound is for queries whose text varies, as multi-row inserts do. */
const maxStatements = 256;

export function createConnection(database: DatabaseSync): Connection {
  const statements = createRecent<string, Statement>(maxStatements);

  function prepare(sql: string): Statement {
    const cached = statements.get(sql);
    if (cached !== undefined) return cached;
    const statement = compile(sql);
    statements.set(sql, statement);
    return statement;
  }

  function compile(sql: string): Statement {
    const prepared = database.prepare(sql);
    return { prepared, returnsRows: prepared.columns().length > 0, listing: null };
  }

  function listingOf(statement: Statement, sql: string): StatementSync {
    if (statement.listing === null) {
      statement.listing = database.prepare(sql);
      statement.listing.setReturnArrays(true);
    }
    return statement.listing;
  }

  return {
    run<Row>(query: CompiledQuery) {
      const { prepared, returnsRows } = prepare(query.sql);
      const parameters = query.parameters as SQLInputValue[];
      if (returnsRows) {
        const rows = prepared.all(...parameters) as Row[];
        return { rows, numAffectedRows: BigInt(rows.length) };
      }
      const { changes, lastInsertRowid } = prepared.run(...parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    first<Row>(query: CompiledQuery) {
      const parameters = query.parameters as SQLInputValue[];
      return prepare(query.sql).prepared.get(...parameters) as Row | undefined;
    },
    firstValues(query) {
      const parameters = query.parameters as SQLInputValue[];
      // With setReturnArrays a row is a list, which the types do not know.
      return listingOf(prepare(query.sql), query.sql).get(...parameters) as unknown[] | undefined;
    },
    exec(sql) {
      prepare(sql).prepared.run();
    },
    isInTransaction: () => database.isTransaction,
    close: () => database.close(),
  };
}
