import { describe, expect, it } from 'vitest';
import { approve, type DeviceGrant } from '../../core/devices/device-grant.ts';
import { aDeviceGrant, aLoginSession, anEvent, aRefreshToken, aRoom } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function describeDeviceGrants(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  async function inserted(given: Partial<DeviceGrant> = {}): Promise<DeviceGrant> {
    const grant = aDeviceGrant(given);
    expect(await opened.stores.deviceGrants.insert(grant, anEvent({ type: 'device.requested' }))).toBe(true);
    return grant;
  }

  const approval = { userId: 'user-1', amr: ['pwd'], parentId: null, authenticatedAt: 1_500, approvedAt: 2_000 };

  function aRedemptionOf(grant: DeviceGrant) {
    const loginSession = aLoginSession({ birth: 'device' });
    return {
      next: {
        ...grant,
        status: 'CONSUMED' as const,
        version: grant.version + 1,
        redemption: { loginSessionId: loginSession.id, redeemedAt: 3_000, callerHash: 'caller' },
      },
      loginSession,
      room: aRoom(),
      refreshToken: aRefreshToken({ loginSessionId: loginSession.id }),
      events: [anEvent({ type: 'session.created', codeHash: grant.deviceCodeHash })],
    };
  }

  it('finds a grant by either code, with all that it holds', async () => {
    const { deviceGrants } = opened.stores;
    const grant = await inserted({
      status: 'CONSUMED',
      lastPolledAt: 2_000,
      scanner: { userId: 'user-1', loginSessionId: 'login-1' },
      approval,
      redemption: { loginSessionId: 'login-2', redeemedAt: 3_000, callerHash: 'caller' },
    });
    expect(await deviceGrants.find(grant.deviceCodeHash)).toEqual(grant);
    expect(await deviceGrants.findByUserCode(['of-another-key', grant.userCodeHash])).toEqual(grant);
    expect(await deviceGrants.find(grant.userCodeHash)).toBeNull();
    expect(await deviceGrants.findByUserCode([grant.deviceCodeHash])).toBeNull();
  });

  it('refuses a user code that another grant has, and writes nothing', async () => {
    const { deviceGrants, audit } = opened.stores;
    const first = await inserted();
    const second = aDeviceGrant({ userCodeHash: first.userCodeHash });
    const event = anEvent({ type: 'device.requested', codeHash: second.deviceCodeHash });
    expect(await deviceGrants.insert(second, event)).toBe(false);
    expect(await deviceGrants.find(second.deviceCodeHash)).toBeNull();
    expect(await audit.list({ codeHash: second.deviceCodeHash, limit: 9 })).toEqual([]);
  });

  it('counts what has not expired, of one application, up to the limit', async () => {
    const { deviceGrants } = opened.stores;
    for (const expiresAt of [5_000, 6_000, 7_000]) await inserted({ expiresAt });
    await inserted({ expiresAt: 7_000, applicationId: 'app-2' });
    expect(await deviceGrants.countOutstanding('app-1', 5_000, 9)).toBe(2);
    expect(await deviceGrants.countOutstanding('app-1', 0, 2)).toBe(2);
  });

  it('replaces the version before with its event, and no other', async () => {
    const { deviceGrants, audit } = opened.stores;
    const grant = await inserted();
    const next = approve(grant, approval);
    const event = anEvent({ type: 'device.approved', codeHash: grant.deviceCodeHash });
    expect(await deviceGrants.replace(next, event)).toBe(true);
    expect(await deviceGrants.replace({ ...next, status: 'DENIED' }, anEvent({ codeHash: 'never' }))).toBe(false);
    expect(await deviceGrants.find(grant.deviceCodeHash)).toEqual(next);
    expect((await audit.list({ codeHash: grant.deviceCodeHash, limit: 9 })).map(({ type }) => type)).toEqual([
      'device.approved',
    ]);
    expect(await audit.list({ codeHash: 'never', limit: 9 })).toEqual([]);
  });

  it('stores the login, its refresh token and the events with the redemption', async () => {
    const { deviceGrants, loginSessions, refreshTokens, audit } = opened.stores;
    const grant = await inserted({ status: 'APPROVED', approval });
    const entry = aRedemptionOf(grant);
    expect(await deviceGrants.redeem(entry)).toBe(true);
    expect(await deviceGrants.find(grant.deviceCodeHash)).toEqual(entry.next);
    expect(await loginSessions.find(entry.loginSession.id)).toEqual(entry.loginSession);
    expect(await refreshTokens.find(entry.refreshToken.hash)).toEqual(entry.refreshToken);
    expect(await audit.list({ codeHash: grant.deviceCodeHash, limit: 9 })).toHaveLength(1);
  });

  it('stays approved when a part of the login cannot be stored', async () => {
    const { deviceGrants, loginSessions } = opened.stores;
    const taken = aLoginSession();
    await loginSessions.insert(taken, anEvent(), aRoom());
    const grant = await inserted({ status: 'APPROVED', approval });
    await expect(deviceGrants.redeem({ ...aRedemptionOf(grant), loginSession: taken })).rejects.toThrow();
    expect(await deviceGrants.find(grant.deviceCodeHash)).toEqual(grant);
    expect(await deviceGrants.redeem(aRedemptionOf(grant))).toBe(true);
  });

  it('is denied with the end of all logins of whoever approved it, or of those with its application', async () => {
    const { deviceGrants, loginSessions } = opened.stores;
    const statusOf = async ({ deviceCodeHash }: DeviceGrant) => (await deviceGrants.find(deviceCodeHash))?.status;
    const approved = () => inserted({ status: 'APPROVED', approval });
    const waiting = await inserted();
    const others = await inserted({ status: 'APPROVED', approval: { ...approval, userId: 'user-2' } });
    const first = await approved();
    await loginSessions.revokeWith('user-1', ['app-2'], 3_000, anEvent());
    expect(await statusOf(first)).toBe('APPROVED');
    await loginSessions.revokeWith('user-1', ['app-1'], 3_000, anEvent());
    const second = await approved();
    await loginSessions.revokeAll('user-1', 3_000, anEvent());
    expect(await Promise.all([first, second, waiting, others].map(statusOf))).toEqual([
      ...['DENIED', 'DENIED', 'PENDING', 'APPROVED'],
    ]);
    // Whoever read it before is not the one to write it.
    expect(await deviceGrants.redeem(aRedemptionOf(second))).toBe(false);
  });

  it('is purged by how long it is kept, up to the limit', async () => {
    const { deviceGrants } = opened.stores;
    const grants = [];
    for (const keptUntil of [1, 2, 3]) grants.push(await inserted({ keptUntil }));
    expect(await deviceGrants.purge(1, 9)).toBe(0);
    expect(await deviceGrants.purge(3, 1)).toBe(1);
    expect(await deviceGrants.purge(3, 9)).toBe(1);
    const left = await Promise.all(grants.map(({ deviceCodeHash }) => deviceGrants.find(deviceCodeHash)));
    expect(left.map((grant) => grant?.keptUntil)).toEqual([undefined, undefined, 3]);
  });

  describe('races', () => {
    it('give one grant to exactly one of fifty devices, and store one login', async () => {
      const { deviceGrants, audit } = opened.stores;
      const grant = await inserted({ status: 'APPROVED', approval });
      expect(await race(50, true, () => deviceGrants.redeem(aRedemptionOf(grant)))).toBe(1);
      expect(await audit.list({ codeHash: grant.deviceCodeHash, limit: 99 })).toHaveLength(1);
    });

    it('let one of many decisions stand', async () => {
      const { deviceGrants } = opened.stores;
      const grant = await inserted();
      const next = approve(grant, approval);
      const decisions = [next, { ...next, approval: null, status: 'DENIED' as const }];
      expect(await race(20, true, (index) => deviceGrants.replace(decisions[index % 2] ?? next, anEvent()))).toBe(1);
    });
  });
}
