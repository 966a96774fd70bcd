import { createHash } from 'node:crypto';
import type { CompiledQuery, Kysely, RawBuilder, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from './schema.ts';

/** What the stores ask of a database beyond Kysely: an engine answers this, and every store and migration runs on it. */
export interface SqlEngine {
  /** Reads see committed rows, writes resolve when durable. In a transaction use nothing else: a write beside it waits for its end. */
  readonly db: Kysely<Schema>;
  /** The store's clock in epoch milliseconds, as SQL: the same all through one statement. */
  readonly now: RawBuilder<number>;
  /** The text under a top-level key of a column that holds a JSON object; NULL when it is not there. */
  jsonText(column: string, key: string): RawBuilder<string | null>;
  /** The same where the value is of that JSON type, NULL where it is of another. Numbers as numbers, booleans as 0 or 1. */
  jsonScalar(column: string, key: string, type: 'string' | 'number' | 'boolean'): RawBuilder<string | number | null>;
  /** The moment that a text there names, in epoch milliseconds: a day, or an ISO 8601 moment with its zone. NULL for all else. */
  jsonInstant(column: string, key: string): RawBuilder<number | null>;
  /** Text that compares and sorts by its bytes, and whose `lower()` knows ASCII only: the same rows in the same order everywhere. */
  readonly textType: 'text' | RawBuilder<unknown>;
  /** A column of this type, made primary key, numbers its rows in order of arrival. */
  readonly sequenceType: 'integer' | 'bigserial';
  /** Whether writers run beside each other, so that what a transaction read and decides by must be locked (`FOR UPDATE`). */
  readonly locksRows: boolean;
  /** How many rows one statement of a long read looks at, at most. */
  readonly sliceRows: number;
  /** How long such a statement may take, in milliseconds: short enough for polls beside it, and for the time limit of a statement. */
  readonly sliceMs: number;
  /** Lets whatever waits have its turn before the next statement of a long read. */
  turn(): Promise<void>;
  /** The shortest way to one committed row, past the query builder. */
  first<Row>(query: PreparedQuery<Row>): Promise<Row | undefined>;
  /** The same as a list of values in the order selected: half the price of an object for a wide row. */
  firstValues(query: PreparedQuery<unknown>): Promise<readonly unknown[] | undefined>;
  /** Connections at work and at rest, and queries that wait for one; absent where there is no pool. */
  poolState?(): PoolState;
  /** For a violated unique index, a text that names it or its columns; null for any other error. */
  uniqueViolation(error: unknown): string | null;
  /** Runs `work` while no other process on the database runs its own: for what is done once, at the start. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Rejects when the database does not answer, or takes no writes because it is a standby or set so. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolState {
  used: number;
  idle: number;
  waiting: number;
}

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Stands in a prepared query for the value that each call brings. */
export type Param<Params> = <Name extends keyof Params & string>(name: Name) => RawBuilder<Params[Name]>;

/** The same SQL each time, under a name the database may keep its plan by. */
export type PreparedQuery<Row> = CompiledQuery<Row> & { readonly name: string; readonly isUnanswered?: true };

/** A statement built and compiled once. Compiling at each call would cost the hot paths half their throughput. */
export interface Prepared<Params, Row> {
  /** One row of a SELECT, outside transactions. */
  first(params: Params): Promise<Row | undefined>;
  firstValues(params: Params): Promise<readonly unknown[] | undefined>;
  /** For use inside a transaction: `tx.executeQuery(prepared.bind(params))`. */
  bind(params: Params): PreparedQuery<Row>;
  /** The same for a write whose answer nobody reads: it may go to the database with what follows it, so a failure may show only there. */
  bindUnanswered(params: Params): PreparedQuery<never>;
}

export function prepare<Params extends object, Row>(
  engine: SqlEngine,
  build: (param: Param<Params>) => { compile(): CompiledQuery<Row> },
): Prepared<Params, Row> {
  const compiled = build((name) => sql`${new Placeholder(name)}`).compile();
  const name = createHash('sha256').update(compiled.sql).digest('base64url').slice(0, 22);

  const { query, queryId, sql: text, parameters: places } = compiled;

  function bind(params: Params): PreparedQuery<Row> {
    const parameters = places.map((place) =>
      place instanceof Placeholder ? params[place.name as keyof Params] : place,
    );
    return { query, queryId, sql: text, name, parameters };
  }

  return {
    bind,
    bindUnanswered: (params) => ({ ...bind(params), isUnanswered: true }) as PreparedQuery<never>,
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
