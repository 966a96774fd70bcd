import { type AuditType, auditTypes } from './event.ts';

/** What became of the deed that an event tells of: it was done, it was not, or it is one that an operator should look at. */
export type Outcome = 'success' | 'failure' | 'alarm';

const failures: readonly AuditType[] = [
  'qr.cancelled',
  'qr.expired',
  'qr.ended',
  'device.denied',
  'own_token.refused',
  'user.sign_in_failed',
  'administrator.sign_in_failed',
];

export const alarms: readonly AuditType[] = [
  'qr.scan_conflict',
  'qr.ticket_replayed',
  'qr.ticket_voided',
  'qr.poll_foreign',
  'qr.unknown_burst',
  'device.scan_conflict',
  'device.code_replayed',
  'limit.hit',
  'user.identifier_conflict',
  'passcode.undelivered',
  'session.logout_undelivered',
  'token.refresh_reused',
  'token.code_reused',
];

export function outcomeOf(type: AuditType): Outcome {
  if (alarms.includes(type)) return 'alarm';
  return failures.includes(type) ? 'failure' : 'success';
}

/** The types that a filter means: names, and `qr.*` for all that begin so. Null for a name that means none. */
export function typesNamed(name: string): readonly AuditType[] | null {
  const found = name.endsWith('.*')
    ? auditTypes.filter((type) => type.startsWith(name.slice(0, -1)))
    : auditTypes.filter((type) => type === name);
  return found.length === 0 ? null : found;
}
