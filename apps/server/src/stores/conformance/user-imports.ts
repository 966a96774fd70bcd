import { expect, it } from 'vitest';
import type { Refusal, StagedRow, UserImport } from '../../core/management/imports/import.ts';
import { newReader } from '../../core/management/imports/records.ts';
import type { Person, Step } from '../../core/management/imports/store.ts';
import { aLoginSession, anEvent, anId, aRoom, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function anImport(given: Partial<UserImport> = {}): UserImport {
  return {
    ...{ id: anId('import'), userPoolId: 'pool-1', state: 'uploading', format: 'csv', mode: 'new', passwords: 'none' },
    ...{
      isDryRun: false,
      columns: { Login: 'username' },
      parts: 0,
      bytes: 0,
      rows: 0,
      batches: 0,
      batch: 0,
      offset: 0,
    },
    ...{ created: 0, changed: 0, unchanged: 0, refused: 0, failure: null },
    by: { role: 'operator', reach: 'pool', by: { accessKeyId: 'key-1' } },
    caller: { ip: '192.0.2.1', userAgent: 'Browser/1', requestId: 'request-1' },
    ...{ createdAt: 1_000, touchedAt: 1_000, startedAt: null, endedAt: null },
    ...given,
  };
}

const aRefusal = (row: number): Refusal => ({
  ...{ row, line: row + 1, field: 'email', code: 'invalid_argument' },
  reason: ['tooLong', 255],
});
const created = (given: Parameters<typeof aUser>[0] = {}): Person => ({
  ...{ kind: 'created', user: aUser(given), event: anEvent({ type: 'admin.user_created' }), end: null },
});

export function describeUserImports(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const event = () => anEvent({ type: 'admin.user_import_begun' });
  const rows = (from: number, n: number): StagedRow[] =>
    Array.from({ length: n }, (_, index) => ({
      row: from + index,
      line: from + index,
      values: { username: `u${index}` },
    }));
  const find = (id: string) => opened.stores.imports.find('pool-1', id);

  /** An import of two batches that runs. */
  async function running(given: Partial<UserImport> = {}): Promise<UserImport> {
    const { imports } = opened.stores;
    const made = anImport(given);
    expect(await imports.insert(made, newReader, event())).toBeNull();
    const next: UserImport = { ...made, state: 'running', parts: 1, rows: 4, batches: 2, startedAt: 2_000 };
    expect(await imports.stage(next, newReader, [rows(1, 2), rows(3, 2)], event())).toBe(true);
    return next;
  }

  function stepOf(from: UserImport, given: Partial<Step> = {}): Step {
    const next = { ...from, offset: from.offset + 1, created: from.created + 1 };
    return { from, next, people: [created()], refusals: [], seen: [], end: null, ...given };
  }

  it('imports come back as they were, to their pool alone', async () => {
    const made = await running({ failure: ['importTooLong', 5], mode: 'newAndChanged', isDryRun: true });
    expect(await find(made.id)).toEqual(made);
    expect(await opened.stores.imports.find('pool-2', made.id)).toBeNull();
    expect(await opened.stores.imports.list('pool-1', 10)).toEqual([made]);
    expect(await opened.stores.imports.list('pool-2', 10)).toEqual([]);
    expect(await opened.stores.imports.running(10)).toEqual([made]);
  });

  it('of imports begun at once, a pool has one', async () => {
    const { imports } = opened.stores;
    expect(await race(5, null, () => imports.insert(anImport(), newReader, event()))).toBe(1);
    const [open] = await imports.list('pool-1', 10);
    expect(await imports.insert(anImport(), newReader, event())).toBe(open?.id);
    expect(await imports.insert(anImport({ userPoolId: 'pool-2' }), newReader, event())).toBeNull();
    await imports.move({ ...(open as UserImport), state: 'stopped', endedAt: 3_000 }, ['uploading'], event());
    expect(await imports.insert(anImport(), newReader, event())).toBeNull();
  });

  it('a part is staged once, and goes on with what the part before left', async () => {
    const { imports } = opened.stores;
    const made = anImport();
    await imports.insert(made, newReader, event());
    const reader = { ...newReader, isBegun: true, rest: 'half a row with a password' };
    const next = { ...made, parts: 1, rows: 2, batches: 1 };
    expect(await race(4, true, () => imports.stage(next, reader, [rows(1, 2)], null))).toBe(1);
    expect(await imports.findWithReader('pool-1', made.id)).toEqual({ found: next, reader });
    expect(await imports.findWithReader('pool-2', made.id)).toBeNull();
    expect(await imports.rowsOf(made.id, 0)).toEqual(rows(1, 2));
    expect(await imports.rowsOf(made.id, 1)).toEqual([]);
  });

  it('is read no further once its last part is staged', async () => {
    const { imports } = opened.stores;
    const found = await running();
    expect(await imports.findWithReader('pool-1', found.id)).toEqual({ found, reader: null });
  });

  it('a step writes people, events, refusals and the place together, once', async () => {
    const { imports, users, audit } = opened.stores;
    const from = await running();
    const person = created();
    const next = { ...from, offset: 2, created: 1, refused: 1 };
    const step = stepOf(from, { next, people: [person], refusals: [aRefusal(2)], seen: [{ key: 'a', line: 2 }] });
    expect(await race(4, null, () => imports.settle(step))).toBe(1);
    expect(await imports.settle(step)).toBe('lost');
    expect(await users.find(person.user.id)).toEqual(person.user);
    expect(await find(from.id)).toMatchObject({ batch: 0, offset: 2, created: 1, refused: 1, state: 'running' });
    expect(await imports.report(from.id, null, 10)).toEqual([aRefusal(2)]);
    expect(await imports.report(from.id, 2, 10)).toEqual([]);
    expect(await imports.seen(from.id, ['a', 'b'])).toEqual(new Map([['a', 2]]));
    expect(await audit.list({ type: 'admin.user_created', limit: 10 })).toHaveLength(1);
  });

  it('a step with somebody whose identifier is taken writes nothing, and says who', async () => {
    const { imports, users } = opened.stores;
    const from = await running();
    await users.insert(aUser({ email: 'ann@example.com', emailVerified: true }), anEvent());
    const [first, second] = [created(), created({ email: 'ann@example.com' })];
    const refused = await imports.settle(stepOf(from, { people: [first, second], refusals: [aRefusal(1)] }));
    expect(refused).toEqual({ index: 1, taken: 'email' });
    expect(await users.find(first.user.id)).toBeNull();
    expect(await find(from.id)).toEqual(from);
    expect(await imports.report(from.id, null, 10)).toEqual([]);
  });

  it('a contact that the file vouches for is taken from who only claims it', async () => {
    const { imports, users } = opened.stores;
    const from = await running();
    const claiming = aUser({ email: 'ann@example.com', emailVerified: false });
    await users.insert(claiming, anEvent());
    const person = created({ email: 'ann@example.com', emailVerified: true });
    expect(await imports.settle(stepOf(from, { people: [person] }))).toBeNull();
    expect((await users.find(claiming.id))?.email).toBeNull();
  });

  it('somebody is changed over the version that was read, and loses their logins when told', async () => {
    const { imports, users, loginSessions } = opened.stores;
    const from = await running();
    const user = aUser();
    await users.insert(user, anEvent());
    await loginSessions.insert(aLoginSession({ userId: user.id }), anEvent(), aRoom());
    const end = { at: 5_000, event: anEvent({ type: 'session.revoked' }) };
    const next = { ...user, status: 'Resigned' as const, version: user.version + 1 };
    const person: Person = { kind: 'changed', user: next, event: anEvent(), end };
    const stale = { ...person, user: { ...next, version: user.version + 2 } };
    expect(await imports.settle(stepOf(from, { people: [stale] }))).toEqual({ index: 0, taken: 'stale' });
    expect(await imports.settle(stepOf(from, { people: [person] }))).toBeNull();
    expect(await users.find(user.id)).toMatchObject({ status: 'Resigned' });
    const left = await loginSessions.page(user.id, 'standing', opened.clock.value, { after: null, limit: 10 });
    expect(left).toEqual([]);
  });

  it('a step after a pause or a stop is lost, and a finished import takes none', async () => {
    const { imports, users } = opened.stores;
    const from = await running();
    const moving = (state: UserImport['state'], before: UserImport['state'][]) =>
      imports.move({ ...from, state, touchedAt: 3_000, endedAt: state === 'stopped' ? 3_000 : null }, before, event());
    expect(await race(3, true, () => moving('paused', ['running']))).toBe(1);
    const person = created();
    expect(await imports.settle(stepOf(from, { people: [person] }))).toBe('lost');
    expect(await users.find(person.user.id)).toBeNull();
    expect(await imports.running(10)).toEqual([]);
    expect(await moving('running', ['paused'])).toBe(true);
    const end = { at: 4_000, event: anEvent({ type: 'admin.user_import_ended' }) };
    const last = stepOf(from, { next: { ...from, batch: 2, offset: 0 }, end });
    expect(await imports.settle(last)).toBeNull();
    expect(await find(from.id)).toMatchObject({ state: 'finished', endedAt: 4_000 });
    expect(await moving('stopped', ['uploading', 'running', 'paused'])).toBe(false);
  });

  it('a batch is gone with its last row', async () => {
    const { imports } = opened.stores;
    const from = await running();
    await imports.settle(stepOf(from, { next: { ...from, batch: 1, offset: 0 } }));
    expect(await imports.rowsOf(from.id, 0)).toEqual([]);
    expect(await imports.rowsOf(from.id, 1)).toHaveLength(2);
  });

  it('who stands still too long is found by state', async () => {
    const { imports } = opened.stores;
    const made = anImport({ touchedAt: 1_000 });
    await imports.insert(made, newReader, event());
    expect(await imports.idle('uploading', 1_000, 10)).toEqual([]);
    expect(await imports.idle('uploading', 1_001, 10)).toEqual([made]);
    expect(await imports.idle('paused', 1_001, 10)).toEqual([]);
  });

  it('what is left of an ended file is removed some at a time, its report when it is old', async () => {
    const { imports } = opened.stores;
    const from = await running();
    const seen = ['a', 'b', 'c'].map((key) => ({ key, line: 1 }));
    await imports.settle(stepOf(from, { refusals: [aRefusal(1), aRefusal(2)], seen }));
    expect(await imports.purge(9_000, 2)).toBe(0);
    await imports.move({ ...from, state: 'stopped', touchedAt: 3_000, endedAt: 3_000 }, ['running'], event());
    expect(await imports.purge(0, 2)).toBe(2);
    expect(await imports.purge(0, 2)).toBe(1);
    expect(await imports.rowsOf(from.id, 1)).toEqual([]);
    expect(await imports.seen(from.id, ['a', 'b', 'c'])).toEqual(new Map());
    expect(await imports.report(from.id, null, 10)).toHaveLength(2);
    expect(await imports.purge(3_000, 2)).toBe(0);
    for (let round = 0; round < 3; round++) await imports.purge(3_001, 2);
    expect(await find(from.id)).toBeNull();
    expect(await imports.report(from.id, null, 10)).toEqual([]);
  });
}
