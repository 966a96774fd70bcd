import type { Application } from '../directory/application.ts';
import type { LoginSession } from '../sessions/login-session.ts';

/** What an access token of ours says (wire 6.5). A token that an application has for itself names no login session. */
export interface AccessTokenClaims {
  jti: string;
  /** The user's id; the application's, when it speaks for itself. */
  sub: string;
  /** Seconds, as in every JWT. */
  iat: number;
  exp: number;
  scope: string;
  aud: string;
  client_id: string;
  userpool_id: string;
  sid?: string;
  amr?: string[];
}

/**
 * The claims of a user's access token, which never outlives its login. Their order is fixed, so the same input gives the
 * same token.
 */
export function userAccessToken(
  { application, loginSession, scope, jti, issuedAt }: AccessTokenInput,
  lifetimeSeconds: number,
): AccessTokenClaims {
  const iat = Math.floor(issuedAt / 1000);
  return {
    jti,
    sub: loginSession.userId,
    iat,
    exp: Math.min(iat + lifetimeSeconds, Math.floor(loginSession.expiresAt / 1000)),
    scope,
    aud: application.id,
    client_id: application.id,
    userpool_id: application.userPoolId,
    sid: loginSession.id,
    amr: loginSession.amr,
  };
}

interface AccessTokenInput {
  application: Application;
  loginSession: LoginSession;
  scope: string;
  jti: string;
  issuedAt: number;
}

export function applicationAccessToken(
  { application, scope, jti, issuedAt }: Omit<AccessTokenInput, 'loginSession'>,
  lifetimeSeconds: number,
): AccessTokenClaims {
  const iat = Math.floor(issuedAt / 1000);
  return {
    jti,
    sub: application.id,
    iat,
    exp: iat + lifetimeSeconds,
    scope,
    aud: application.id,
    client_id: application.id,
    userpool_id: application.userPoolId,
  };
}

/** The claims of a verified token, or null when it is not of the shape we mint. */
export function readAccessToken(claims: Record<string, unknown>): AccessTokenClaims | null {
  const { jti, sub, iat, exp, scope, aud, client_id, userpool_id, sid, amr } = claims;
  if (typeof jti !== 'string' || typeof sub !== 'string' || typeof scope !== 'string') return null;
  if (typeof iat !== 'number' || typeof exp !== 'number') return null;
  if (typeof client_id !== 'string' || aud !== client_id || typeof userpool_id !== 'string') return null;
  if (sid !== undefined && typeof sid !== 'string') return null;
  const methods = Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : undefined;
  return { jti, sub, iat, exp, scope, aud: client_id, client_id, userpool_id, sid, amr: methods };
}
