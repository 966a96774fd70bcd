import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import type { Secrets } from '../ground/ports.ts';
import type { Administrator } from './administrator.ts';

export function managementEvent(
  secrets: Pick<Secrets, 'randomToken'>,
  type: AuditType,
  { userPoolId, by }: Pick<Administrator, 'userPoolId' | 'by'>,
  caller: Caller,
  { detail, ...about }: { userId?: string; applicationId?: string; detail?: Record<string, string> } = {},
): AuditEvent {
  return newEvent(secrets, type, caller, { userPoolId, ...about, detail: { ...by, ...detail } });
}
