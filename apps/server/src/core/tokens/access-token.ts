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

interface AccessTokenInput {
  application: Application;
  scope: string;
  jti: string;
  issuedAt: number;
}

/** The claims of a user's access token, which never outlives its login. */
export function userAccessToken(
  input: AccessTokenInput & { loginSession: LoginSession },
  lifetimeSeconds: number,
): AccessTokenClaims {
  const { id: sid, userId: sub, expiresAt, amr } = input.loginSession;
  const claims = applicationAccessToken(input, lifetimeSeconds);
  return { ...claims, sub, exp: Math.min(claims.exp, Math.floor(expiresAt / 1000)), sid, amr };
}

/** The claims of an application's own access token. Their order is fixed, so the same input gives the same token. */
export function applicationAccessToken(
  { application, scope, jti, issuedAt }: AccessTokenInput,
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
