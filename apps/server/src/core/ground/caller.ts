export interface Caller {
  /** Resolved through trusted proxies only (threats T30). */
  ip: string;
  userAgent: string | null;
  requestId: string;
}
