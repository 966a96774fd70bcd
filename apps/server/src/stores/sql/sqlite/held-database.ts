import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

export type Row = Record<string, SQLOutputValue>;

/** A database file held exclusively, so that nobody writes while it is read. */
export interface HeldDatabase {
  tables(): string[];
  count(table: string): number;
  /** Reads row by row, so that a table of any size takes the memory of one row. Whole numbers are bigints. */
  rows(table: string): Iterable<Row>;
  /** Closes the file; as at any close, SQLite also moves into it what a killed server left in the WAL. */
  release(): void;
}

/** Keeps other processes out until released, or their writes would be lost. @throws SQLite's "busy" when one has it open */
export function holdDatabase(path: string): HeldDatabase {
  const database = new DatabaseSync(path);
  try {
    // In WAL mode the first takes the file for this connection alone, without WAL the second does. Nothing is written.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

  return {
    tables() {
      const names = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid`;
      return database
        .prepare(names)
        .all()
        .map(({ name }) => String(name));
    },
    count(table) {
      const row = database.prepare(`SELECT count(*) AS total FROM ${quoted(table)}`).get();
      return Number(row?.total);
    },
    rows(table) {
      const statement = database.prepare(`SELECT * FROM ${quoted(table)}`);
      statement.setReadBigInts(true);
      return statement.iterate();
    },
    release() {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
