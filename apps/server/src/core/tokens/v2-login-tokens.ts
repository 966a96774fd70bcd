import type { Application } from '../directory/application.ts';
import { liveSecrets } from '../directory/kept/kept.ts';
import { DomainError } from '../ground/errors.ts';
import { v2LoginTokenSeconds } from '../sessions/lifetimes.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import { type Action, kindsOf, requireRight } from '../sessions/rights.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import { resourceName } from '../users/display.ts';
import type { User } from '../users/user.ts';
import { bearerOf } from './bearer.ts';
import type { Hs256 } from './hs256.ts';
import type { Signer } from './signer.ts';
import { createStandingLogin, type NamedLogin, type StandingLoginParts } from './standing-login.ts';
import type { TokenService } from './token-set.ts';

export interface V2LoginToken {
  token: string;
  tokenExpiredAt: number;
}

/** Makes the tokens of v2 logins (wire 6.5), and checks the tokens that v2 calls take (wire 2.0). */
export interface V2LoginTokens {
  mint(input: {
    user: User;
    application: Application;
    loginSession: LoginSession;
    issuedAt: number;
  }): Promise<V2LoginToken>;
  /**
   * The user behind an `authorization` value, raw or `Bearer`: an access token, an ID token of ours, which the phone SDKs send, or a
   * V2 login token. The login must be one that may do the action.
   * @throws DomainError not_signed_in, user_suspended, qr_born_login, permission_denied
   */
  authenticate<A extends Action>(authorization: string | undefined, action: A): Promise<SignedIn<A>>;
  /** What a live ID token or V2 login token says. @throws DomainError not_signed_in, user_suspended */
  claimsOf(token: string): Promise<Record<string, unknown>>;
}

export function createV2LoginTokens(
  parts: StandingLoginParts & {
    tokens: Pick<TokenService, 'authenticate'>;
    signer: Pick<Signer, 'verify'>;
    hs256: Hs256;
  },
): V2LoginTokens {
  const { tokens, signer, hs256, directory, clock } = parts;
  const standingLogin = createStandingLogin(parts);

  async function mint({ user, application, loginSession, issuedAt }: Parameters<V2LoginTokens['mint']>[0]) {
    const iat = Math.floor(issuedAt / 1000);
    // The token never outlives its login, like every token of ours.
    const exp = Math.min(iat + v2LoginTokenSeconds, Math.floor(loginSession.expiresAt / 1000));
    const claims = {
      sub: user.id,
      iat,
      exp,
      aud: application.id,
      sid: loginSession.id,
      data: {
        type: 'user',
        id: user.id,
        userPoolId: user.userPoolId,
        appId: application.id,
        arn: resourceName(user),
        username: user.username,
        email: user.email,
        phone: user.phone,
      },
    };
    return { token: await hs256.sign(claims, application.secret), tokenExpiredAt: exp * 1000 };
  }

  async function authenticate<A extends Action>(authorization: string | undefined, action: A): Promise<SignedIn<A>> {
    const token = bearerOf(authorization);
    if (token === null) throw new DomainError('not_signed_in');
    const claims = await verified(token);
    if (claims === null) return tokens.authenticate(authorization, action);
    const { named, exp } = readClaims(claims);
    const { application, user, loginSession } = await standingLogin(named);
    const kinds = kindsOf(loginSession, application);
    requireRight(kinds, action);
    const { scope } = loginSession;
    return { action, kinds, user, loginSession, applicationId: application.id, scope, expiresAt: exp * 1000 };
  }

  async function claimsOf(token: string): Promise<Record<string, unknown>> {
    const claims = await verified(token);
    if (claims === null) throw new DomainError('not_signed_in');
    await standingLogin(readClaims(claims).named);
    return claims;
  }

  async function verified(token: string): Promise<Record<string, unknown> | null> {
    return (await signer.verify(token, 'JWT')) ?? (await hs256.verify(token, secretsOf, clock.now()));
  }

  function secretsOf(applicationId: string): string[] {
    const application = directory.findApplication(applicationId);
    return application === null ? [] : liveSecrets(application, clock.now());
  }

  return { mint, authenticate, claimsOf };
}

/** @throws DomainError not_signed_in */
function readClaims({ aud, sub, sid, exp }: Record<string, unknown>): { named: NamedLogin; exp: number } {
  if (typeof aud !== 'string' || typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') {
    throw new DomainError('not_signed_in');
  }
  return { named: { applicationId: aud, userId: sub, loginSessionId: sid }, exp };
}
