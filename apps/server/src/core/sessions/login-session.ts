import type { Application } from '../directory/application.ts';
import { refreshTokenBounds } from '../directory/application.ts';
import { v2LoginTokenSeconds } from './lifetimes.ts';
import { hasScope } from './scopes.ts';

/** A signed-in person on one device or browser. Access tokens name it in `sid`; revoking it kills them (threats T39). */
export interface LoginSession {
  id: string;
  userPoolId: string;
  applicationId: string;
  userId: string;
  /** How the person proved who they are (RFC 8176): `pwd` for a password, `qr` for a scan. */
  amr: string[];
  /** How the login came about, where its `amr` and parent do not tell. */
  birth: 'signIn' | 'redirect' | 'device' | 'ownToken';
  /** The phone's login session that confirmed this one; null when it was not born from a scan. */
  parentId: string | null;
  /** The SSO login of the browser that this one stands on: it ends with that. Null for all but redirects. */
  ssoLoginId: string | null;
  scope: string;
  createdAt: number;
  /** When the person last proved who they are, for this login or for the SSO login behind it. */
  authenticatedAt: number;
  expiresAt: number;
  revokedAt: number | null;
  ip: string | null;
  userAgent: string | null;
  /** Hash of the browser's binding cookie, to tell "first time on this browser". */
  browserHash: string | null;
}

export function loginFacts({ id, userPoolId, applicationId, userId }: LoginSession) {
  return { userPoolId, applicationId, userId, loginSessionId: id };
}

/** How long a login lasts when nobody ends it: as long as the V2 login tokens that stand on it. */
const loginSessionSeconds = v2LoginTokenSeconds;

/** No login lasts longer, whoever asked for what. */
export const longestLoginMs = Math.max(loginSessionSeconds, refreshTokenBounds.max) * 1000;

type Defaulted = 'birth' | 'ssoLoginId' | 'authenticatedAt';
type NewLoginFacts = Omit<LoginSession, 'applicationId' | 'expiresAt' | 'revokedAt' | Defaulted> &
  Partial<Pick<LoginSession, Defaulted>>;

export function newLoginSession(
  application: Pick<Application, 'id' | 'refreshTokenExpiresIn'>,
  facts: NewLoginFacts,
): LoginSession {
  // With `offline_access` the login must last as long as its refresh tokens, which die with it.
  const refreshSeconds = hasScope(facts.scope, 'offline_access') ? application.refreshTokenExpiresIn : 0;
  const seconds = Math.max(loginSessionSeconds, refreshSeconds);
  return {
    birth: 'signIn',
    ssoLoginId: null,
    authenticatedAt: facts.createdAt,
    ...facts,
    applicationId: application.id,
    expiresAt: facts.createdAt + seconds * 1000,
    revokedAt: null,
  };
}

/** When no refresh token of the login works any more: counted from the login, so that rotation adds nothing (threats T35). */
export function refreshEndsAt(
  { refreshTokenExpiresIn }: Pick<Application, 'refreshTokenExpiresIn'>,
  { createdAt, expiresAt }: Pick<LoginSession, 'createdAt' | 'expiresAt'>,
): number {
  return Math.min(createdAt + refreshTokenExpiresIn * 1000, expiresAt);
}
