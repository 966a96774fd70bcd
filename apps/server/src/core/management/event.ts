import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import type { Administrator } from './administrator.ts';

/** What an administrator did, to whom when it was to somebody; the key they showed is in the detail. */
export function managementEvent(
  secrets: Pick<Secrets, 'randomToken'>,
  type: AuditType,
  { userPoolId, accessKeyId }: Administrator,
  { ip, userAgent, requestId }: Caller,
  facts: { userId?: string; detail?: Record<string, string> } = {},
): AuditEvent {
  const { userId = null, detail = {} } = facts;
  return newEvent(secrets, type, { userPoolId, userId, ip, userAgent, requestId, detail: { accessKeyId, ...detail } });
}
