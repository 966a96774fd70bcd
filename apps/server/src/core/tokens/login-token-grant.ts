import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock } from '../ground/ports.ts';
import { allowedScope, scopeWithin } from '../sessions/scopes.ts';
import type { RefreshTokenStore } from './store.ts';
import type { TokenService, TokenSet } from './token-set.ts';
import type { V2LoginTokens } from './v2-login-tokens.ts';

/**
 * Gives a token set to a phone that holds a V2 or ID token (wire 4.4). The tokens belong to the same login: ending it ends them too, and
 * a login that was born from a scan stays one.
 */
export function createLoginTokenGrant(parts: {
  v2LoginTokens: Pick<V2LoginTokens, 'authenticate'>;
  tokens: Pick<TokenService, 'mint'>;
  refreshTokens: Pick<RefreshTokenStore, 'insert'>;
  clock: Clock;
  /** Counts a token set, because each refresh token is a row in the store. @throws DomainError too_many_requests */
  countNewTokens(userId: string, applicationId: string, caller: Caller): Promise<void>;
}) {
  const { v2LoginTokens, tokens, refreshTokens, clock, countNewTokens } = parts;

  /** @throws DomainError login_token_invalid, user_suspended, too_many_requests */
  return async function grant(
    application: Application,
    token: string,
    asked: string,
    caller: Caller,
  ): Promise<TokenSet> {
    const { user, loginSession, applicationId, kinds } = await v2LoginTokens
      .authenticate(token, 'renewLoginToken')
      .catch((error: unknown) => {
        throw error instanceof DomainError && error.code === 'not_signed_in'
          ? new DomainError('login_token_invalid')
          : error;
      });
    if (applicationId !== application.id) throw new DomainError('login_token_invalid');
    await countNewTokens(user.id, application.id, caller);
    const allowed = allowedScope(application, asked);
    // Tokens of a scan-born login get no more scopes than the login has.
    const scope = kinds.includes('scanBorn') ? scopeWithin(allowed, loginSession.scope.split(' ')) : allowed;
    const minted = await tokens.mint({ user, application, loginSession, scope, issuedAt: clock.now() });
    if (minted.refreshToken !== null) await refreshTokens.insert(minted.refreshToken);
    return minted.tokenSet;
  };
}

export type LoginTokenGrant = ReturnType<typeof createLoginTokenGrant>;
