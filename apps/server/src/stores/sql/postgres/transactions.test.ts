import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { prepare, type SqlEngine, type Tx } from '../engine/engine.ts';
import { isStoreOutage } from '../outage.ts';
import { openPostgresEngine } from './engine.ts';

/** A table of the tests' own. */
type Noted = {
  notes: { id: string; text: string };
};

describe.skipIf(isPostgresMissing())('a transaction on PostgreSQL', () => {
  let server: PostgresServer;
  let admin: pg.Client;
  let engine: SqlEngine;
  let sent: MockInstance<pg.Client['query']>;
  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });
  beforeEach(async () => {
    await admin.query('drop table if exists notes');
    await admin.query('create table notes (id text primary key, text text unique deferrable initially deferred)');
    // One connection, so that each transaction finds it as the one before left it.
    engine = openPostgresEngine({ url: server.url, maxConnections: 1, isPatient: true });
    sent = vi.spyOn(pg.Client.prototype, 'query');
  });
  afterEach(async () => {
    sent.mockRestore();
    await engine.close();
  });

  const notesIn = (tx: Tx) => tx.withTables<Noted>();
  const build = () => engine.db.withTables<Noted>();

  function statements() {
    const insert = prepare<{ id: string; text: string }, unknown>(engine, (param) =>
      build()
        .insertInto('notes')
        .values({ id: param('id'), text: param('text') }),
    );
    // Another statement, under another name.
    const insertOnce = prepare<{ id: string; text: string }, unknown>(engine, (param) =>
      build()
        .insertInto('notes')
        .values({ id: param('id'), text: param('text') })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    );
    return {
      note: (tx: Tx, id: string, text = id) => tx.executeQuery(insert.bindUnanswered({ id, text })),
      noteOnce: (tx: Tx, id: string) => tx.executeQuery(insertOnce.bindUnanswered({ id, text: id })),
      noteAnswered: (tx: Tx, id: string) => tx.executeQuery(insert.bind({ id, text: id })),
    };
  }

  const transaction = (work: (tx: Tx) => Promise<void>) => engine.db.transaction().execute(work);
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  const kept = async () => (await admin.query('select id from notes order by id')).rows.map(({ id }) => id);

  it('of one write sends that alone', async () => {
    const { note } = statements();
    await transaction(async (tx) => void (await note(tx, 'a')));
    expect(sent).toHaveBeenCalledTimes(1);
    expect(await kept()).toEqual(['a']);
  });

  it('sends writes that nobody reads the answer of at once', async () => {
    const { note, noteOnce } = statements();
    await transaction(async (tx) => {
      await note(tx, 'a');
      await noteOnce(tx, 'a');
      await note(tx, 'b');
    });
    expect(sent).toHaveBeenCalledTimes(1);
    expect(await kept()).toEqual(['a', 'b']);
  });

  it('answers a read by what was written before it', async () => {
    const { note } = statements();
    await transaction(async (tx) => {
      await note(tx, 'a');
      await note(tx, 'b');
      expect(await notesIn(tx).selectFrom('notes').select('id').orderBy('id').execute()).toEqual([
        { id: 'a' },
        { id: 'b' },
      ]);
      await note(tx, 'c');
    });
    // BEGIN, two writes and the read; then the third write and COMMIT.
    expect(sent).toHaveBeenCalledTimes(2);
    expect(await kept()).toEqual(['a', 'b', 'c']);
  });

  it('that does nothing sends nothing', async () => {
    const { note } = statements();
    await transaction(async () => {});
    const refused = transaction(async (tx) => {
      await note(tx, 'a');
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    expect(sent).not.toHaveBeenCalled();
    expect(await kept()).toEqual([]);
  });

  describe.each([
    ['not yet begun', async () => {}],
    [
      'already begun',
      async (tx: Tx) => {
        const { noteAnswered } = statements();
        expect((await noteAnswered(tx, 'begun')).numAffectedRows).toBe(1n);
      },
    ],
  ])('%s', (_, begin: (tx: Tx) => Promise<void>) => {
    it('keeps nothing when a write in the middle fails, and leaves the connection usable', async () => {
      const { note, noteOnce } = statements();
      const failure = await failureOf(
        transaction(async (tx) => {
          await begin(tx);
          await note(tx, 'a');
          await note(tx, 'a', 'again');
          await noteOnce(tx, 'b');
        }),
      );
      expect(engine.uniqueViolation(failure)).toBe('notes_pkey');
      expect(await kept()).toEqual([]);

      // The statement that was passed over has not been parsed under its name.
      await transaction(async (tx) => {
        await noteOnce(tx, 'b');
        await note(tx, 'c');
      });
      expect(await kept()).toEqual(['b', 'c']);
      expect(engine.poolState?.()).toMatchObject({ used: 0, idle: 1 });
    });

    it('keeps nothing when the commit itself fails', async () => {
      const { note } = statements();
      const failure = await failureOf(
        transaction(async (tx) => {
          await begin(tx);
          await note(tx, 'a', 'the same');
          await note(tx, 'b', 'the same');
        }),
      );
      expect(engine.uniqueViolation(failure)).toBe('notes_text_key');
      expect(await kept()).toEqual([]);
      await transaction(async (tx) => void (await note(tx, 'c')));
      expect(await kept()).toEqual(['c']);
    });

    it('tells of a failed write where the next answer is awaited', async () => {
      const { note, noteAnswered } = statements();
      let next: unknown;
      await failureOf(
        transaction(async (tx) => {
          await begin(tx);
          await note(tx, 'a');
          await note(tx, 'a', 'again');
          next = await failureOf(noteAnswered(tx, 'b'));
          throw next;
        }),
      );
      expect(engine.uniqueViolation(next)).toBe('notes_pkey');
      expect(await kept()).toEqual([]);
      await transaction(async (tx) => void (await note(tx, 'c')));
      expect(await kept()).toEqual(['c']);
    });

    it('is not committed in part when a value cannot be sent', async () => {
      const { note } = statements();
      const unsendable = {
        toPostgres() {
          throw new TypeError('no text');
        },
      };
      const failure = await failureOf(
        transaction(async (tx) => {
          await begin(tx);
          await note(tx, 'a');
          await note(tx, 'b', unsendable as never);
          await note(tx, 'c');
        }),
      );
      expect(failure).toEqual(new TypeError('no text'));
      expect(await kept()).toEqual([]);
      await transaction(async (tx) => void (await note(tx, 'c')));
      expect(await kept()).toEqual(['c']);
    });

    it.each([
      ['the database ends the connection', (pid: number) => admin.query('select pg_terminate_backend($1)', [pid])],
      [
        'the connection breaks',
        async () => {
          const client = sent.mock.contexts.find((context) => context !== admin) as unknown as pg.Client;
          Reflect.get(client, 'connection').stream.destroy();
        },
      ],
    ])('keeps nothing, and calls it an outage, when %s in the middle', async (_how, cut: (pid: number) => unknown) => {
      const { note } = statements();
      await transaction(async (tx) => void (await note(tx, 'locked')));
      await admin.query('begin');
      await admin.query(`select id from notes where id = 'locked' for update`);
      const failing = failureOf(
        transaction(async (tx) => {
          await begin(tx);
          await note(tx, 'a');
          await tx.executeQuery(sql`update notes set text = 'b' where id = 'locked'`.compile(engine.db));
          await note(tx, 'c');
        }),
      );
      const stalled = `select pid from pg_stat_activity where wait_event_type = 'Lock'`;
      const observer = new pg.Client({ connectionString: server.url });
      await observer.connect();
      const pid = await vi.waitFor(
        async () => {
          const { rows } = await observer.query<{ pid: number }>(stalled);
          expect(rows).toHaveLength(1);
          return rows[0]?.pid ?? 0;
        },
        { timeout: 10_000, interval: 5 },
      );
      await observer.end();
      await cut(pid);
      expect(isStoreOutage(await failing)).toBe(true);
      await admin.query('commit');
      // What the database still carries out of a connection that is gone ends before the table can be locked.
      await admin.query('begin; lock table notes; commit');
      expect(await kept()).toEqual(['locked']);
      await transaction(async (tx) => void (await note(tx, 'd')));
      expect(await kept()).toEqual(['d', 'locked']);
    });
  });
});
