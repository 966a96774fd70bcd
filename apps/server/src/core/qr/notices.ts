/**
 * Tells whoever waits that a code has changed. A notice says "look again", never what is to be seen, and it may get lost:
 * the status reader stays the one source of truth.
 */
export interface QrNotices {
  /** Calls `listener` at each change of the code until the returned function is called. */
  subscribe(idHash: string, listener: () => void): () => void;
  publish(idHash: string): void;
}
