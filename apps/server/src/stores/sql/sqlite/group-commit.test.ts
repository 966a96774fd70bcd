import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, createConnection } from './connection.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';

let folder: string;
let database: DatabaseSync;
let connection: Connection;
let groupCommit: GroupCommit;
let reader: DatabaseSync;
let statements: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'group-commit-'));
  const path = join(folder, 'test.db');
  database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE owners (id INTEGER PRIMARY KEY);
    CREATE TABLE things (
      id INTEGER PRIMARY KEY,
      text TEXT,
      owner INTEGER REFERENCES owners DEFERRABLE INITIALLY DEFERRED
    );
  `);
  const plain = createConnection(database);
  statements = [];
  connection = {
    ...plain,
    exec(sql) {
      statements.push(sql);
      plain.exec(sql);
    },
  };
  groupCommit = createGroupCommit(connection, { beginAttempts: 10 });
  reader = new DatabaseSync(path, { readOnly: true });
});

afterEach(async () => {
  await groupCommit.drain();
  reader.close();
  database.close();
  rmSync(folder, { recursive: true });
});

const insert = (id: number, text = 'text') =>
  connection.run(CompiledQuery.raw('INSERT INTO things (id, text) VALUES (?, ?)', [id, text]));
const write = (id: number, text?: string) => groupCommit.write(() => insert(id, text));
const writeOrphan = (id: number) =>
  groupCommit.write(() => connection.run(CompiledQuery.raw('INSERT INTO things (id, owner) VALUES (?, 404)', [id])));
const idsIn = (from: DatabaseSync) =>
  from
    .prepare('SELECT id FROM things ORDER BY id')
    .all()
    .map((row) => row.id);
const outcomes = async (promises: Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((outcome) => outcome.status);

describe('a batch', () => {
  it('holds all writes of a tick in one commit', async () => {
    await Promise.all([write(1), write(2), write(3)]);
    expect(statements).toEqual(['BEGIN IMMEDIATE', 'COMMIT']);
    expect(idsIn(reader)).toEqual([1, 2, 3]);
  });

  it('is not seen by readers, and nobody is answered, before its commit', async () => {
    let isAnswered = false;
    const answered = write(1).then(() => {
      isAnswered = true;
    });
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(idsIn(database)).toEqual([1]);
    expect(idsIn(reader)).toEqual([]);
    expect(isAnswered).toBe(false);
    await answered;
    expect(idsIn(reader)).toEqual([1]);
  });

  it('is undone for all when its commit fails, and the next one works', async () => {
    const transaction = groupCommit.begin().then(async (savepoint) => {
      savepoint.run(() => insert(3));
      await savepoint.commit();
    });
    expect(await outcomes([write(1), writeOrphan(2), transaction])).toEqual(['rejected', 'rejected', 'rejected']);
    expect(idsIn(database)).toEqual([]);
    await write(4);
    expect(idsIn(reader)).toEqual([4]);
  });

  it('is refused for all when the disk fills, keeps what was acknowledged, and recovers', async () => {
    await write(1);
    database.exec('PRAGMA max_page_count = 10');
    const big = 'x'.repeat(100_000);
    const results = await outcomes([write(2), write(3, big), write(4)]);
    expect(results[1]).toBe('rejected');
    const acknowledged = [1, ...[2, 4].filter((_, index) => results[index * 2] === 'fulfilled')];
    expect(idsIn(reader)).toEqual(acknowledged);
    database.exec('PRAGMA max_page_count = 1000000');
    await write(5, big);
    expect(idsIn(reader)).toEqual([...acknowledged, 5]);
  });

  it('tells everyone in it when SQLite drops it as a whole', async () => {
    const drop = () =>
      groupCommit.write(() => connection.run(CompiledQuery.raw('INSERT OR ROLLBACK INTO things VALUES (1, 1, NULL)')));
    expect(await outcomes([write(1), drop(), write(2)])).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(idsIn(reader)).toEqual([2]);
  });

  it('waits for the writer of another process without holding up this one', async () => {
    const other = new DatabaseSync(join(folder, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    const waiting = [write(1), write(2)];
    await new Promise(setImmediate);
    expect(idsIn(reader)).toEqual([]);
    other.exec('COMMIT');
    other.close();
    await Promise.all(waiting);
    expect(idsIn(reader)).toEqual([1, 2]);
  });

  it('that cannot begin refuses its writes, and the next one works', async () => {
    const other = new DatabaseSync(join(folder, 'test.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(await outcomes([write(1)])).toEqual(['rejected']);
    other.exec('COMMIT');
    other.close();
    await write(2);
    expect(idsIn(reader)).toEqual([2]);
  });
});

describe('a failure', () => {
  it('of one write leaves its neighbours alone', async () => {
    expect(await outcomes([write(1), write(1), write(2)])).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(idsIn(reader)).toEqual([1, 2]);
  });

  it('of one transaction undoes that transaction only', async () => {
    const failing = groupCommit.begin().then((savepoint) => {
      savepoint.run(() => insert(2));
      savepoint.rollback();
    });
    await Promise.all([write(1), failing, write(3)]);
    expect(idsIn(reader)).toEqual([1, 3]);
    expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
  });
});

describe('a transaction', () => {
  it('has the database to itself, even across ticks', async () => {
    const savepoint = await groupCommit.begin();
    savepoint.run(() => insert(1));
    const neighbour = write(9);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(idsIn(database)).toEqual([1]);
    savepoint.rollback();
    await neighbour;
    expect(idsIn(reader)).toEqual([9]);
  });

  it('cannot be used after its end', async () => {
    const savepoint = await groupCommit.begin();
    await savepoint.commit();
    expect(() => savepoint.run(() => insert(1))).toThrow('ended');
    savepoint.rollback();
    await write(2);
    expect(idsIn(reader)).toEqual([2]);
  });
});
