import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anApplication, anEvent } from '../../conformance/builders.ts';
import { handedInNow } from '../handed-in-now.fixture.ts';
import { openPostgres } from '../open-postgres.ts';
import type { SqlStores } from '../stores.ts';

const sealer = { seal: (plain: string) => `sealed ${plain}`, unseal: (sealed: string) => sealed.slice(7) };

/** Transactions that run beside each other, each stopped at the moment that matters. */
describe.skipIf(isPostgresMissing())('of two writers on PostgreSQL', () => {
  let server: PostgresServer;
  /** Holds the lock that a writer is stopped by. */
  let holder: pg.Client;
  /** Sees what waits. */
  let other: pg.Client;
  let stores: SqlStores;
  beforeAll(async () => {
    server = await startPostgres();
    holder = new pg.Client({ connectionString: server.url });
    other = new pg.Client({ connectionString: server.url });
    await Promise.all([holder.connect(), other.connect()]);
  });
  afterAll(async () => {
    await Promise.all([holder.end(), other.end()]);
    await server.stop();
  });
  beforeEach(async () => {
    stores = await openPostgres({
      url: server.url,
      ...sealer,
      now: handedInNow({ now: () => 1_000_000 }),
      isPatient: true,
    });
  });
  afterEach(async () => {
    await holder.query('rollback');
    await stores.close();
  });

  /** Resolves when a writer is stopped. */
  const stopped = () =>
    vi.waitFor(
      async () => {
        const { rows } = await other.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
        expect(rows).toHaveLength(1);
      },
      { timeout: 10_000, interval: 5 },
    );

  it('of the directory, one who removes an application waits for one who changes it', async () => {
    const application = anApplication();
    await stores.applications.put(application);
    await holder.query('begin; update directory_version set version = version + 1');
    const removed = stores.applications.remove(application.id, 5, anEvent());
    await stopped();
    await holder.query('select id from applications where id = $1 for update', [application.id]);
    await holder.query('commit');
    expect(await removed).toBe(true);
  });
});
