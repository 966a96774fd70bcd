import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { repeatGraceMs } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { loginFacts, newLoginSession } from '../sessions/login-session.ts';
import { roomFor } from '../sessions/room.ts';
import { allowedScope } from '../sessions/scopes.ts';
import type { SsoLogins } from '../sessions/sso-logins.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { TokenService, TokenSet } from '../tokens/token-set.ts';
import type { AuthorizationCode } from './code.ts';
import type { AuthorizationCodeStore } from './store.ts';

export interface CodeGrant {
  /** Already authenticated as its method demands. */
  application: Application;
  /** It proved its secret. */
  isProved: boolean;
  code: string;
  redirectUri: string | null;
  codeVerifier: string | null;
  caller: Caller;
}

/**
 * Turns an authorization code into a login and its tokens, once (RFC 6749, 4.1.3). Every check that can refuse comes before the write that
 * decides, and none of them uses the code up. Each code opens a login of its own, so the tokens of a code are one family.
 */
export function createCodeRedemption(parts: {
  authorizationCodes: Pick<AuthorizationCodeStore, 'find' | 'redeem'>;
  loginSessions: Pick<LoginSessionStore, 'find' | 'revoke'>;
  sso: Pick<SsoLogins, 'find'>;
  tokens: Pick<TokenService, 'mint'>;
  secrets: Secrets;
  clock: Clock;
  /** Counts a login, because a browser that is signed in begins any number. @throws DomainError too_many_requests */
  countNewTokens(userId: string, applicationId: string, caller: Caller): Promise<void>;
}) {
  const { authorizationCodes, loginSessions, sso, tokens, secrets, clock, countNewTokens } = parts;

  /** @throws DomainError code_invalid, too_many_requests */
  return async function redeem(given: CodeGrant): Promise<TokenSet> {
    const { application, caller } = given;
    const code = await authorizationCodes.find(secrets.hash(given.code));
    // Another application's attempt changes nothing.
    if (code === null || code.applicationId !== application.id || code.userPoolId !== application.userPoolId) refuse();
    const isVerified = isVerifier(code, given.codeVerifier);
    if (code.redeemedAt !== null) {
      const isOwner = given.isProved || (code.codeChallenge !== null && isVerified);
      if (isOwner) await noteReuse(code, caller);
      refuse();
    }
    const now = clock.now();
    if (code.expiresAt <= now) refuse();
    if (given.redirectUri !== code.redirectUri) refuse('redirectUriChanged');
    if (!isVerified) refuse('verifierWrong');
    const present = await sso.find(code.userPoolId, { id: code.ssoLoginId });
    if (present?.user.id !== code.userId) refuse();
    await countNewTokens(code.userId, application.id, caller);

    // The application is granted only what it is allowed now.
    const scope = allowedScope(application, code.scope);
    const { amr, parentId, ssoLoginId, authenticatedAt, ip, userAgent } = code;
    const loginSession = newLoginSession(application, {
      id: secrets.randomToken(),
      userPoolId: code.userPoolId,
      userId: code.userId,
      amr,
      birth: 'redirect',
      parentId,
      ssoLoginId,
      scope,
      createdAt: now,
      authenticatedAt,
      ip,
      userAgent,
      browserHash: null,
    });
    const nonce = code.nonce === null ? {} : { nonce: code.nonce };
    const minting = { user: present.user, application, loginSession, scope, issuedAt: now, ...nonce };
    const { tokenSet, refreshToken } = await tokens.mint(minting);
    const browser = { ip, userAgent, requestId: caller.requestId };
    const isFirst = await authorizationCodes.redeem({
      codeHash: code.codeHash,
      at: now,
      loginSession,
      room: roomFor(loginSession, caller, secrets),
      refreshToken,
      event: newEvent(secrets, 'session.created', browser, {
        ...loginFacts(loginSession),
        detail: { amr: amr.join(' ') },
      }),
    });
    if (!isFirst) refuse();
    await requireStanding(code, loginSession.id, caller);
    return tokenSet;
  };

  /** Whoever was signed out while the tokens were being signed gets none: the login was not there to be ended yet. */
  async function requireStanding(code: AuthorizationCode, loginSessionId: string, caller: Caller): Promise<void> {
    if ((await sso.find(code.userPoolId, { id: code.ssoLoginId })) !== null) return;
    await end(code, loginSessionId, caller, 'session.revoked');
    refuse();
  }

  /** A code that its own application uses again: soon after, a lost reply; later, a leak, so what came of it ends. */
  async function noteReuse(code: AuthorizationCode, caller: Caller): Promise<void> {
    if (code.redeemedAt === null || code.loginSessionId === null) return;
    if (clock.now() - code.redeemedAt <= repeatGraceMs) return;
    await end(code, code.loginSessionId, caller, 'token.code_reused');
  }

  async function end(
    { userPoolId, applicationId, userId }: AuthorizationCode,
    loginSessionId: string,
    caller: Caller,
    type: 'session.revoked' | 'token.code_reused',
  ): Promise<void> {
    const event = newEvent(secrets, type, caller, { userPoolId, applicationId, userId, loginSessionId });
    await loginSessions.revoke(loginSessionId, clock.now(), event);
  }

  /** A verifier where no challenge was is wrong, too: somebody took the challenge out on the way (RFC 9700, 4.8.2). */
  function isVerifier({ codeChallenge }: AuthorizationCode, verifier: string | null): boolean {
    if (codeChallenge === null) return verifier === null;
    return (
      verifier !== null &&
      /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
      secrets.equal(secrets.hash(verifier), codeChallenge)
    );
  }
}

export type RedeemCode = ReturnType<typeof createCodeRedemption>;

function refuse(reason?: 'redirectUriChanged' | 'verifierWrong'): never {
  throw new DomainError('code_invalid', reason === undefined ? {} : { reason });
}
