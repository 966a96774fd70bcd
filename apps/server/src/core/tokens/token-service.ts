import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import { trustsCompanies } from '../directory/pool.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { accessTokenSeconds } from '../sessions/lifetimes.ts';
import { type Action, kindsOf, requireRight } from '../sessions/rights.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { SsoLoginStore } from '../sessions/sso-store.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { applicationAccessToken } from './access-token.ts';
import { createAccessTokenCheck } from './access-token-check.ts';
import { bearerOf } from './bearer.ts';
import { type ToldBeside, userInfoClaims } from './claims.ts';
import type { Hs256 } from './hs256.ts';
import { createIntrospection, type Introspection } from './introspection.ts';
import { createMint } from './mint.ts';
import { createRefresh, type RefreshInput } from './refresh.ts';
import { createRevocation, type RevocationInput } from './revocation.ts';
import type { Signer } from './signer.ts';
import type { RefreshTokenStore, RevokedTokenStore } from './store.ts';
import type { TokenService, TokenSet } from './token-set.ts';

export interface TokenServiceParts {
  signer: Signer;
  hs256: Hs256;
  users: Pick<UserStore, 'find'>;
  loginSessions: Pick<LoginSessionStore, 'find' | 'revoke'>;
  ssoLogins: Pick<SsoLoginStore, 'revoke'>;
  refreshTokens: RefreshTokenStore;
  revokedTokens: Pick<RevokedTokenStore, 'add' | 'has'>;
  directory: Pick<Directory, 'findApplication' | 'findPool'>;
  secrets: Secrets;
  clock: Clock;
  /** The issuer that the signer writes; introspection tells it. */
  issuer: string;
  /** The avatar to show for a user, never empty. */
  photoOf(user: User): string;
  accessTokenSeconds?: number;
  countNewTokens(userId: string, applicationId: string, caller: Caller): Promise<void>;
}

export type UserInfo = { sub: string } & Record<string, unknown>;

/** What the OIDC endpoints need beyond the port that sign-in and exchange use. */
export interface OidcTokenService extends TokenService {
  /** @throws DomainError refresh_token_invalid, user_suspended, invalid_argument, too_many_requests */
  refresh(input: RefreshInput): Promise<TokenSet>;
  /** Gives a token to an application that proved its secret and speaks for itself. */
  clientCredentials(application: Application): Promise<TokenSet>;
  introspect(application: Application, token: string): Promise<Introspection>;
  /** Ends the login that the token belongs to. @throws DomainError permission_denied for another application's token */
  revoke(input: RevocationInput): Promise<void>;
  /** Ends the login of the token in `authorization`; without a token of ours it does nothing. */
  signOut(authorization: string | undefined, caller: Caller): Promise<void>;
  /** What a live access token says. @throws DomainError not_signed_in, user_suspended */
  claimsOf(accessToken: string): Promise<Record<string, unknown>>;
  /** @throws DomainError not_signed_in */
  userInfo(accessToken: string): Promise<UserInfo>;
}

export function createTokenService(given: TokenServiceParts): OidcTokenService {
  const parts = { accessTokenSeconds, ...given };
  const { signer, secrets, clock, photoOf } = parts;
  const check = createAccessTokenCheck(parts);
  const minting = createMint({ ...parts, toldBeside });

  /** A relying party is somebody else's: it learns the company's id of a person by scope alone. */
  function toldBeside(user: User, application: Application): ToldBeside {
    const isOurSite = application.kind === 'firstParty';
    return {
      photo: photoOf(user),
      isExternalIdTold: isOurSite && trustsCompanies(parts.directory.findPool(user.userPoolId)),
    };
  }

  async function authenticate<A extends Action>(authorization: string | undefined, action: A): Promise<SignedIn<A>> {
    const token = bearerOf(authorization);
    if (token === null) throw new DomainError('not_signed_in');
    const { claims, application, login } = await check(token);
    if (login === null) throw new DomainError('not_signed_in');
    const kinds = kindsOf(login.loginSession, application);
    requireRight(kinds, action);
    return {
      ...login,
      action,
      kinds,
      applicationId: application.id,
      scope: claims.scope,
      expiresAt: claims.exp * 1000,
    };
  }

  async function clientCredentials(application: Application): Promise<TokenSet> {
    // Applications get no scope for themselves, because each scope here is about a person.
    const input = { application, scope: '', jti: secrets.randomId(32), issuedAt: clock.now() };
    const claims = applicationAccessToken(input, parts.accessTokenSeconds);
    const accessToken = await signer.sign({ ...claims }, 'at+jwt');
    return { scope: '', accessToken, idToken: null, refreshToken: null, expiresInSeconds: claims.exp - claims.iat };
  }

  async function userInfo(accessToken: string): Promise<UserInfo> {
    const { claims, application, login } = await check(accessToken).catch((error: unknown) => {
      // For callers of userinfo, a suspended user's token is simply no longer valid (RFC 6750, 3.1).
      throw error instanceof DomainError ? new DomainError('not_signed_in') : error;
    });
    if (login === null) throw new DomainError('not_signed_in');
    requireRight(kindsOf(login.loginSession, application), 'readClaims');
    return { sub: login.user.id, ...userInfoClaims(login.user, claims.scope, toldBeside(login.user, application)) };
  }

  return {
    mint: minting.mint,
    authenticate,
    refresh: createRefresh(parts, minting),
    clientCredentials,
    introspect: createIntrospection(parts, check),
    ...createRevocation(parts),
    claimsOf: async (accessToken) => ({ iss: parts.issuer, ...(await check(accessToken)).claims }),
    userInfo,
  };
}
