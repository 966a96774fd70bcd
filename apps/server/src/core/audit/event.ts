import { type AuditType, auditTypes } from '@passbeam/protocol';
import type { Secrets } from '../ground/ports.ts';

export { type AuditType, auditTypes };

/** An event of the append-only audit record (threats T39). Events hold hashes of qrcodeIds, never a secret. */
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
