import type { Application } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { User } from '../users/user.ts';
import { type AccessTokenClaims, readAccessToken } from './access-token.ts';
import type { Signer } from './signer.ts';
import { createStandingLogin, type StandingLoginParts } from './standing-login.ts';
import type { RevokedTokenStore } from './store.ts';

export interface CheckedAccessToken {
  claims: AccessTokenClaims;
  application: Application;
  /** Null for an application's own token. */
  login: { user: User; loginSession: LoginSession } | null;
}

export interface AccessTokenCheckParts extends StandingLoginParts {
  signer: Signer;
  revokedTokens: Pick<RevokedTokenStore, 'has'>;
}

/** Whether an access token is good right now: signed by us, alive, not revoked, and the login it stands on still stands. */
export function createAccessTokenCheck(parts: AccessTokenCheckParts) {
  const { signer, revokedTokens, directory } = parts;
  const standingLogin = createStandingLogin(parts);

  /** @throws DomainError not_signed_in, user_suspended */
  return async function check(token: string): Promise<CheckedAccessToken> {
    const verified = await signer.verify(token, 'at+jwt');
    const claims = verified === null ? null : readAccessToken(verified);
    if (claims === null) throw new DomainError('not_signed_in');
    const application = directory.findApplication(claims.client_id);
    if (!application?.enabled || application.userPoolId !== claims.userpool_id) throw new DomainError('not_signed_in');
    if (await revokedTokens.has(claims.jti)) throw new DomainError('not_signed_in');

    if (claims.sid === undefined) {
      if (claims.sub !== application.id) throw new DomainError('not_signed_in');
      return { claims, application, login: null };
    }
    const { user, loginSession } = await standingLogin({
      applicationId: application.id,
      userId: claims.sub,
      loginSessionId: claims.sid,
    });
    return { claims, application, login: { user, loginSession } };
  };
}

export type AccessTokenCheck = ReturnType<typeof createAccessTokenCheck>;
