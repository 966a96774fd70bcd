import type { SsoLifetimes } from '../directory/settings.ts';

/** A browser that is signed in for every application of a user pool. Its cookie holds a secret; the hash of that is kept. */
export interface SsoLogin {
  /** Names it to its person; opens nothing. */
  id: string;
  /** Another one after each authentication, so that a planted or old cookie is worth nothing. */
  secretHash: string;
  userPoolId: string;
  userId: string;
  /** The application for which the person signed in. */
  applicationId: string;
  /** How the person proved who they are (RFC 8176). */
  amr: string[];
  /** The phone's login that confirmed it; null without a scan. It ends with that. */
  parentId: string | null;
  createdAt: number;
  authenticatedAt: number;
  usedAt: number;
  expiresAt: number;
  revokedAt: number | null;
  ip: string | null;
  userAgent: string | null;
}

/** A person signing in to a browser, in a flow that waits for that. */
export interface BrowserSignIn {
  /** A new one, or the one of the same person in this browser with what changed. */
  login: SsoLogin;
  /** The SSO login of somebody else in this browser: it ends, with the logins that stand on it. */
  endsId: string | null;
  /** The flow as it is afterwards: `version` is one more than before. */
  flow: { idHash: string; version: number; state: string };
}

/** More browsers than anybody signs in with. When one more begins, the oldest ends. */
export const maxSsoLogins = 100;

/** An SSO login is written again when its end moves by more than this: nobody needs it to the minute. */
export const prolongedAfterMs = 60_000;

/** When an SSO login ends that was used last at `usedAt`. */
export function ssoEndsAt(
  { authenticatedAt, usedAt }: Pick<SsoLogin, 'authenticatedAt' | 'usedAt'>,
  { idleSeconds, absoluteSeconds }: SsoLifetimes,
): number {
  return Math.min(usedAt + idleSeconds * 1000, authenticatedAt + absoluteSeconds * 1000);
}

export function ssoFacts({ id, userPoolId, applicationId, userId }: SsoLogin) {
  return { userPoolId, applicationId, userId, loginSessionId: id };
}
