/** A company's own token, which its phones approve with: what came of looking at one. */
import type { EntryOfPool } from '../directory/own-token-entries.ts';
import type { Caller } from '../ground/caller.ts';

/** Of a token that is good. Instants are epoch milliseconds. */
export interface CheckedOwnToken {
  issuer: string;
  subject: string;
  clientId: string | null;
  /** Of the entry's `sessionClaims`; null when the token has none of them. */
  session: string | null;
  amr: readonly string[];
  authTime: number | null;
  issuedAt: number | null;
  /** Null: the word of the company's server holds for this one call. */
  expiresAt: number | null;
  claims: Readonly<Record<string, unknown>>;
  /** What the company is asked with when the ticket is exchanged; null where it cannot be asked, or shall not. */
  askAgain: AskAgain | null;
}

/** Whether somebody who approved a login still may. */
export interface AskAgain {
  /** Null: the company answers for the person without it. */
  token: string | null;
  subject: string;
  session: string | null;
}

export type OwnTokenRefusalWord =
  | 'malformed'
  | 'encrypted'
  /** No JWT, and no entry of the application that the request names takes such tokens. */
  | 'taken_by_none'
  | 'unknown_issuer'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'bad_signature'
  /** The company's server says that it is not good. */
  | 'inactive'
  | 'issuer_unreachable'
  | 'expired'
  | 'not_yet_valid'
  | 'too_long_lived'
  | 'wrong_audience'
  | 'wrong_client'
  | 'wrong_type'
  | 'required_claim'
  | 'wrong_code'
  | 'no_subject'
  | 'bound_to_key'
  | 'born_of_scan';

export interface OwnTokenRefusal {
  word: OwnTokenRefusalWord;
  /** Null when no entry speaks of its issuer. */
  entryName: string | null;
  /** The signature held: whoever holds the token can read it, and may hear what was expected. */
  isSigned: boolean;
  claim?: string;
  /** Of the entry, never of the person. */
  expected?: string;
  /** As the token says it, cut to 128 characters. For logs: a stray slash or dot is what is wrong most often. */
  issuer?: string;
  retryAfterSeconds?: number;
}

export type OwnTokenAnswer =
  | { entry: EntryOfPool; checked: CheckedOwnToken; refusal: null }
  | { entry: EntryOfPool | null; checked: null; refusal: OwnTokenRefusal };

/** The move of a code that a token comes with. */
export interface OwnTokenOccasion {
  qrcodeId: string;
  action: 'SCAN' | 'CONFIRM' | 'CANCEL';
  /** The application that the request names; null: none. It selects, and proves nothing (threats T12). */
  applicationId: string | null;
  caller: Caller;
}

/** Judges the tokens of companies. */
export interface OwnTokenChecks {
  /** Whether a company is asked about the token. False for ours, and for what is no token at all. */
  concerns(token: string, occasion: OwnTokenOccasion): boolean;
  /** Whether the token is good for this move. */
  check(token: string, occasion: OwnTokenOccasion): Promise<OwnTokenAnswer>;
  /** Whether the company stands by what it said; or, when it does not answer, how long to wait. */
  stillGood(entry: EntryOfPool, kept: AskAgain): Promise<boolean | { retryAfterSeconds: number }>;
}
