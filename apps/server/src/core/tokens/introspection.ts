import type { Application } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { refreshEndsAt } from '../sessions/login-session.ts';
import { allowedScope, hasScope } from '../sessions/scopes.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { UserStore } from '../users/store.ts';
import type { AccessTokenCheck } from './access-token-check.ts';
import { isLive } from './standing-login.ts';
import type { RefreshTokenStore } from './store.ts';

export interface ActiveToken {
  active: true;
  sub: string;
  client_id: string;
  aud: string;
  iss: string;
  iat: number;
  exp: number;
  scope: string;
  token_type: 'Bearer' | 'refresh_token';
  jti?: string;
  sid?: string;
}

export type Introspection = ActiveToken | { active: false };

export interface IntrospectionParts {
  refreshTokens: Pick<RefreshTokenStore, 'find'>;
  loginSessions: Pick<LoginSessionStore, 'find'>;
  users: Pick<UserStore, 'find'>;
  secrets: Secrets;
  clock: Clock;
  issuer: string;
}

/** Token introspection (RFC 7662). An application learns about its own tokens only; all others look inactive to it. */
export function createIntrospection(parts: IntrospectionParts, check: AccessTokenCheck) {
  const { refreshTokens, loginSessions, users, secrets, clock, issuer } = parts;

  return async function introspect(application: Application, token: string): Promise<Introspection> {
    const found = (await asAccessToken(token)) ?? (await asRefreshToken(application, token));
    return found?.client_id === application.id ? found : { active: false };
  };

  async function asAccessToken(token: string): Promise<ActiveToken | null> {
    try {
      const { claims } = await check(token);
      const { sub, client_id, aud, iat, exp, scope, jti, sid } = claims;
      return { active: true, sub, client_id, aud, iss: issuer, iat, exp, scope, token_type: 'Bearer', jti, sid };
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  async function asRefreshToken(application: Application, token: string): Promise<ActiveToken | null> {
    const row = await refreshTokens.find(secrets.hash(token));
    const now = clock.now();
    if (row === null || row.rotatedAt !== null || row.applicationId !== application.id) return null;
    const [user, loginSession] = await Promise.all([users.find(row.userId), loginSessions.find(row.loginSessionId)]);
    if (user?.status !== 'Activated' || loginSession === null || !isLive(loginSession, now)) return null;
    const expiresAt = Math.min(row.expiresAt, refreshEndsAt(application, loginSession));
    const scope = allowedScope(application, row.scope);
    if (expiresAt <= now || !hasScope(scope, 'offline_access')) return null;
    return {
      active: true,
      sub: row.userId,
      client_id: row.applicationId,
      aud: row.applicationId,
      iss: issuer,
      iat: Math.floor(row.issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      scope,
      token_type: 'refresh_token',
      sid: row.loginSessionId,
    };
  }
}
