/** Which tokens of the company's own auth server a user pool trusts: the entries of its `ownTokens`. */

/** What every entry says, however it comes to know whether a token is good. */
export interface EntryRules {
  /** In audit, logs, metrics and `registerSource`. Unique in the pool. */
  name: string;
  /** The phone application that these tokens stand for. */
  applicationId: string;
  /** Whose people these are. Equals the claim `iss` to the byte where there is one; ASCII. */
  issuer: string;
  /** `true` is a claim that is present and says something; a list is any of its values. */
  requiredClaims: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;
  /** The first that is a text names the login at the company. */
  sessionClaims: readonly string[];
  /** Whether CONFIRM and CANCEL must bring the `scanToken` that SCAN gave. */
  requireScanToken: boolean;
  /** The claim that names the person. */
  subject: string;
  person: PersonRules;
}

export type ClaimValue = string | number | boolean;

/** Where a claim stands: its name, or the names from the outermost claim inwards. */
export type ClaimPath = readonly string[];

/** What is taken of a person's claims. Of a list the first that is there counts; an empty one takes nothing. */
export interface PersonRules {
  externalId: readonly ClaimPath[];
  displayName: readonly ClaimPath[];
  photo: readonly ClaimPath[];
  locale: readonly ClaimPath[];
  /** Taken only where `email_verified` or `phone_number_verified` of the same token is true. Absent: nothing is. */
  email?: readonly ClaimPath[];
  phone?: readonly ClaimPath[];
  /** By declared custom field. Absent: none. */
  customFields?: Readonly<Record<string, readonly ClaimPath[]>>;
  /** Whether somebody unknown gets an account. */
  create: boolean;
  /** `externalId`: an account to which an operator gave that `externalId` is the person's. */
  link: 'none' | 'externalId';
  /** Whether all of these but `externalId` follow the claims of later tokens. */
  refresh: 'always' | 'never';
}

/** Tokens that are JWTs, judged by the keys of their issuer. */
export interface JwtEntry extends EntryRules {
  way: 'jwt';
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
  /** The token is good for the one code that its claim `qrcode_id` names. */
  bindsCode: boolean;
}

/** Tokens that only their issuer can read: it is asked about each one (RFC 7662). */
export interface IntrospectionEntry extends EntryRules {
  way: 'introspection';
  url: string;
  clientId: string;
  clientSecret: string;
  /** How this server proves itself there. `bearer`: the secret is a token of its own. */
  authMethod: 'client_secret_basic' | 'client_secret_post' | 'bearer';
  /** Any of them in `aud`. */
  audiences: readonly string[];
  /** Compared with the first present of `azp`, `client_id`, `appid`, `cid`. One of both lists is not empty. */
  clientIds: readonly string[];
  timeoutSeconds: number;
  /** Whether the issuer is asked again when the ticket is exchanged. The token is kept sealed until then. */
  askAgain: boolean;
}

/** Logins of a kind of their own: a service of the company is asked whose token it is. */
export interface CallbackEntry extends EntryRules {
  way: 'callback';
  url: string;
  /** The secret in use, and a second one while it is being replaced. Requests are signed with each. */
  secrets: readonly string[];
  timeoutSeconds: number;
  /** Tokens that begin otherwise are not asked about; null: every token is. */
  tokenPrefix: string | null;
}

export type OwnTokenEntry = JwtEntry | IntrospectionEntry | CallbackEntry;

/** Entries whose tokens another server is asked about. */
export type AskingEntry = IntrospectionEntry | CallbackEntry;

/** An entry and the pool that holds it. */
export type EntryOfPool<Entry = OwnTokenEntry> = Entry & { userPoolId: string };

/** What `types` is when an entry does not say: an ID token is no `at+jwt`. */
export const defaultTypes: Record<JwtEntry['kind'], readonly (string | null)[]> = {
  access: ['at+jwt', 'JWT', null],
  id: ['JWT', null],
};

export const ownTokenAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

/** In seconds. */
export const askingBounds = { timeoutSeconds: { min: 1, max: 5, default: 3 } } as const;

/** In seconds. */
export const jwtBounds = {
  clockToleranceSeconds: { min: 0, max: 60, default: 30 },
  maxLifetimeSeconds: { min: 60, max: 2_592_000, default: 86_400, warnAbove: 86_400 },
  staleKeysSeconds: { min: 0, max: 86_400, default: 3_600 },
} as const;
