import type { Client } from '../client.ts';
import type { SignedIn } from '../tokens/token-set.ts';
import type { AuditEvent } from './event.ts';

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
