import { describe, expect, it } from 'vitest';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRefreshToken, aRoom } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function describeRedemptions(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  function anEntry(given: Parameters<typeof aRedemption>[0] = {}) {
    const redemption = aRedemption(given);
    return {
      redemption,
      loginSession: aLoginSession({ id: redemption.loginSessionId, amr: ['qr'], parentId: 'phone-login' }),
      room: aRoom(),
      refreshToken: aRefreshToken({ loginSessionId: redemption.loginSessionId }),
      events: [
        anEvent({ type: 'qr.exchanged', codeHash: redemption.codeHash }),
        anEvent({ type: 'session.created', codeHash: redemption.codeHash }),
      ],
    };
  }

  async function expectNothingOf(entry: ReturnType<typeof anEntry>): Promise<void> {
    const { stores } = opened;
    expect(await stores.loginSessions.find(entry.loginSession.id)).toBeNull();
    expect(await stores.refreshTokens.find(entry.refreshToken.hash)).toBeNull();
    const ids = (await stores.audit.list({ limit: 1000 })).map((event) => event.id);
    for (const event of entry.events) expect(ids).not.toContain(event.id);
  }

  it('stores the redemption, the login, its refresh token and the events', async () => {
    const entry = anEntry();
    const { stores } = opened;
    expect(await stores.redemptions.redeem(entry)).toBe(true);
    expect(await stores.redemptions.findByTicket(entry.redemption.ticketHash)).toEqual(entry.redemption);
    expect(await stores.loginSessions.find(entry.loginSession.id)).toEqual(entry.loginSession);
    expect(await stores.refreshTokens.find(entry.refreshToken.hash)).toEqual(entry.refreshToken);
    const events = await stores.audit.list({ codeHash: entry.redemption.codeHash, limit: 10 });
    expect(events.map((event) => event.type)).toEqual(['session.created', 'qr.exchanged']);
  });

  it('works without a refresh token', async () => {
    expect(await opened.stores.redemptions.redeem({ ...anEntry(), refreshToken: null })).toBe(true);
  });

  it('ends old logins to make room for the new one, and only when there is a new one', async () => {
    const { redemptions, loginSessions } = opened.stores;
    const room = aRoom({ max: 2 });
    const entries = [1, 2, 3].map((createdAt) => {
      const entry = anEntry();
      return { ...entry, loginSession: { ...entry.loginSession, createdAt }, room };
    });
    const isStanding = async () =>
      Promise.all(entries.map(async ({ loginSession: { id } }) => (await loginSessions.find(id))?.revokedAt === null));
    for (const entry of entries) await redemptions.redeem(entry);
    expect(await isStanding()).toEqual([false, true, true]);
    for (const entry of entries) await redemptions.redeem(entry);
    expect(await isStanding()).toEqual([false, true, true]);
  });

  it('knows nothing of tickets never used', async () => {
    expect(await opened.stores.redemptions.findByTicket('unused')).toBeNull();
  });

  it('consumes the QR session where this store keeps it', async () => {
    const session = await opened.stores.qrSessions.insert(aNewQrSession({ status: 'AUTHORIZED' }), 120, anEvent());
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual({
      ...session,
      status: 'CONSUMED',
      version: 2,
    });
  });

  it.each(['PENDING', 'SCANNED', 'CANCELLED', 'CONSUMED'] as const)(
    'refuses a ticket whose QR session is %s in this store, and writes nothing',
    async (status) => {
      const session = await opened.stores.qrSessions.insert(aNewQrSession({ status }), 120, anEvent());
      const entry = anEntry({ codeHash: session.idHash });
      expect(await opened.stores.redemptions.redeem(entry)).toBe(false);
      await expectNothingOf(entry);
      expect(await opened.stores.redemptions.findByTicket(entry.redemption.ticketHash)).toBeNull();
      expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual(session);
    },
  );

  it('refuses a used ticket and a used QR session as long as the redemption is kept, and writes nothing', async () => {
    const first = anEntry();
    await opened.stores.redemptions.redeem(first);
    opened.clock.value += 10 * 365 * 86_400_000;
    const sameTicket = anEntry({ ticketHash: first.redemption.ticketHash });
    const sameCode = anEntry({ codeHash: first.redemption.codeHash });
    for (const entry of [sameTicket, sameCode]) {
      expect(await opened.stores.redemptions.redeem(entry)).toBe(false);
      await expectNothingOf(entry);
    }
    expect(await opened.stores.redemptions.findByTicket(sameCode.redemption.ticketHash)).toBeNull();
  });

  it('does not touch a QR session when its redemption is refused', async () => {
    const session = await opened.stores.qrSessions.insert(aNewQrSession({ status: 'AUTHORIZED' }), 120, anEvent());
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    expect((await opened.stores.qrSessions.find(session.idHash))?.session.version).toBe(2);
  });

  it('leaves the ticket usable when a part of the login cannot be stored', async () => {
    const taken = aLoginSession();
    await opened.stores.loginSessions.insert(taken, anEvent(), aRoom());
    const entry = anEntry();
    await expect(opened.stores.redemptions.redeem({ ...entry, loginSession: taken })).rejects.toThrow();
    expect(await opened.stores.redemptions.redeem(entry)).toBe(true);
  });

  it('keeps its QR session from being recorded as expired, though another store forgot that it was redeemed', async () => {
    const { redemptions, companionWrites, audit } = opened.stores;
    await redemptions.redeem(anEntry({ codeHash: 'redeemed' }));
    const events = ['redeemed', 'unfinished'].map((codeHash) => anEvent({ type: 'qr.expired', codeHash }));
    expect(await companionWrites.recordExpired(events)).toBe(1);
    expect((await audit.list({ type: 'qr.expired', limit: 9 })).map(({ codeHash }) => codeHash)).toEqual([
      'unfinished',
    ]);
    expect(await companionWrites.recordExpired([])).toBe(0);
  });

  it('is purged oldest first, up to the limit, while the login it gave stays', async () => {
    const { redemptions, loginSessions } = opened.stores;
    const entries = [1, 2, 3, 4].map((redeemedAt) => anEntry({ redeemedAt }));
    for (const entry of entries) await redemptions.redeem(entry);
    const kept = async () => {
      const found = await Promise.all(entries.map(({ redemption }) => redemptions.findByTicket(redemption.ticketHash)));
      return found.map((redemption) => redemption?.redeemedAt ?? null);
    };
    expect(await redemptions.purge(1, 9)).toBe(0);
    expect(await redemptions.purge(4, 2)).toBe(2);
    expect(await kept()).toEqual([null, null, 3, 4]);
    expect(await redemptions.purge(4, 9)).toBe(1);
    expect(await redemptions.purge(4, 9)).toBe(0);
    expect(await kept()).toEqual([null, null, null, 4]);
    expect(await redemptions.redeem(anEntry({ codeHash: entries[3]?.redemption.codeHash }))).toBe(false);
    expect(await loginSessions.find(entries[0]?.loginSession.id ?? '')).not.toBeNull();
  });

  describe('races', () => {
    it('of purges delete each redemption once', async () => {
      const { redemptions } = opened.stores;
      await Promise.all(Array.from({ length: 30 }, (_, index) => redemptions.redeem(anEntry({ redeemedAt: index }))));
      let deleted = 0;
      for (let rounds = 0; rounds < 30 && deleted < 25; rounds++) {
        const counts = await Promise.all(Array.from({ length: 4 }, () => redemptions.purge(25, 4)));
        deleted += counts.reduce((sum, count) => sum + count, 0);
      }
      expect(deleted).toBe(25);
    });

    it('give one ticket to exactly one of a hundred callers', async () => {
      const ticketHash = 'one-ticket';
      const codeHash = 'one-code';
      const wins = await race(100, true, () => opened.stores.redemptions.redeem(anEntry({ ticketHash, codeHash })));
      expect(wins).toBe(1);
      expect(await opened.stores.audit.list({ codeHash, limit: 1000 })).toHaveLength(2);
    });

    it('give one QR session to exactly one of fifty tickets', async () => {
      const wins = await race(50, true, () => opened.stores.redemptions.redeem(anEntry({ codeHash: 'one-code' })));
      expect(wins).toBe(1);
    });

    it('let fifty different tickets all through', async () => {
      expect(await race(50, true, () => opened.stores.redemptions.redeem(anEntry()))).toBe(50);
    });
  });
}
