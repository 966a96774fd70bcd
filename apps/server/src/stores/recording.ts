import type { AuditEvent } from '../core/audit/event.ts';
import type { AuditStore } from '../core/audit/store.ts';
import type { AuthorizationCodeStore } from '../core/authorization/store.ts';
import type { DeviceGrantStore } from '../core/devices/store.ts';
import type { Clock } from '../core/ground/ports.ts';
import type { RedemptionStore } from '../core/qr/redemption-store.ts';
import type { QrSessionStore } from '../core/qr/store.ts';
import type { SsoLoginStore } from '../core/sessions/sso-store.ts';
import type { LoginSessionStore } from '../core/sessions/store.ts';

/** Hears of changes once they are durable. A lost race and a repeated call change nothing, so nobody hears of them. */
export interface ChangeListener {
  /** `at` is the clock's time, `codeCreatedAt` the creation of the QR session that moved on; both in epoch milliseconds. */
  happened?(event: AuditEvent, at: number, codeCreatedAt?: number): void;
  /** A waiting page would see something new of this QR session. */
  codeChanged?(idHash: string): void;
  /** `count` QR sessions expired before anybody finished them. */
  expired?(count: number): void;
}

interface Recorded {
  qrSessions: QrSessionStore;
  redemptions: RedemptionStore;
  deviceGrants: DeviceGrantStore;
  loginSessions: LoginSessionStore;
  ssoLogins: SsoLoginStore;
  authorizationCodes: AuthorizationCodeStore;
  audit: AuditStore;
}

/** Returns stores that tell the listeners of each change. Reads pass through untouched. */
export function recording<Stores extends Recorded>(
  stores: Stores,
  listeners: readonly ChangeListener[],
  clock: Clock,
): Stores {
  if (listeners.length === 0) return stores;
  const { qrSessions, redemptions, deviceGrants, loginSessions, ssoLogins, authorizationCodes, audit } = stores;

  function happened(event: AuditEvent, codeCreatedAt?: number): void {
    for (const listener of listeners) listener.happened?.(event, clock.now(), codeCreatedAt);
  }
  function codeChanged(idHash: string): void {
    for (const listener of listeners) listener.codeChanged?.(idHash);
  }

  return {
    ...stores,
    qrSessions: {
      ...qrSessions,
      async insert(session, lifetimeSeconds, event) {
        const inserted = await qrSessions.insert(session, lifetimeSeconds, event);
        happened(event);
        return inserted;
      },
      async replace(next, before, event, profile) {
        const isWritten = await qrSessions.replace(next, before, event, profile);
        // A write without an audit event only changes who owns the QR session: waiting pages need not wake.
        if (!isWritten || event === null) return isWritten;
        happened(event, next.createdAt);
        codeChanged(next.idHash);
        return isWritten;
      },
      async purge(graceMs, limit) {
        const purged = await qrSessions.purge(graceMs, limit);
        for (const listener of listeners) listener.expired?.(purged.expired);
        return purged;
      },
    },
    redemptions: {
      ...redemptions,
      async redeem(entry) {
        const isFirst = await redemptions.redeem(entry);
        if (!isFirst) return isFirst;
        for (const event of entry.events) happened(event);
        codeChanged(entry.redemption.codeHash);
        return isFirst;
      },
    },
    deviceGrants: {
      ...deviceGrants,
      async insert(grant, event) {
        const isInserted = await deviceGrants.insert(grant, event);
        if (isInserted) happened(event);
        return isInserted;
      },
      async replace(next, event) {
        const isWritten = await deviceGrants.replace(next, event);
        if (isWritten && event !== null) happened(event);
        return isWritten;
      },
      async redeem(entry) {
        const isFirst = await deviceGrants.redeem(entry);
        if (isFirst) for (const event of entry.events) happened(event);
        return isFirst;
      },
    },
    ssoLogins: {
      ...ssoLogins,
      async open(signIn, events) {
        const isOpened = await ssoLogins.open(signIn, events);
        if (isOpened) for (const event of events) happened(event);
        return isOpened;
      },
    },
    authorizationCodes: {
      ...authorizationCodes,
      async redeem(redemption) {
        const isFirst = await authorizationCodes.redeem(redemption);
        if (isFirst) happened(redemption.event);
        return isFirst;
      },
    },
    loginSessions: {
      ...loginSessions,
      async insert(session, event, room) {
        await loginSessions.insert(session, event, room);
        happened(event);
      },
    },
    audit: {
      ...audit,
      async append(event) {
        await audit.append(event);
        happened(event);
      },
    },
  };
}
