import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, repeatGraceMs } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { refreshEndsAt } from '../sessions/login-session.ts';
import { kindsOf, requireRight } from '../sessions/rights.ts';
import { allowedScope, grantableScope, hasScope } from '../sessions/scopes.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { UserStore } from '../users/store.ts';
import type { createMint } from './mint.ts';
import { isLive } from './standing-login.ts';
import type { RefreshToken, RefreshTokenStore } from './store.ts';
import type { TokenSet } from './token-set.ts';

export interface RefreshInput {
  application: Application;
  refreshToken: string;
  /** Asks for less than was granted; absent means the same. */
  scope?: string;
  caller: Caller;
}

export interface RefreshParts {
  refreshTokens: RefreshTokenStore;
  loginSessions: Pick<LoginSessionStore, 'find' | 'revoke'>;
  users: Pick<UserStore, 'find'>;
  secrets: Secrets;
  clock: Clock;
  /** Counts a token set, because each refresh token is a row in the store. @throws DomainError too_many_requests */
  countNewTokens(userId: string, applicationId: string, caller: Caller): Promise<void>;
}

/** Exchanges a refresh token for a new set and its successor (threats T35). */
export function createRefresh(parts: RefreshParts, tokens: ReturnType<typeof createMint>) {
  const { refreshTokens, loginSessions, users, secrets, clock, countNewTokens } = parts;

  /** @throws DomainError refresh_token_invalid, user_suspended, invalid_argument, too_many_requests */
  return async function refresh(input: RefreshInput): Promise<TokenSet> {
    const { application, caller } = input;
    const row = await refreshTokens.find(secrets.hash(input.refreshToken));
    // Another application's attempt changes nothing, or anyone could end a login with a token they found.
    if (row === null || row.applicationId !== application.id) throw new DomainError('refresh_token_invalid');
    const now = clock.now();
    const by = callerHash(secrets, `refresh:${application.id}`, caller);
    if (row.rotatedAt !== null && !isHonestRepeat(row, by, now)) {
      if (now - row.rotatedAt > repeatGraceMs) await revokeFamily(row, caller, now);
      throw new DomainError('refresh_token_invalid');
    }
    const [user, loginSession] = await Promise.all([users.find(row.userId), loginSessions.find(row.loginSessionId)]);
    if (user === null || user.userPoolId !== application.userPoolId) throw new DomainError('refresh_token_invalid');
    if (loginSession === null || !isLive(loginSession, now)) throw new DomainError('refresh_token_invalid');
    // The application is granted only what it is allowed now, whatever it was allowed at the login.
    const expiresAt = Math.min(row.expiresAt, refreshEndsAt(application, loginSession));
    const granted = allowedScope(application, row.scope);
    if (expiresAt <= now || !hasScope(granted, 'offline_access')) throw new DomainError('refresh_token_invalid');
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    requireRight(kindsOf(loginSession, application), 'renewTokens');

    const scope = narrowedScope(granted, input.scope);
    await countNewTokens(user.id, application.id, caller);
    const mintInput = { user, application, loginSession, scope, issuedAt: now };
    const successor = tokens.newRefreshToken({ ...mintInput, scope: granted }, input.refreshToken);
    const tokenSet = await tokens.mintTokens(mintInput);
    // The token is rotated last, so that it stays good when signing fails. Its successor ends when the first one would have.
    const isFirst =
      row.rotatedAt === null && (await refreshTokens.rotate(row.hash, now, by, { ...successor.row, expiresAt }));
    if (!isFirst) await requireSameAnswer(row.hash, successor.row.hash, by, now);
    return { ...tokenSet, refreshToken: successor.token };
  };

  /**
   * Refuses a token that was rotated before, unless the same caller did so a moment ago: its successor is then the one derived here, and
   * has not been used yet.
   * @throws DomainError refresh_token_invalid
   */
  async function requireSameAnswer(hash: string, successorHash: string, by: string, now: number): Promise<void> {
    const [rotated, successor] = await Promise.all([refreshTokens.find(hash), refreshTokens.find(successorHash)]);
    if (rotated !== null && isHonestRepeat(rotated, by, now) && successor !== null && successor.rotatedAt === null)
      return;
    throw new DomainError('refresh_token_invalid');
  }

  /** Ends the login of a token that was reused late: thief and owner hold the same token and cannot be told apart. */
  async function revokeFamily(row: RefreshToken, caller: Caller, now: number): Promise<void> {
    const { userPoolId, applicationId, userId, loginSessionId } = row;
    const facts = { userPoolId, applicationId, userId, loginSessionId };
    await loginSessions.revoke(loginSessionId, now, newEvent(secrets, 'token.refresh_reused', caller, facts));
  }
}

/** Whether the caller that rotated the token a moment ago asks again, having lost the reply. */
function isHonestRepeat({ rotatedAt, rotatedBy }: RefreshToken, by: string, now: number): boolean {
  return rotatedAt !== null && rotatedBy === by && now - rotatedAt <= repeatGraceMs;
}

/** The scope asked for. @throws DomainError invalid_argument when it is more than was granted (RFC 6749, section 6) */
function narrowedScope(scope: string, requested: string | undefined): string {
  if (requested === undefined || requested.trim() === '') return scope;
  const granted = scope.split(' ');
  if (
    requested
      .trim()
      .split(/\s+/)
      .some((scope) => !granted.includes(scope))
  ) {
    throw new DomainError('invalid_argument', { field: 'scope', reason: 'scopeNotGranted' });
  }
  return grantableScope(requested, granted);
}
