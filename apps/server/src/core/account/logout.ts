import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { LoginSessions } from '../sessions/login-sessions.ts';
import type { Signer } from '../tokens/signer.ts';

export interface LogoutInput {
  /** An ID token of the login to end; an expired one still tells which login it is. */
  idTokenHint: string | undefined;
  clientId: string | undefined;
  postLogoutRedirectUri: string | undefined;
  state: string | undefined;
  caller: Caller;
}

/** Logout started by a relying party (OpenID Connect RP-Initiated Logout 1.0). A refused logout ends nothing. */
export function createLogout(parts: {
  signer: Pick<Signer, 'verifyOnce'>;
  directory: Pick<Directory, 'getApplication'>;
  loginSessions: Pick<LoginSessions, 'end'>;
}) {
  const { signer, directory, loginSessions } = parts;

  /** Where to send the browser next; null when no target was given. @throws DomainError invalid_argument, app_not_found */
  return async function logout(input: LogoutInput): Promise<{ redirectTo: string | null }> {
    const hint = input.idTokenHint === undefined ? null : await readHint(input.idTokenHint);
    const applicationId = hint?.applicationId ?? input.clientId;
    if (input.clientId !== undefined && input.clientId !== applicationId) {
      throw new DomainError('invalid_argument', { field: 'client_id', reason: 'notApplicationOfIdToken' });
    }
    const application = applicationId === undefined ? null : directory.getApplication(applicationId);
    const redirectTo = redirectTarget(application, input.postLogoutRedirectUri, input.state);
    if (hint !== null) await loginSessions.end(hint.loginSessionId, input.caller);
    return { redirectTo };
  };

  async function readHint(idToken: string): Promise<{ applicationId: string; loginSessionId: string }> {
    const claims = await signer.verifyOnce(idToken, 'JWT');
    if (typeof claims?.aud !== 'string' || typeof claims.sid !== 'string') {
      throw new DomainError('invalid_argument', { field: 'id_token_hint', reason: 'notOurIdToken' });
    }
    return { applicationId: claims.aud, loginSessionId: claims.sid };
  }
}

/** The target, which must be a registered one, letter by letter (threats T26). */
function redirectTarget(
  application: Application | null,
  uri: string | undefined,
  state: string | undefined,
): string | null {
  if (uri === undefined) return null;
  if (!application?.logoutRedirectUris.includes(uri)) {
    throw new DomainError('invalid_argument', {
      field: 'post_logout_redirect_uri',
      reason: application === null ? 'logoutApplicationMissing' : 'notLogoutRedirectUri',
    });
  }
  if (state === undefined) return uri;
  const target = new URL(uri);
  target.searchParams.set('state', state);
  return target.href;
}
