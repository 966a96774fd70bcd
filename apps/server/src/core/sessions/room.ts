import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import { type LoginSession, loginFacts } from './login-session.ts';

/** Live logins of one person with one application: more than devices, few enough for lists. One more ends the oldest. */
export const maxLiveLogins = 100;

export interface Room {
  /** How many logins of the person may stand with the application, the new one included. */
  max: number;
  /** The audit event of a login that was ended to make room. */
  ended(loginSessionId: string): AuditEvent;
}

export function roomFor(login: LoginSession, { requestId }: Caller, secrets: Pick<Secrets, 'randomToken'>): Room {
  // The login is the person's browser's; who exchanged a ticket for it may be a backend.
  const caller = { ip: login.ip, userAgent: login.userAgent, requestId };
  const facts = { ...loginFacts(login), detail: { reason: 'too_many_logins' } };
  return {
    max: maxLiveLogins,
    ended: (loginSessionId) => newEvent(secrets, 'session.revoked', caller, { ...facts, loginSessionId }),
  };
}
