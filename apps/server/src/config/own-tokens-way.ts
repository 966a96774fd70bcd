import type { EntryRules, OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import type { RawEntry } from './raw-entries.ts';

/** What an entry knows of this server. */
export interface Here {
  /** What our own tokens have in `iss`; null where no environment was read. */
  ownIssuer: string | null;
}

/** One way to know whether a token is good: the key of an entry that says so, and what is kept of it. */
export interface Way<Given> {
  /** What no schema can find; the value may have any shape. Each is a sentence that begins with the key. */
  mistakes(given: RawEntry, at: string, here: Here): string[];
  /** What is allowed, but unwise. */
  warnings(given: Given, at: string): string[];
  /** `rules` is what the entry says beside its way. */
  entryOf(rules: Omit<EntryRules, 'issuer'>, given: Given): OwnTokenEntry;
}
