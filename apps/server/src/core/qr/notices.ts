/**
 * Tells waiting pages that a QR session has changed. A notice only says "look again" and may get lost: what there is to see always
 * comes from a status poll.
 */
export interface QrNotices {
  /** Calls `listener` at each change of the code until the returned function is called. */
  subscribe(idHash: string, listener: () => void): () => void;
  publish(idHash: string): void;
}
