/** A public key as the key set shows it (RFC 7517). */
export type PublicJwk = { kty: 'RSA'; n: string; e: string; kid: string; use: 'sig'; alg: 'RS256' };

/** The `typ` header: access tokens (RFC 9068), ID tokens, and tokens to manage a pool with (contract 5.1). */
export type TokenType = 'at+jwt' | 'JWT' | 'management+jwt';

/** Makes and checks our JWTs. The algorithm is fixed per key; `kid` is looked up, never trusted (threat model T34). */
export interface Signer {
  /** The encoded claims hold no `-` or `_`: a published client reads them as plain base64 (contract 5.1). */
  sign(claims: Record<string, unknown>, typ: TokenType): Promise<string>;
  /**
   * Signature, `iss`, `exp`, `nbf` and `typ` are checked (leeway 30 s). Null for anything that is not a good token of ours.
   */
  verify(token: string, typ: TokenType): Promise<Record<string, unknown> | null>;
  /**
   * Like `verify`, but a token that was good once counts too: whoever ends a login by it may come late (RP-Initiated Logout,
   * section 2).
   */
  verifyOnce(token: string, typ: TokenType): Promise<Record<string, unknown> | null>;
  /** JWKS with the current key first: some clients take the first whatever the `kid` (contract 6.5). */
  keySet(): { keys: PublicJwk[] };
}
