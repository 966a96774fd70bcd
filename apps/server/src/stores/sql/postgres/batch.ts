import pg from 'pg';

/**
 * Sends several statements and waits once; resolves to a result of each. They are carried out in order, and the first that fails is the
 * last. With no BEGIN and no COMMIT among them they are one transaction: all or nothing. `pg` alone would wait after each.
 */
export function sendTogether(client: pg.ClientBase, statements: readonly pg.QueryConfig[]): Promise<pg.QueryResult[]> {
  return new Promise((resolve, reject) => {
    client.query(new Batch(statements, (error, results = []) => (error ? reject(error) : resolve(results))));
  });
}

type Callback = (error: Error | null, results?: pg.QueryResult[]) => void;

/** What `pg` calls on a query while it is answered, and on everything else that is sent, such as pg-cursor. */
interface Answered extends pg.Submittable {
  readonly name?: string;
  readonly text: string;
  handleRowDescription(message: object): void;
  handleDataRow(message: object): void;
  handleCommandComplete(message: object, wire: Wire): void;
  handleEmptyQuery(wire: Wire): void;
  handleCopyInResponse(wire: Wire): void;
  handleError(error: Error, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
}

interface Wire extends pg.Connection {
  /** The texts of named statements that were sent to be parsed, until PostgreSQL says that it did. */
  submittedNamedStatements: Record<string, string>;
}

/** Queries of `pg` that share one Sync, which is what ends the transaction and asks PostgreSQL for its answer. */
class Batch implements Answered {
  readonly #queries: readonly Answered[];
  readonly #results: pg.QueryResult[] = [];
  /** How many were carried out: what PostgreSQL says now is about the next one. */
  #done = 0;
  #isFailed = false;
  /** The client wraps it, for its time limit. */
  callback: Callback;

  constructor(statements: readonly pg.QueryConfig[], callback: Callback) {
    this.callback = callback;
    this.#queries = statements.map((statement) => {
      const config = { ...statement, queryMode: 'extended' };
      return new pg.Query(config, (error, result) =>
        error ? this.#fail(error) : this.#results.push(result),
      ) as unknown as Answered;
    });
  }

  #fail(error: Error): void {
    this.#isFailed = true;
    this.callback(error);
  }

  get #current(): Answered {
    return this.#queries[Math.min(this.#done, this.#queries.length - 1)] as Answered;
  }

  // From these two the client learns which named statement was parsed.
  get name(): string | undefined {
    return this.#current.name;
  }

  get text(): string {
    return this.#current.text;
  }

  submit(connection: pg.Connection): void {
    const withoutSync: pg.Connection = Object.create(connection, { sync: { value: () => {} } });
    connection.stream.cork();
    try {
      for (const query of this.#queries) query.submit(withoutSync);
      // A value that could not be written has failed its query: without Sync, PostgreSQL undoes what it was sent when the connection ends.
      if (this.#isFailed) connection.stream.destroy();
      else connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription(message: object): void {
    this.#current.handleRowDescription(message);
  }

  handleDataRow(message: object): void {
    this.#current.handleDataRow(message);
  }

  handleCommandComplete(message: object, wire: Wire): void {
    this.#current.handleCommandComplete(message, wire);
    this.#done += 1;
  }

  handleEmptyQuery(wire: Wire): void {
    this.#current.handleEmptyQuery(wire);
    this.#done += 1;
  }

  handleCopyInResponse(wire: Wire): void {
    this.#current.handleCopyInResponse(wire);
  }

  handleError(error: Error, wire: Wire): void {
    // PostgreSQL passed over what followed, so that it has parsed none of it.
    for (const { name } of this.#queries.slice(this.#done)) {
      if (name !== undefined) delete wire.submittedNamedStatements[name];
    }
    this.#current.handleError(error, wire);
  }

  handleReadyForQuery(wire: Wire): void {
    for (const query of this.#queries) query.handleReadyForQuery(wire);
    if (!this.#isFailed) this.callback(null, this.#results);
  }
}
