import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import { type LoginSession, loginFacts } from './login-session.ts';

/**
 * So many logins of one person stand with one application: more than anybody has devices, and few enough that a program that
 * signs in for each of its calls fills no lists. The oldest ends when one more begins.
 */
export const maxLiveLogins = 100;

/** What makes room for a new login, in the transaction that stores it. */
export interface Room {
  /** Of the person's logins with the application, so many stand at most, the new one among them. */
  max: number;
  /** The record of a login that made room. */
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
