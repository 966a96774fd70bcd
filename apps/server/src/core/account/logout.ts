import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Secrets } from '../ground/ports.ts';
import type { LoginSessions } from '../sessions/login-sessions.ts';
import type { Present, SsoLogins } from '../sessions/sso-logins.ts';
import type { Signer } from '../tokens/signer.ts';
import type { User } from '../users/user.ts';

/** What a cookie of the browser says: with which pool it is signed in. */
export interface SsoCookie {
  userPoolId: string;
  secret: string;
}

export interface LogoutInput {
  /** An ID token of the login to end; an expired one still tells which login it is. */
  idTokenHint: string | undefined;
  clientId: string | undefined;
  postLogoutRedirectUri: string | undefined;
  state: string | undefined;
  /** An older address, by which clients name no application: the address may be that of any application of the browser's pools. */
  isNameless?: boolean;
  cookies: readonly SsoCookie[];
  /** The person's yes: the form token that they were asked with; or the request came from a page of this site. */
  consent: { formToken: string } | 'sameSite' | null;
  caller: Caller;
}

export type Logout =
  | { kind: 'done'; redirectTo: string | null; pools: string[] }
  /** The person must say yes first: nothing ended. */
  | { kind: 'ask'; formToken: string; person: User };

/**
 * Logout started by a relying party (OpenID Connect RP-Initiated Logout 1.0). A refused logout ends nothing, and neither does one that the
 * person must confirm: without an ID token of whoever is signed in here, any page could log people out.
 */
export function createLogout(parts: {
  signer: Pick<Signer, 'verifyOnce'>;
  directory: Pick<Directory, 'getApplication' | 'applications'>;
  loginSessions: Pick<LoginSessions, 'end'>;
  sso: Pick<SsoLogins, 'find' | 'end'>;
  secrets: Pick<Secrets, 'hash' | 'equal'>;
}) {
  const { signer, directory, loginSessions, sso, secrets } = parts;

  /** @throws DomainError invalid_argument, app_not_found */
  return async function logout(input: LogoutInput): Promise<Logout> {
    const hint = input.idTokenHint === undefined ? null : await readHint(input.idTokenHint);
    const applicationId = hint?.applicationId ?? input.clientId;
    if (input.clientId !== undefined && input.clientId !== applicationId) {
      throw new DomainError('invalid_argument', { field: 'client_id', reason: 'notApplicationOfIdToken' });
    }
    const application = applicationId === undefined ? null : directory.getApplication(applicationId);
    const cookies = input.cookies.filter(
      ({ userPoolId }) => application === null || application.userPoolId === userPoolId,
    );
    const redirectTo = redirectTarget(candidates(application, input), input);
    const present = (
      await Promise.all(cookies.map(({ userPoolId, secret }) => sso.find(userPoolId, { secret })))
    ).filter((one) => one !== null);

    const formToken = secrets.hash(JSON.stringify(['log out', ...cookies.map(({ secret }) => secret)]));
    if (!isSure(present, hint?.userId ?? null, input, formToken)) {
      return { kind: 'ask', formToken, person: (present[0] as Present).user };
    }
    for (const { login } of present) await sso.end(login, input.caller, 'logout');
    if (hint !== null) await loginSessions.end(hint.loginSessionId, input.caller);
    return { kind: 'done', redirectTo, pools: cookies.map(({ userPoolId }) => userPoolId) };
  };

  function isSure(
    present: readonly Present[],
    hintedUserId: string | null,
    { consent }: LogoutInput,
    formToken: string,
  ): boolean {
    if (present.length === 0 || consent === 'sameSite') return true;
    if (consent !== null) return secrets.equal(consent.formToken, formToken);
    return present.every(({ user }) => user.id === hintedUserId);
  }

  /** The applications of which one must have registered the address. */
  function candidates(application: Application | null, { isNameless, cookies }: LogoutInput): Application[] {
    if (application !== null) return [application];
    const pools = cookies.map(({ userPoolId }) => userPoolId);
    return isNameless
      ? directory.applications().filter(({ enabled, userPoolId }) => enabled && pools.includes(userPoolId))
      : [];
  }

  async function readHint(idToken: string): Promise<{ applicationId: string; loginSessionId: string; userId: string }> {
    const claims = await signer.verifyOnce(idToken, 'JWT');
    if (typeof claims?.aud !== 'string' || typeof claims.sid !== 'string' || typeof claims.sub !== 'string') {
      throw new DomainError('invalid_argument', { field: 'id_token_hint', reason: 'notOurIdToken' });
    }
    return { applicationId: claims.aud, loginSessionId: claims.sid, userId: claims.sub };
  }
}

/**
 * The target, which must be a registered one, letter by letter (threats T26). Where nobody says whose address it is, it leads nowhere;
 * the person is signed out all the same.
 */
function redirectTarget(
  applications: readonly Application[],
  { postLogoutRedirectUri: uri, state, isNameless }: LogoutInput,
): string | null {
  if (uri === undefined) return null;
  const isRegistered = applications.some(({ logoutRedirectUris }) => logoutRedirectUris.includes(uri));
  if (!isRegistered && (applications.length === 0 || isNameless)) return null;
  if (!isRegistered) {
    throw new DomainError('invalid_argument', { field: 'post_logout_redirect_uri', reason: 'notLogoutRedirectUri' });
  }
  if (state === undefined) return uri;
  const target = new URL(uri);
  target.searchParams.set('state', state);
  return target.href;
}

export type LogOut = ReturnType<typeof createLogout>;
