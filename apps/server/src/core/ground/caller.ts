/** Facts about whoever called, for audit, consent and limits. Resolved by the HTTP layer. */
export interface Caller {
  /** Resolved through trusted proxies only (threats T30). */
  ip: string;
  userAgent: string | null;
  requestId: string;
}
