import { describe, expect, it } from 'vitest';
import type { AuditFilter, EventSelection } from '../../core/audit/store.ts';
import { anEvent } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

export function describeAudit(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  it('keeps events whole, stamps those without an instant, and lists the newest first', async () => {
    const stamped = anEvent({ at: 5, userId: 'u', loginSessionId: 'l', codeHash: 'c' });
    const unstamped = anEvent({ userPoolId: null, applicationId: null, ip: null, userAgent: null, requestId: null });
    await opened.stores.audit.append(stamped);
    await opened.stores.audit.append(unstamped);
    expect(await opened.stores.audit.list({ limit: 10 })).toEqual([{ ...unstamped, at: 1_000_000 }, stamped]);
  });

  it('filters by pool, type and code together, up to the limit', async () => {
    const wanted = { userPoolId: 'p', type: 'qr.scanned', codeHash: 'c' } as const;
    const events = [wanted, wanted, { ...wanted, userPoolId: 'q' }, { ...wanted, codeHash: 'd' }, { userPoolId: 'p' }];
    for (const event of events) await opened.stores.audit.append(anEvent(event));
    const count = async (filter: { userPoolId?: string; type?: string; codeHash?: string }, limit = 10) =>
      (await opened.stores.audit.list({ ...filter, limit })).length;
    expect(await count(wanted)).toBe(2);
    expect(await count(wanted, 1)).toBe(1);
    expect(await count({ userPoolId: 'p' })).toBe(4);
    expect(await count({ type: 'qr.scanned' })).toBe(4);
    expect(await count({ codeHash: 'c' })).toBe(3);
    expect(await count({})).toBe(5);
    expect(await count({ type: 'no such type' })).toBe(0);
  });

  it('pages through the events of one pool and some types, newest first', async () => {
    const { audit } = opened.stores;
    const type = 'admin.user_created';
    const facts = { userId: 'u', applicationId: 'a', ip: '::1', requestId: 'r', detail: { accessKeyId: 'k' } };
    for (let at = 1; at <= 4; at++) await audit.append(anEvent({ id: `e${at}`, type, at, userPoolId: 'p' }));
    await audit.append(anEvent({ id: 'e5', type: 'admin.user_deleted', at: 5, userPoolId: 'p', ...facts }));
    await audit.append(anEvent({ type, userPoolId: 'q' }));
    await audit.append(anEvent({ type: 'qr.created', userPoolId: 'p' }));
    const page = async (part: Partial<AuditFilter> = {}) => {
      const types = [type, 'admin.user_deleted'] as const;
      const found = await audit.page({ userPoolId: 'p', types, offset: 0, limit: 10, ...part });
      return [found.totalCount, ...found.events.map(({ id }) => id)];
    };
    expect(await page()).toEqual([5, 'e5', 'e4', 'e3', 'e2', 'e1']);
    expect(await page({ offset: 1, limit: 2 })).toEqual([5, 'e4', 'e3']);
    expect(await page({ types: [type] })).toEqual([4, 'e4', 'e3', 'e2', 'e1']);
    expect(await page({ types: [] })).toEqual([0]);
    expect(await page({ from: 2, to: 3 })).toEqual([2, 'e3', 'e2']);
    const { userId, applicationId, ip, requestId } = facts;
    for (const one of [{ userId }, { applicationId }, { ip }, { requestId }, { accessKeyId: 'k' }]) {
      expect(await page(one), JSON.stringify(one)).toEqual([1, 'e5']);
    }
    expect(await page({ accessKeyId: 'another' })).toEqual([0]);
  });

  it('reads the events of no pool, and none of a pool among them', async () => {
    const { audit } = opened.stores;
    const types = ['administrator.invited', 'administrator.signed_in'] as const;
    const by = (administratorId: string) => ({ detail: { administratorId } });
    await audit.append(anEvent({ id: 'n1', type: types[0], at: 1, userPoolId: null, ...by('a1') }));
    await audit.append(anEvent({ id: 'p1', type: types[0], at: 2, userPoolId: 'p', ...by('a1') }));
    await audit.append(anEvent({ id: 'n2', type: types[1], at: 3, userPoolId: null, ...by('a2') }));
    await audit.append(anEvent({ id: 'n3', type: 'limit.hit', at: 4, userPoolId: null }));
    const read = async (selection: Partial<EventSelection>, limit = 10) => {
      const reading = { order: 'newest', after: null, limit, budget: 1000 } as const;
      const { events, next } = await audit.read({ userPoolId: null, types, ...selection }, reading);
      return [events.map(({ id }) => id), next === null];
    };
    expect(await read({})).toEqual([['n2', 'n1'], true]);
    expect(await read({}, 1)).toEqual([['n2'], false]);
    expect(await read({ administratorId: 'a1' })).toEqual([['n1'], true]);
    expect(await read({ types: [types[1]] })).toEqual([['n2'], true]);
    expect(await read({ userPoolId: 'p' })).toEqual([['p1'], true]);
  });

  describe('refusals with the same `repeatOf`', () => {
    const type = 'qr.scan_conflict';
    const kept = async () =>
      (await opened.stores.audit.list({ limit: 100 })).map(({ id, at, count }) => [id, at, count ?? 1]);

    it('are one event a minute, the first, with how many there were', async () => {
      const { audit } = opened.stores;
      for (const [id, at, count] of [
        ['e1', 60_000, 1],
        ['e2', 90_000, 3],
        ['e3', 119_999, 1],
        ['e4', 120_000, 1],
      ] as const) {
        await audit.append(anEvent({ id, type, at, repeatOf: 'x', count }));
      }
      await audit.append(anEvent({ id: 'e5', type, at: 90_000, repeatOf: 'y', count: 1 }));
      await audit.append(anEvent({ id: 'e6', type, at: 90_000 }));
      expect(await kept()).toEqual([
        ['e6', 90_000, 1],
        ['e5', 90_000, 1],
        ['e4', 120_000, 1],
        ['e1', 60_000, 5],
      ]);
      expect((await audit.page({ userPoolId: 'pool-1', types: [type], offset: 0, limit: 10 })).totalCount).toBe(4);
    });

    it('stay one event when they come at the same time, by the clock of the store', async () => {
      const repeats = Array.from({ length: 40 }, (_, n) => anEvent({ id: `e${n}`, type, repeatOf: 'x', count: 2 }));
      await Promise.all(repeats.map((event) => opened.stores.audit.append(event)));
      expect(await kept()).toEqual([[expect.any(String), 1_000_000, 80]]);
    });
  });

  describe('a purge', () => {
    const idsLeft = async () => (await opened.stores.audit.list({ limit: 100 })).map(({ id }) => id).toReversed();

    it('deletes the oldest up to the limit, and none that is to be kept', async () => {
      const { audit } = opened.stores;
      expect(await audit.purge(1_000, 10)).toBe(0);
      for (const at of [1, 2, 3, 4, 5]) await audit.append(anEvent({ id: `e${at}`, at }));
      expect(await audit.purge(1, 10)).toBe(0);
      expect(await audit.purge(5, 3)).toBe(3);
      expect(await idsLeft()).toEqual(['e4', 'e5']);
      expect(await audit.purge(5, 3)).toBe(1);
      expect(await audit.purge(5, 3)).toBe(0);
      expect(await idsLeft()).toEqual(['e5']);
    });

    it('keeps an event with a recent instant, though it arrived before older ones', async () => {
      const { audit } = opened.stores;
      for (const at of [1, 9, 2, 9, 3]) await audit.append(anEvent({ id: `e${at}`, at }));
      expect(await audit.purge(5, 10)).toBe(3);
      expect(await idsLeft()).toEqual(['e9', 'e9']);
    });

    it('goes by the clock of the store where an event brought no instant', async () => {
      const { audit } = opened.stores;
      await audit.append(anEvent({ id: 'stamped' }));
      expect(await audit.purge(1_000_000, 10)).toBe(0);
      expect(await audit.purge(1_000_001, 10)).toBe(1);
    });

    it('by several nodes at once deletes each event once', async () => {
      const { audit } = opened.stores;
      for (let at = 1; at <= 60; at++) await audit.append(anEvent({ at }));
      let deleted = 0;
      for (let rounds = 0; rounds < 60 && deleted < 50; rounds++) {
        const counts = await Promise.all(Array.from({ length: 4 }, () => audit.purge(51, 7)));
        deleted += counts.reduce((sum, count) => sum + count, 0);
      }
      expect(deleted).toBe(50);
      expect(await audit.list({ limit: 100 })).toHaveLength(10);
    });
  });
}
