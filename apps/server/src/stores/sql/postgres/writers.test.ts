import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newReader } from '../../../core/management/imports/records.ts';
import type { LoginSession } from '../../../core/sessions/login-session.ts';
import type { User } from '../../../core/users/user.ts';
import { aDeviceGrant, aLoginSession, anApplication, anEvent, aRoom, aUser } from '../../conformance/builders.ts';
import { anImport } from '../../conformance/user-imports.ts';
import { handedInNow } from '../handed-in-now.fixture.ts';
import { openPostgres } from '../open-postgres.ts';
import type { SqlStores } from '../stores.ts';

const sealer = { seal: (plain: string) => `sealed ${plain}`, unseal: (sealed: string) => sealed.slice(7) };

/** Transactions that run beside each other, each stopped at the moment that matters. */
describe.skipIf(isPostgresMissing())('of two writers on PostgreSQL', () => {
  let server: PostgresServer;
  /** Holds the lock that a writer is stopped by. */
  let holder: pg.Client;
  /** Does what happens meanwhile. */
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
    await holder.query('rollback; drop function if exists stop_here cascade');
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

  describe('one who opens a login while the person is changed loses it,', () => {
    const endOf = ({ id }: LoginSession) => ({ at: 5_000, event: anEvent({ codeHash: id }) });

    it.each<[string, (user: User, login: LoginSession) => Promise<unknown>]>([
      [
        'to another password',
        (user, login) => stores.users.update({ ...user, version: user.version + 1 }, null, endOf(login)),
      ],
      [
        'by a deletion',
        ({ id }, login) => stores.users.delete('pool-1', [{ id, event: anEvent(), end: endOf(login) }]),
      ],
    ])('%s', async (_, change) => {
      const [user, told] = [aUser(), anApplication()];
      await stores.applications.put(told);
      await stores.users.insert(user, anEvent());
      const login = aLoginSession({ userId: user.id, applicationId: told.id });
      await stores.loginSessions.insert(login, anEvent(), aRoom());
      await holder.query('begin; lock table logout_notices');
      const changed = change(user, login);
      await stopped();
      // Its transaction has looked for logins by now, and is not there yet for others.
      const late = { id: `late-${login.id}`, revoked_at: null };
      const copied = 'jsonb_populate_record(null::login_sessions, to_jsonb(login) || $2::jsonb)';
      await other.query(`insert into login_sessions select (${copied}).* from login_sessions login where id = $1`, [
        login.id,
        late,
      ]);
      await holder.query('commit');
      await changed;
      expect((await stores.loginSessions.find(login.id))?.revokedAt).toBe(5_000);
      expect((await stores.loginSessions.find(late.id))?.revokedAt).toBe(5_000);
      expect(await stores.audit.list({ codeHash: login.id, limit: 9 })).toHaveLength(1);
    });
  });

  it('one who lets in a device of a person with many logins waits for one who changes the person', async () => {
    const [user, login] = [aUser(), aLoginSession()];
    await stores.users.insert(user, anEvent());
    await stores.loginSessions.insert({ ...login, userId: user.id }, anEvent(), aRoom());
    const approval = { userId: user.id, amr: ['pwd'], parentId: null, authenticatedAt: 1, approvedAt: 1 };
    const grant = aDeviceGrant({ status: 'APPROVED', approval });
    await stores.deviceGrants.insert(grant, anEvent());
    await holder.query('begin');
    await holder.query('update users set version = version + 1 where id = $1', [user.id]);
    const redeemed = stores.deviceGrants.redeem({
      next: { ...grant, status: 'CONSUMED', version: grant.version + 1 },
      loginSession: aLoginSession({ userId: user.id, createdAt: 2_000 }),
      room: aRoom({ max: 1 }),
      refreshToken: null,
      events: [],
    });
    await stopped();
    await holder.query(`update device_grants set status = 'DENIED', version = version + 1 where approved_by = $1`, [
      user.id,
    ]);
    await holder.query('commit');
    expect(await redeemed).toBe(false);
  });

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

  it('one who begins an import just when the one before ends has room for it', async () => {
    await other.query(`
      create function stop_here() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
      create trigger stop_here after insert on user_imports for each statement execute function stop_here()`);
    const [before, next] = [anImport(), anImport()];
    expect(await stores.imports.insert(before, newReader, anEvent())).toBeNull();
    await holder.query('begin; select pg_advisory_xact_lock(1)');
    const begun = stores.imports.insert(next, newReader, anEvent());
    await stopped();
    await other.query(`update user_imports set state = 'stopped', ended_at = 5 where id = $1`, [before.id]);
    await holder.query('commit');
    expect(await begun).toBeNull();
    expect(await stores.imports.find('pool-1', next.id)).toEqual(next);
  });
});
