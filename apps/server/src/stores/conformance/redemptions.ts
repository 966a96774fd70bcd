import { describe, expect, it } from 'vitest';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRefreshToken } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function describeRedemptions(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  function anEntry(given: Parameters<typeof aRedemption>[0] = {}) {
    const redemption = aRedemption(given);
    return {
      redemption,
      loginSession: aLoginSession({ id: redemption.loginSessionId, amr: ['qr'], parentId: 'phone-login' }),
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

  it('knows nothing of tickets never used', async () => {
    expect(await opened.stores.redemptions.findByTicket('unused')).toBeNull();
  });

  it('consumes the code, where the code is here', async () => {
    const session = await opened.stores.qrSessions.insert(aNewQrSession({ status: 'AUTHORIZED' }), 120, anEvent());
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual({
      ...session,
      status: 'CONSUMED',
      version: 2,
    });
  });

  it.each(['PENDING', 'SCANNED', 'CANCELLED', 'CONSUMED'] as const)(
    'refuses a code that is %s here, and writes nothing',
    async (status) => {
      const session = await opened.stores.qrSessions.insert(aNewQrSession({ status }), 120, anEvent());
      const entry = anEntry({ codeHash: session.idHash });
      expect(await opened.stores.redemptions.redeem(entry)).toBe(false);
      await expectNothingOf(entry);
      expect(await opened.stores.redemptions.findByTicket(entry.redemption.ticketHash)).toBeNull();
      expect((await opened.stores.qrSessions.find(session.idHash))?.session).toEqual(session);
    },
  );

  it('refuses a used ticket and a used code, for ever, and writes nothing', async () => {
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

  it('does not touch a code again when its redemption is refused', async () => {
    const session = await opened.stores.qrSessions.insert(aNewQrSession({ status: 'AUTHORIZED' }), 120, anEvent());
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    await opened.stores.redemptions.redeem(anEntry({ codeHash: session.idHash }));
    expect((await opened.stores.qrSessions.find(session.idHash))?.session.version).toBe(2);
  });

  it('leaves the ticket usable when a part of the login cannot be stored', async () => {
    const taken = aLoginSession();
    await opened.stores.loginSessions.insert(taken, anEvent());
    const entry = anEntry();
    await expect(opened.stores.redemptions.redeem({ ...entry, loginSession: taken })).rejects.toThrow();
    expect(await opened.stores.redemptions.redeem(entry)).toBe(true);
  });

  describe('races', () => {
    it('gives one ticket to exactly one of a hundred', async () => {
      const ticketHash = 'one-ticket';
      const codeHash = 'one-code';
      const wins = await race(100, true, () => opened.stores.redemptions.redeem(anEntry({ ticketHash, codeHash })));
      expect(wins).toBe(1);
      expect(await opened.stores.audit.list({ codeHash, limit: 1000 })).toHaveLength(2);
    });

    it('gives one code to exactly one of fifty tickets', async () => {
      const wins = await race(50, true, () => opened.stores.redemptions.redeem(anEntry({ codeHash: 'one-code' })));
      expect(wins).toBe(1);
    });

    it('lets fifty different tickets all through', async () => {
      expect(await race(50, true, () => opened.stores.redemptions.redeem(anEntry()))).toBe(50);
    });
  });
}
