import type { Secrets } from '../ground/ports.ts';

/** The types of events in the append-only audit record (threats T39). Events hold hashes of qrcodeIds, never a secret. */
export const auditTypes = [
  'qr.created',
  'qr.scanned',
  'qr.scan_conflict',
  'qr.confirmed',
  'qr.cancelled',
  'qr.expired',
  'qr.exchanged',
  'qr.ended',
  'qr.ticket_replayed',
  'qr.ticket_voided',
  'qr.poll_foreign',
  'qr.unknown_burst',
  'device.requested',
  'device.scanned',
  'device.scan_conflict',
  'device.approved',
  'device.denied',
  'device.code_replayed',
  'own_token.refused',
  'limit.hit',
  'session.created',
  'session.revoked',
  'session.logout_undelivered',
  'sso.created',
  'sso.ended',
  'consent.given',
  'consent.withdrawn',
  'user.created',
  'user.updated',
  'user.password_changed',
  'user.deleted',
  'user.linked',
  'user.identifier_conflict',
  'user.sign_in_failed',
  'passcode.requested',
  'passcode.undelivered',
  'token.refresh_reused',
  'token.code_reused',
  'token.revoked',
  'key.rotated',
  'settings.changed',
  'administrator.link_made',
  'administrator.set_up',
  'administrator.invited',
  'administrator.joined',
  'administrator.changed',
  'administrator.removed',
  'administrator.signed_in',
  'administrator.sign_in_failed',
  'administrator.proved_again',
  'administrator.signed_out',
  'administrator.logins_ended',
  'administrator.password_changed',
  'administrator.second_factor_changed',
  'administrator.person_linked',
  'administrator.person_unlinked',
  'admin.access_key_created',
  'admin.access_key_changed',
  'admin.access_key_deleted',
  'admin.user_created',
  'admin.user_updated',
  'admin.user_deleted',
  'admin.users_kicked',
  'admin.custom_data_set',
  'admin.custom_fields_set',
  'admin.custom_fields_removed',
  'admin.application_created',
  'admin.application_updated',
  'admin.application_deleted',
  'admin.application_secret_shown',
  'admin.application_secret_refreshed',
  'admin.application_secret_rotated',
  'admin.application_secret_ended',
  'admin.userpool_updated',
  'admin.userpool_secret_shown',
  'admin.userpool_secret_rotated',
  'admin.userpool_secret_ended',
  'admin.security_settings_updated',
  'admin.signing_key_rotated',
  'admin.sessions_ended',
  'admin.audit_exported',
  'admin.test_message_sent',
  'admin.userpool_created',
  'admin.user_import_created',
  'admin.user_import_begun',
  'admin.user_import_paused',
  'admin.user_import_continued',
  'admin.user_import_ended',
] as const;

export type AuditType = (typeof auditTypes)[number];

export interface AuditEvent {
  id: string;
  type: AuditType;
  /** Epoch milliseconds; null: the store stamps it with its own clock. */
  at: number | null;
  userPoolId: string | null;
  applicationId: string | null;
  userId: string | null;
  loginSessionId: string | null;
  codeHash: string | null;
  /** The caller's address and User-Agent as resolved by the server; null when there was no request. */
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  /** Small facts, JSON-safe. */
  detail: Record<string, string | number | boolean | null>;
  /** How often it happened, where that was more than once: repeats of a refusal within the minute of `at`. */
  count?: number;
  /** Names the refusal that this event repeats; stores make one event of those that share it within a minute, and count them. */
  repeatOf?: string;
}

type CallerFacts = Pick<AuditEvent, 'ip' | 'userAgent' | 'requestId'>;

/** A new event; facts that are not given are null, and the store stamps the time. `caller` is null when there was no request. */
export function newEvent(
  secrets: Pick<Secrets, 'randomToken'>,
  type: AuditType,
  caller: CallerFacts | null,
  facts: Partial<Omit<AuditEvent, 'id' | 'type' | keyof CallerFacts>> = {},
): AuditEvent {
  const { ip, userAgent, requestId } = caller ?? { ip: null, userAgent: null, requestId: null };
  return {
    id: secrets.randomToken(),
    type,
    at: null,
    userPoolId: null,
    applicationId: null,
    userId: null,
    loginSessionId: null,
    codeHash: null,
    ip,
    userAgent,
    requestId,
    detail: {},
    ...facts,
  };
}
