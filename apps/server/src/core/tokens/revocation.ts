import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import { liveSecrets } from '../directory/kept/kept.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { type LoginSession, loginFacts } from '../sessions/login-session.ts';
import { kindsOf, requireRight } from '../sessions/rights.ts';
import type { SsoLoginStore } from '../sessions/sso-store.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { readAccessToken } from './access-token.ts';
import { bearerOf } from './bearer.ts';
import type { Hs256 } from './hs256.ts';
import type { Signer } from './signer.ts';
import type { RefreshTokenStore, RevokedTokenStore } from './store.ts';

export interface RevocationInput {
  application: Application;
  token: string;
  caller: Caller;
}

export interface RevocationParts {
  signer: Pick<Signer, 'verifyOnce'>;
  hs256: Pick<Hs256, 'verify'>;
  directory: Pick<Directory, 'findApplication'>;
  refreshTokens: Pick<RefreshTokenStore, 'find'>;
  revokedTokens: Pick<RevokedTokenStore, 'add'>;
  loginSessions: Pick<LoginSessionStore, 'find' | 'revoke'>;
  ssoLogins: Pick<SsoLoginStore, 'revoke'>;
  secrets: Secrets;
  clock: Clock;
}

/** What a token belongs to: a login, or no login when an application has it for itself. */
type Found =
  | { kind: string; applicationId: string; loginSessionId: string }
  | { kind: string; applicationId: string; userPoolId: string; jti: string; expiresAt: number };

/**
 * Token revocation (RFC 7009). Any token of a login, an expired one too, ends that login, and with it all its access, ID, refresh and V2
 * tokens, whoever holds them. A text that is no token of ours, or one of an ended login, is answered as a success: there is nothing left
 * to revoke.
 */
export function createRevocation(parts: RevocationParts) {
  const { signer, hs256, directory, refreshTokens, revokedTokens, loginSessions, ssoLogins, secrets, clock } = parts;

  /** @throws DomainError permission_denied for another application's token */
  async function revoke({ application, token, caller }: RevocationInput): Promise<void> {
    const found = (await asAccessToken(token)) ?? (await asLoginToken(token)) ?? (await asRefreshToken(token));
    if (found === null) return;
    if (found.applicationId !== application.id) {
      throw new DomainError('permission_denied', { reason: 'tokenOfOtherApplication' });
    }
    if ('jti' in found) {
      const { kind, applicationId, userPoolId, jti, expiresAt } = found;
      const facts = { applicationId, userPoolId, detail: { kind } };
      await revokedTokens.add(jti, expiresAt, newEvent(secrets, 'token.revoked', caller, facts));
      return;
    }
    const login = await loginSessions.find(found.loginSessionId);
    if (login !== null) await end(login, 'token.revoked', found.kind, caller);
  }

  /** Signs a person out by any token of their login. An expired one counts too, for the login may outlive it. */
  async function signOut(authorization: string | undefined, caller: Caller): Promise<void> {
    const token = bearerOf(authorization);
    if (token === null) return;
    const found = (await asAccessToken(token)) ?? (await asLoginToken(token));
    if (found === null || 'jti' in found) return;
    const login = await loginSessions.find(found.loginSessionId);
    const application = directory.findApplication(found.applicationId);
    if (login === null || application === null) return;
    requireRight(kindsOf(login, application), 'endThisLogin');
    await end(login, 'session.revoked', found.kind, caller);
    // Whoever leaves an application of this browser would be let in again without being asked.
    if (login.ssoLoginId === null) return;
    const facts = { ...loginFacts(login), loginSessionId: login.ssoLoginId, detail: { reason: 'logout' } };
    await ssoLogins.revoke(login.ssoLoginId, clock.now(), newEvent(secrets, 'sso.ended', caller, facts));
  }

  async function end(
    login: LoginSession,
    type: 'token.revoked' | 'session.revoked',
    kind: string,
    caller: Caller,
  ): Promise<void> {
    const event = newEvent(secrets, type, caller, { ...loginFacts(login), detail: { kind } });
    await loginSessions.revoke(login.id, clock.now(), event);
  }

  async function asAccessToken(token: string): Promise<Found | null> {
    const verified = await signer.verifyOnce(token, 'at+jwt');
    const claims = verified === null ? null : readAccessToken(verified);
    if (claims === null) return null;
    const { client_id: applicationId, userpool_id: userPoolId, sid, jti, exp } = claims;
    const kind = 'access_token';
    return sid === undefined
      ? { kind, applicationId, userPoolId, jti, expiresAt: exp * 1000 }
      : { kind, applicationId, loginSessionId: sid };
  }

  /** Reads an ID token or a V2 login token: calls of the second generation come with either. */
  async function asLoginToken(token: string): Promise<Found | null> {
    const secretsOf = (id: string) => {
      const application = directory.findApplication(id);
      return application === null ? [] : liveSecrets(application, clock.now());
    };
    const ours = await signer.verifyOnce(token, 'JWT');
    const claims = ours ?? (await hs256.verify(token, secretsOf, clock.now()));
    if (typeof claims?.aud !== 'string' || typeof claims.sid !== 'string') return null;
    return { kind: ours ? 'id_token' : 'login_token', applicationId: claims.aud, loginSessionId: claims.sid };
  }

  async function asRefreshToken(token: string): Promise<Found | null> {
    const row = await refreshTokens.find(secrets.hash(token));
    if (row === null) return null;
    const { applicationId, loginSessionId } = row;
    return { kind: 'refresh_token', applicationId, loginSessionId };
  }

  return { revoke, signOut };
}
