import type { ErrorCode, Reason } from '@passbeam/protocol';

export interface ErrorDetail {
  /** The request field at fault, as the caller spelt it: `passwordPayload.password`. */
  field?: string;
  /** What is wrong with the field, or what the caller should do. Never contains a secret. */
  reason?: Reason;
  retryAfterSeconds?: number;
  /** What the caller needs to go on, sent as the refusal's `data`. May hold a token meant for them. */
  next?: Record<string, string | number | null>;
}

/** The only error core raises on purpose: a refusal from the closed list in `packages/protocol`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    super(code);
    this.name = 'DomainError';
    this.code = code;
    this.detail = detail;
  }
}
