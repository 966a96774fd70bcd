import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Clock } from '../../core/ports.ts';
import { describeStores } from '../conformance.ts';
import { handedInNow, isPostgresMissing, startPostgres, type TestPostgres } from '../postgres.fixture.ts';
import { openPostgres } from './open-postgres.ts';

const sealer = {
  seal: (plain: string) => Buffer.from(plain).toString('base64'),
  unseal: (sealed: string) => Buffer.from(sealed, 'base64').toString(),
};

describe.skipIf(isPostgresMissing())('on PostgreSQL', () => {
  let server: TestPostgres;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  /** Empty stores whose clock is `clock`: asked anew each time a statement is sent. */
  async function openEmpty(clock: Clock) {
    await empty();
    return openPostgres({ url: server.url, ...sealer, now: handedInNow(clock), isPatient: true });
  }

  async function empty(): Promise<void> {
    const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ 'kysely|version'`;
    const { rows } = await admin.query<{ tablename: string }>(tables);
    if (rows.length > 0) await admin.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
  }

  describeStores('PostgreSQL', openEmpty);
});
