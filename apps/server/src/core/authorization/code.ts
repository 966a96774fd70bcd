/** An authorization code. Its hash is kept, with everything that its redemption must find unchanged. */
export interface AuthorizationCode {
  codeHash: string;
  userPoolId: string;
  applicationId: string;
  userId: string;
  ssoLoginId: string;
  redirectUri: string;
  scope: string;
  nonce: string | null;
  codeChallenge: string | null;
  amr: string[];
  /** The phone's login behind a scan. */
  parentId: string | null;
  authenticatedAt: number;
  createdAt: number;
  /** Until then it can be redeemed. Once it was, it is kept until the end of its login, for a second use tells of a leak. */
  expiresAt: number;
  /** Of the browser: whoever redeems the code may be a backend. */
  ip: string | null;
  userAgent: string | null;
  redeemedAt: number | null;
  /** The login that came of it. */
  loginSessionId: string | null;
}

/** The prefix tells the kind of secret (threats T17). Only unreserved characters: official clients decode nothing. */
export const codePrefix = 'ac_';
