import type { CompiledQuery, Kysely, RawBuilder, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * What the stores ask of a database beyond Kysely itself. SQLite answers today; whoever adds an engine answers these
 * few questions and every store and migration runs on it.
 */
export interface SqlEngine {
  /**
   * A read outside a transaction sees committed rows only; a write, or a transaction, resolves when it is durable.
   * Inside a transaction use nothing but that transaction: a write beside it would wait for its end.
   */
  readonly db: Kysely<Schema>;
  /** The store's clock in epoch milliseconds, as SQL: the same all through one statement. */
  readonly now: RawBuilder<number>;
  /** The text under a top-level key of a column that holds a JSON object; NULL when it is not there. */
  jsonText(column: string, key: string): RawBuilder<string | null>;
  /** A column of this type, made primary key, numbers its rows in order of arrival. */
  readonly sequenceType: 'integer' | 'bigserial';
  /** The shortest way to one committed row, past the query builder. */
  first<Row>(query: CompiledQuery<Row>): Promise<Row | undefined>;
  /** The same as a list of values in the order selected: half the price of an object for a wide row. */
  firstValues(query: CompiledQuery): Promise<readonly unknown[] | undefined>;
  /** Null for any other error; otherwise a text that names the violated index or its columns. */
  uniqueViolation(error: unknown): string | null;
  close(): Promise<void>;
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Stands in a prepared query for the value that each call brings. */
export type Param<Params> = <Name extends keyof Params & string>(name: Name) => RawBuilder<Params[Name]>;

/** A statement built and compiled once. Compiling at each call would cost the hot paths half their throughput. */
export interface Prepared<Params, Row> {
  /** One row of a SELECT, outside transactions. */
  first(params: Params): Promise<Row | undefined>;
  firstValues(params: Params): Promise<readonly unknown[] | undefined>;
  /** For use inside a transaction: `tx.executeQuery(prepared.bind(params))`. */
  bind(params: Params): CompiledQuery<Row>;
}

export function prepare<Params extends object, Row>(
  engine: SqlEngine,
  build: (param: Param<Params>) => { compile(): CompiledQuery<Row> },
): Prepared<Params, Row> {
  const compiled = build((name) => sql`${new Placeholder(name)}`).compile();

  function bind(params: Params): CompiledQuery<Row> {
    const parameters = compiled.parameters.map((value) =>
      value instanceof Placeholder ? params[value.name as keyof Params] : value,
    );
    return { ...compiled, parameters };
  }

  return {
    bind,
    first: (params) => engine.first(bind(params)),
    firstValues: (params) => engine.firstValues(bind(params)),
  };
}

/** A placeholder for every column named: the `values` of an insert whose parameter is the row itself. */
export function rowParams<Row, const Columns extends readonly (keyof Row & string)[]>(
  param: Param<Row>,
  columns: Columns,
): { [Name in Columns[number]]: RawBuilder<Row[Name]> } {
  const entries = columns.map((column) => [column, param(column)]);
  return Object.fromEntries(entries);
}

export type Tx = Transaction<Schema>;
