/** One-time codes of authenticators (RFC 6238): six digits, half a minute each. */
export interface TotpCodes {
  /** A new secret, base32. */
  newSecret(): string;
  /** What an authenticator reads from the picture of a QR code. */
  uri(secret: string, signInName: string): string;
  /** The time step whose code this is, the present one or one beside it; null when it is wrong. */
  stepOf(secret: string, code: string, now: number): number | null;
}
