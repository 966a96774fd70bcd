import type { AuditEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { SignedIn } from '../sessions/signed-in.ts';

/** Who did it and from where, of an event that a signed-in person caused to their own account. */
export function ownFacts({ user, applicationId, loginSession }: SignedIn, caller: Caller) {
  return {
    userPoolId: user.userPoolId,
    applicationId,
    userId: user.id,
    loginSessionId: loginSession.id,
    ip: caller.ip,
    userAgent: caller.userAgent,
    requestId: caller.requestId,
  } satisfies Partial<AuditEvent>;
}
