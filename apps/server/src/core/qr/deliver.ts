import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import { roomFor } from '../sessions/room.ts';
import { defaultScope } from '../sessions/scopes.ts';
import type { RedemptionStore } from './redemption-store.ts';
import type { ScanLogin, ScanLogins } from './scan-logins.ts';
import type { QrSession } from './session.ts';
import type { QrSessionStore } from './store.ts';

/** Full user info in the poll (wire 3.1): the first after CONFIRM redeems; the same page gets the same tokens for a moment, then null. */
export function createDelivery(parts: {
  qrSessions: QrSessionStore;
  redemptions: RedemptionStore;
  logins: ScanLogins;
  directory: Directory;
  secrets: Secrets;
}) {
  const { qrSessions, redemptions, logins, directory, secrets } = parts;

  return async function deliver(session: QrSession, qrcodeId: string, caller: Caller): Promise<ScanLogin | null> {
    const application = directory.getApplication(session.applicationId);
    if (session.ticket === null) return null;
    let current = session;
    if (current.deliveredSessionId === null) {
      const claimed = { ...session, deliveredSessionId: secrets.randomToken(), version: session.version + 1 };
      if (await qrSessions.replace(claimed, session.expiresAt, null)) current = claimed;
      else current = (await qrSessions.find(session.idHash))?.session ?? session;
    }
    if (current.deliveredSessionId === null || current.scanner === null) return null;

    if (current.status === 'AUTHORIZED') {
      const { user } = await logins.checkAuthority(current, application);
      await logins.askAgain(current, qrcodeId);
      const scope = await logins.scopeOf(application, user, defaultScope);
      const loginSession = logins.newLogin(current, application, user, scope, current.deliveredSessionId);
      const isFirst = await redemptions.redeem({
        redemption: { ...logins.redemptionOf(current, loginSession, ''), ticketHash: session.ticket.hash },
        loginSession,
        room: roomFor(loginSession, caller, secrets),
        refreshToken: null,
        events: logins.eventsOf(current, loginSession, caller),
      });
      if (isFirst) await logins.requireUnchanged(current, application, loginSession, caller);
    }
    return logins.again(current, current.deliveredSessionId);
  };
}

export type Deliver = ReturnType<typeof createDelivery>;
