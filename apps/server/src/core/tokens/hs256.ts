/** JWTs under a shared secret: V2 login tokens alone (wire 6.5). Nothing that an RS256 key verifies comes here (threats T34). */
export interface Hs256 {
  sign(claims: Record<string, unknown>, secret: string): Promise<string>;
  /**
   * Checks the signature, by a live secret of the application that `aud` names, and the lifetime. Null when either is wrong, and for any
   * other algorithm.
   */
  verify(
    token: string,
    secretsOf: (applicationId: string) => readonly string[],
    now: number,
  ): Promise<Record<string, unknown> | null>;
}
