/** Whose secret it is. */
export type SecretHolder = { kind: 'application' | 'userPool'; id: string };

/** A secret that a pool or an application has or had. What it is stands with its holder, and nowhere once it ended. */
export interface SecretFacts {
  /** The beginning of its hash. */
  id: string;
  /** Its last four characters. */
  hint: string;
  createdAt: number;
  /** Noted at most once a minute; null: it was not seen. */
  lastUsedAt: number | null;
  /** Null while it is the current one. */
  endsAt: number | null;
}

/** Written by the stores of pools and applications whenever a secret changes: hashes of ended ones stay for ever. */
export interface SecretHistory {
  /** Newest first. */
  list(holder: SecretHolder, limit: number): Promise<SecretFacts[]>;
  /** Whether it was replaced: such a secret is never taken again, wherever it comes from (threats T38). */
  wasReplaced(holder: SecretHolder, secret: string): Promise<boolean>;
  noteUse(holder: SecretHolder, secret: string, at: number): Promise<void>;
}
