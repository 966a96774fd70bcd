/** A company's own access token, which its phones approve with: how an operator says which to trust, and what came of one. */

/** A `jwt` entry of a user pool's `ownTokens`, with its defaults filled in. */
export interface JwtEntry {
  /** In logs, metrics and audit. */
  name: string;
  /** Equals the claim `iss` to the byte. */
  issuer: string;
  /** Where its keys are. Neither: the issuer's discovery document says it. */
  jwksUri: string | null;
  /** Public keys, each a JWK: then nothing is fetched. */
  keys: readonly Record<string, unknown>[] | null;
  /** Any of them in `aud`. */
  audiences: readonly string[];
  /** Compared with the first present of `azp`, `client_id`, `appid`, `cid`. */
  clientIds: readonly string[];
  /** Must be said where neither audiences nor clients are: then every token of the issuer is good. */
  anyAudience: boolean;
  algorithms: readonly string[];
  kind: 'access' | 'id';
  /** Header `typ`, where null is a token without one. */
  types: readonly (string | null)[];
  clockToleranceSeconds: number;
  /** From `iat`, or from now where there is none, to `exp`. */
  maxLifetimeSeconds: number;
  /** How long the last good keys serve after they should have been renewed. */
  staleKeysSeconds: number;
  /** `true` is a claim that is present and says something; a list is any of its values. */
  requiredClaims: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** The first that is a text names the login at the company. */
  sessionClaims: readonly string[];
  /** The claim that names the person. */
  subject: string;
  /** The token is good for the one code that its claim `qrcode_id` names. */
  bindsCode: boolean;
}

export type ClaimValue = string | number | boolean;

/** What `types` is when an entry does not say: an ID token is no `at+jwt`. */
export const defaultTypes: Record<JwtEntry['kind'], readonly (string | null)[]> = {
  access: ['at+jwt', 'JWT', null],
  id: ['JWT', null],
};

export const ownTokenAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

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
  expiresAt: number;
  claims: Readonly<Record<string, unknown>>;
}

export type OwnTokenRefusalWord =
  | 'malformed'
  | 'encrypted'
  | 'unknown_issuer'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'bad_signature'
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
