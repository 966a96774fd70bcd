import type { AuditEvent } from '../audit/event.ts';
import type { Client } from '../ground/caller.ts';
import type { SignedIn } from '../sessions/signed-in.ts';

/** Who did it and from where, of an event that a signed-in person caused to their own account. */
export function ownFacts({ user, applicationId, loginSession }: SignedIn, client: Client) {
  return {
    userPoolId: user.userPoolId,
    applicationId,
    userId: user.id,
    loginSessionId: loginSession.id,
    ip: client.ip,
    userAgent: client.userAgent,
    requestId: client.requestId,
  } satisfies Partial<AuditEvent>;
}
