/** A configuration file that a node applied at its start, or when it was told to. */
export interface AppliedFile {
  /** SHA-256 of its text, in hexadecimal. */
  digest: string;
  node: string;
  at: number;
}

export interface AppliedFileStore {
  /** Notes one, and forgets all but the latest hundred. */
  add(file: Omit<AppliedFile, 'at'>): Promise<void>;
  /** Latest first. */
  list(limit: number): Promise<AppliedFile[]>;
}
