import { describe, expect, it } from 'vitest';
import type { QrSession } from '../../core/qr/session.ts';
import { aNewQrSession, anEvent, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

const scanner = { userId: 'user-1', loginSessionId: 'login-1', displayName: 'Alice', photo: 'https://pics.example/a' };
const later = Number.MAX_SAFE_INTEGER;

export function describeQrSessions(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  function insert(given: Parameters<typeof aNewQrSession>[0] = {}, lifetimeSeconds = 120): Promise<QrSession> {
    return opened.stores.qrSessions.insert(aNewQrSession(given), lifetimeSeconds, anEvent());
  }

  describe('insert and find', () => {
    it('stamps the session with the clock of the store', async () => {
      const given = aNewQrSession();
      const stored = await opened.stores.qrSessions.insert(given, 120, anEvent());
      expect(stored).toEqual({ ...given, createdAt: 1_000_000, expiresAt: 1_120_000 });
      opened.clock.value += 5_000;
      expect(await opened.stores.qrSessions.find(given.idHash)).toEqual({ session: stored, now: 1_005_000 });
    });

    it('keeps every field', async () => {
      const session = await insert({
        customData: null,
        withCustomData: true,
        isMadeByApplication: true,
        generatorIp: null,
        generatorNetwork: null,
        generatorUserAgent: null,
        pollBinding: 'none',
        bindingHash: null,
        isBound: true,
        receiverHash: 'receiver',
        state: 'the state of a visitor',
        browserHash: 'browser',
        generatorLanguage: 'de-AT',
        isReportedBySite: true,
        scanner: {
          ...scanner,
          door: 'link',
          company: { entryName: 'company', issuer: 'issuer', authorityUntil: 9, scannedBy: 'hash', decidedAt: 7 },
        },
        ticket: { keyId: 'k1', nonce: 'n1', hash: 't1' },
        failedExchanges: 2,
        foreignPollSeen: true,
        deliveredSessionId: 'login-9',
      });
      expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual(session);
    });

    it('finds nothing under an unknown id', async () => {
      await insert();
      expect(await opened.stores.qrSessions.find('another')).toBeNull();
    });

    it('still finds a session whose deadline has passed', async () => {
      const session = await insert({}, 1);
      opened.clock.value += 60_000;
      expect(await opened.stores.qrSessions.find(session.idHash)).toEqual({ session, now: 1_060_000 });
    });

    it('refuses a second code with the same id, with its event', async () => {
      const session = await insert();
      const event = anEvent({ codeHash: 'twice' });
      const again = aNewQrSession({ idHash: session.idHash });
      await expect(opened.stores.qrSessions.insert(again, 120, event)).rejects.toThrow();
      expect(await opened.stores.audit.list({ codeHash: 'twice', limit: 10 })).toEqual([]);
    });
  });

  describe('replace', () => {
    it('writes the next version with its event', async () => {
      const session = await insert();
      const next: QrSession = {
        ...session,
        status: 'SCANNED',
        scanner,
        version: 2,
        isBound: true,
        expiresAt: 2_000_000,
      };
      const event = anEvent({ type: 'qr.scanned', codeHash: session.idHash });
      expect(await opened.stores.qrSessions.replace(next, session.expiresAt, event)).toBe(true);
      expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual(next);
      expect(await opened.stores.audit.list({ codeHash: session.idHash, limit: 10 })).toEqual([
        { ...event, at: 1_000_000 },
      ]);
    });

    it('refuses an old version, and writes no event', async () => {
      const session = await insert();
      await opened.stores.qrSessions.replace({ ...session, version: 2, isBound: true }, later, null);
      const event = anEvent({ codeHash: session.idHash });
      expect(await opened.stores.qrSessions.replace({ ...session, version: 2 }, later, event)).toBe(false);
      expect((await opened.stores.qrSessions.find(session.idHash))?.session.isBound).toBe(true);
      expect(await opened.stores.audit.list({ codeHash: session.idHash, limit: 10 })).toEqual([]);
    });

    it('refuses from the deadline on, by the clock of the store', async () => {
      const session = await insert({}, 120);
      opened.clock.value = session.expiresAt;
      expect(await opened.stores.qrSessions.replace({ ...session, version: 2 }, session.expiresAt, null)).toBe(false);
      opened.clock.value = session.expiresAt - 1;
      expect(await opened.stores.qrSessions.replace({ ...session, version: 2 }, session.expiresAt, null)).toBe(true);
    });

    it('refuses an unknown code', async () => {
      const session = { ...aNewQrSession(), createdAt: 0, expiresAt: later, version: 2 };
      expect(await opened.stores.qrSessions.replace(session, later, null)).toBe(false);
    });

    it('lets exactly one of fifty racing writers win, with one event', async () => {
      const session = await insert();
      const wins = await race(50, true, (index) => {
        const next: QrSession = {
          ...session,
          status: 'SCANNED',
          version: 2,
          scanner: { ...scanner, userId: `u${index}` },
        };
        return opened.stores.qrSessions.replace(next, session.expiresAt, anEvent({ codeHash: session.idHash }));
      });
      expect(wins).toBe(1);
      expect(await opened.stores.audit.list({ codeHash: session.idHash, limit: 100 })).toHaveLength(1);
      expect((await opened.stores.qrSessions.find(session.idHash))?.session.version).toBe(2);
    });

    it('writes nothing when its event cannot be written', async () => {
      const session = await insert();
      const broken = { ...anEvent(), type: null as never };
      await expect(opened.stores.qrSessions.replace({ ...session, version: 2 }, later, broken)).rejects.toThrow();
      expect((await opened.stores.qrSessions.find(session.idHash))?.session.version).toBe(1);
    });

    it('writes the profile with the move', async () => {
      const { session, user, write } = await aMoveWithProfile();
      expect(await write(session, user.version)).toBe(true);
      expect(await opened.stores.users.find(user.id)).toEqual({
        ...user,
        customData: { team: 'red' },
        updatedAt: 5_000,
        version: user.version + 1,
      });
      expect(await opened.stores.audit.list({ type: 'user.updated', limit: 9 })).toHaveLength(1);
    });

    it.each([
      ['the profile changed meanwhile', 0, 1],
      ['the code moved meanwhile', 1, 0],
    ])('does neither when %s', async (_, codeBehind, profileBehind) => {
      const { session, user, write } = await aMoveWithProfile();
      const stale = { ...session, version: session.version + codeBehind };
      expect(await write(stale, user.version - profileBehind)).toBe(false);
      expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual(session);
      // The refused write may have used up a version number.
      expect(await opened.stores.users.find(user.id)).toEqual({ ...user, version: expect.any(Number) });
      expect(await opened.stores.audit.list({ limit: 9 })).toHaveLength(2);
    });

    async function aMoveWithProfile() {
      const session = await insert();
      const user = aUser();
      await opened.stores.users.insert(user, anEvent({ type: 'user.created' }));
      const write = (from: QrSession, userVersion: number) =>
        opened.stores.qrSessions.replace(
          { ...from, status: 'AUTHORIZED', version: from.version + 1 },
          session.expiresAt,
          anEvent({ type: 'qr.confirmed' }),
          {
            userId: user.id,
            userVersion,
            customData: { team: 'red' },
            at: 5_000,
            event: anEvent({ type: 'user.updated' }),
          },
        );
      return { session, user, write };
    }
  });

  describe('countOutstanding', () => {
    it('counts unfinished codes by application, address and scanner', async () => {
      await insert({ applicationId: 'a1', generatorNetwork: 'net1' });
      await insert({ applicationId: 'a1', generatorNetwork: 'net2' });
      await insert({ applicationId: 'a2', generatorNetwork: null, status: 'SCANNED', scanner });
      const { qrSessions } = opened.stores;
      expect(await qrSessions.countOutstanding({ applicationId: 'a1' }, 10)).toBe(2);
      expect(await qrSessions.countOutstanding({ generatorNetwork: 'net1' }, 10)).toBe(1);
      expect(await qrSessions.countOutstanding({ scannedBy: 'user-1' }, 10)).toBe(1);
      expect(await qrSessions.countOutstanding({ scannedBy: 'nobody' }, 10)).toBe(0);
    });

    it('leaves out codes that are finished or expired', async () => {
      const application = { applicationId: 'a1' };
      await insert({ ...application, status: 'AUTHORIZED', scanner });
      await insert({ ...application, status: 'CANCELLED', scanner });
      await insert({ ...application, status: 'CONSUMED', scanner });
      await insert(application, 10);
      await insert(application, 60);
      opened.clock.value += 10_000;
      expect(await opened.stores.qrSessions.countOutstanding(application, 10)).toBe(1);
      expect(await opened.stores.qrSessions.countOutstanding({ scannedBy: 'user-1' }, 10)).toBe(0);
    });

    it('stops at the limit', async () => {
      for (let index = 0; index < 5; index++) await insert();
      expect(await opened.stores.qrSessions.countOutstanding({ applicationId: 'app-1' }, 3)).toBe(3);
    });
  });

  describe('purge', () => {
    it('deletes what is overdue by more than the grace, oldest first, up to the limit', async () => {
      const first = await insert({}, 1);
      const second = await insert({}, 2);
      const third = await insert({}, 3);
      const live = await insert({}, 3600);
      opened.clock.value += 63_001;
      expect(await opened.stores.qrSessions.purge(70_000, 10)).toEqual({ deleted: 0, expired: 0 });
      expect(await opened.stores.qrSessions.purge(60_000, 2)).toEqual({ deleted: 2, expired: 2 });
      expect(await opened.stores.qrSessions.find(first.idHash)).toBeNull();
      expect(await opened.stores.qrSessions.find(second.idHash)).toBeNull();
      expect(await opened.stores.qrSessions.find(third.idHash)).not.toBeNull();
      expect(await opened.stores.qrSessions.purge(60_000, 2)).toEqual({ deleted: 1, expired: 1 });
      expect(await opened.stores.qrSessions.find(live.idHash)).not.toBeNull();
    });

    it('records qr.expired for codes that nobody finished', async () => {
      const statuses = ['PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED', 'CONSUMED'] as const;
      for (const status of statuses) await insert({ idHash: status, status, scanner }, 1);
      opened.clock.value += 100_000;
      expect(await opened.stores.qrSessions.purge(0, 10)).toEqual({ deleted: 5, expired: 3 });
      const events = await opened.stores.audit.list({ type: 'qr.expired', limit: 10 });
      expect(events.map((event) => event.codeHash).sort()).toEqual(['AUTHORIZED', 'PENDING', 'SCANNED']);
      expect(events[0]).toMatchObject({
        at: 1_100_000,
        userPoolId: 'pool-1',
        applicationId: 'app-1',
        userId: 'user-1',
      });
      expect(new Set(events.map((event) => event.id)).size).toBe(3);
    });
  });
}
