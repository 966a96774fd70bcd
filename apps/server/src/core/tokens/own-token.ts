/** A company's own token, which its phones approve with: what came of looking at one. */

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
}

export type OwnTokenRefusalWord =
  | 'malformed'
  | 'encrypted'
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
