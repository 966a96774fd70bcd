import type { Application } from '../directory/application.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { Action } from '../sessions/rights.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { User } from '../users/user.ts';
import type { RefreshToken } from './store.ts';

/** The tokens that a login gives (wire 6.3). The HTTP layer adds the second spelling of the lifetime. */
export interface TokenSet {
  scope: string;
  accessToken: string;
  /** Only with scope `openid`. */
  idToken: string | null;
  /** Only with scope `offline_access`. */
  refreshToken: string | null;
  expiresInSeconds: number;
}

export interface MintInput {
  user: User;
  application: Application;
  loginSession: LoginSession;
  /** Space-separated, already reduced to what is offered (`grantableScope`). */
  scope: string;
  issuedAt: number;
  /** The access token's `jti`; random when absent. With the same `jti` the same set can be minted again (wire 9, row 21). */
  jti?: string;
  nonce?: string;
}

/** One token service mints for sign-in, ticket exchange and the OIDC endpoints (wire 6.5). */
export interface TokenService {
  /** Signs a token set. The refresh token's row is returned and not stored: the caller stores it together with its login. */
  mint(input: MintInput): Promise<{ tokenSet: TokenSet; refreshToken: RefreshToken | null }>;
  /**
   * The user behind an `authorization` value, raw or `Bearer`. Access tokens only (threats T20): signature, issuer, type and life
   * are checked, then that the user is active and the login session and the token are not revoked, and that the login may do
   * the action.
   * @throws DomainError not_signed_in, user_suspended, qr_born_login
   */
  authenticate<A extends Action>(authorization: string | undefined, action: A): Promise<SignedIn<A>>;
}
