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

/** Two files that are applied in turn within this time are at work: one of the nodes has an old one. */
const alternatingWithinMs = 600_000;

/** The digests of two files at work, the latest first; null when there is one. `applied` is sorted as `list` sorts it. */
export function alternatingFiles(applied: readonly AppliedFile[], now: number): [string, string] | null {
  const digests = applied.filter(({ at }) => now - at < alternatingWithinMs).map(({ digest }) => digest);
  const [latest] = digests;
  const between = digests.findIndex((digest) => digest !== latest);
  if (latest === undefined || between === -1 || !digests.slice(between).includes(latest)) return null;
  return [latest, digests[between] ?? ''];
}
