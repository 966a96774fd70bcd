/** Tells waiting pages to look again. A notice may get lost: what there is to see comes from a status poll. */
export interface QrNotices {
  /** Calls `listener` at each change of the code until the returned function is called. */
  subscribe(idHash: string, listener: () => void): () => void;
  publish(idHash: string): void;
}
