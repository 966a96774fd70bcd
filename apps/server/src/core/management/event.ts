import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { Client } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import type { ManagementCaller } from './caller.ts';

/** What a manager did, to whom when it was to somebody; the key they showed is in the detail. */
export function managementEvent(
  secrets: Pick<Secrets, 'randomToken'>,
  type: AuditType,
  { userPoolId, accessKeyId }: ManagementCaller,
  { ip, userAgent, requestId }: Client,
  facts: { userId?: string; detail?: Record<string, string> } = {},
): AuditEvent {
  const { userId = null, detail = {} } = facts;
  return newEvent(secrets, type, { userPoolId, userId, ip, userAgent, requestId, detail: { accessKeyId, ...detail } });
}
