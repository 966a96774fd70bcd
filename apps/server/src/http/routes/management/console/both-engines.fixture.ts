import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';

/** Opens a server on stores without people, pools or applications, but for those of the tests. */
export type OpenPassbeam = (world?: Parameters<typeof openTestPassbeam>[1]) => Promise<TestPassbeam>;

/** The same tests on SQLite and on PostgreSQL. */
export function onBothEngines(name: string, tests: (open: OpenPassbeam, engine: 'sqlite' | 'postgres') => void): void {
  describe(`${name}, on SQLite`, () => tests((world) => openTestPassbeam({}, world), 'sqlite'));

  describe.skipIf(isPostgresMissing())(`${name}, on PostgreSQL`, () => {
    let postgres: PostgresServer;
    let admin: pg.Client;
    beforeAll(async () => {
      postgres = await startPostgres();
      admin = new pg.Client({ connectionString: postgres.url });
      await admin.connect();
    });
    afterAll(async () => {
      await admin?.end();
      await postgres?.stop();
    });

    tests(async (world) => {
      const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ 'kysely|version|signing|sealed'`;
      const { rows } = await admin.query<{ tablename: string }>(tables);
      if (rows.length > 0) await admin.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
      const SECRET_KEY = 'a-test-key-that-nobody-else-has-0123456789abcdef';
      return openTestPassbeam({ DATABASE_URL: postgres.url, SECRET_KEY }, world);
    }, 'postgres');
  });
}
