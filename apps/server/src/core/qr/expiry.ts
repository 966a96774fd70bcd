import type { AuditEvent } from '../audit/event.ts';
import type { QrSession } from './session.ts';

/** The event of a QR session that nobody finished. Its id is the session's, so it is recorded once, however many nodes find it. */
export function expiredEvent(session: QrSession): AuditEvent {
  return {
    id: `qr.expired:${session.idHash}`,
    type: 'qr.expired',
    at: null,
    userPoolId: session.userPoolId,
    applicationId: session.applicationId,
    userId: session.scanner?.userId ?? null,
    loginSessionId: session.scanner?.loginSessionId ?? null,
    codeHash: session.idHash,
    ip: session.generatorIp,
    userAgent: session.generatorUserAgent,
    requestId: null,
    detail: { status: session.status, expiredAt: session.expiresAt },
  };
}
