import type { Application } from '../directory/application.ts';
import type { Secrets } from '../ground/ports.ts';
import { refreshEndsAt } from '../sessions/login-session.ts';
import { hasScope } from '../sessions/scopes.ts';
import type { User } from '../users/user.ts';
import { userAccessToken } from './access-token.ts';
import { type ToldBeside, userClaims } from './claims.ts';
import type { Signer } from './signer.ts';
import type { RefreshToken } from './store.ts';
import type { MintInput, TokenSet } from './token-set.ts';

export interface MintParts {
  signer: Signer;
  secrets: Secrets;
  toldBeside(user: User, application: Application): ToldBeside;
  accessTokenSeconds: number;
}

/** Makes and signs token sets; the one place that signs for a person. */
export function createMint(parts: MintParts) {
  const { signer, secrets, toldBeside, accessTokenSeconds } = parts;

  async function mintTokens(input: MintInput): Promise<Omit<TokenSet, 'refreshToken'>> {
    const { application, loginSession, scope, issuedAt } = input;
    const jti = input.jti ?? secrets.randomId(32);
    const claims = userAccessToken({ application, loginSession, scope, jti, issuedAt }, accessTokenSeconds);
    const accessToken = await signer.sign({ ...claims }, 'at+jwt');
    const idToken = hasScope(scope, 'openid')
      ? await signer.sign(idTokenClaims(input, accessToken, claims.exp), 'JWT')
      : null;
    return { scope, accessToken, idToken, expiresInSeconds: claims.exp - claims.iat };
  }

  function idTokenClaims(
    { user, application, loginSession, scope, issuedAt, nonce }: MintInput,
    accessToken: string,
    exp: number,
  ) {
    return {
      sub: user.id,
      aud: application.id,
      iat: Math.floor(issuedAt / 1000),
      exp,
      auth_time: Math.floor(loginSession.authenticatedAt / 1000),
      amr: loginSession.amr,
      sid: loginSession.id,
      at_hash: leftHalf(secrets.hash(accessToken)),
      ...(nonce === undefined ? {} : { nonce }),
      ...userClaims(user, scope, toldBeside(user, application)),
    };
  }

  /**
   * A refresh token, and the row that keeps its hash. With a seed the token is derived, so that a caller that lost it can be given it
   * again; without one it is random. Both have 256 bits that nobody can guess.
   */
  function newRefreshToken(
    { application, loginSession, scope, issuedAt }: Omit<MintInput, 'jti'>,
    seed: string | null,
  ): { token: string; row: RefreshToken } {
    const derived = seed === null ? null : secrets.derive(secrets.currentKeyId, 'refresh', loginSession.id, seed);
    const token = `${refreshTokenPrefix}${derived ?? secrets.randomToken()}`;
    return {
      token,
      row: {
        hash: secrets.hash(token),
        loginSessionId: loginSession.id,
        userPoolId: loginSession.userPoolId,
        applicationId: loginSession.applicationId,
        userId: loginSession.userId,
        scope,
        issuedAt,
        expiresAt: refreshEndsAt(application, loginSession),
        rotatedAt: null,
        rotatedBy: null,
      },
    };
  }

  async function mint(input: MintInput): Promise<{ tokenSet: TokenSet; refreshToken: RefreshToken | null }> {
    const { application, loginSession, scope, issuedAt } = input;
    const isOffline = hasScope(scope, 'offline_access') && issuedAt < refreshEndsAt(application, loginSession);
    const refresh = isOffline ? newRefreshToken(input, input.jti ?? null) : null;
    const tokens = await mintTokens(input);
    return { tokenSet: { ...tokens, refreshToken: refresh?.token ?? null }, refreshToken: refresh?.row ?? null };
  }

  return { mint, mintTokens, newRefreshToken };
}

/** The prefix tells the kind of secret (threats T17), in a log and before any look-up. */
const refreshTokenPrefix = 'rt_';

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The first 16 of the hash's 32 bytes (`at_hash`, OpenID Connect 3.1.3.6): 21 characters and two bits of the next. */
function leftHalf(hash: string): string {
  return hash.slice(0, 21) + base64url.charAt(base64url.indexOf(hash.charAt(21)) & 0b110000);
}
