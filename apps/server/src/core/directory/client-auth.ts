import { DomainError } from '../ground/errors.ts';
import type { Application } from './application.ts';
import type { SecretProof } from './kept/secret-uses.ts';

export interface ClientCredentials {
  /** From `authorization: Basic`. `decodedSecret`: the same secret if the caller form-encoded it; null when that cannot be. */
  basic: { id: string; secret: string; decodedSecret: string | null } | null;
  /** From the body's `client_id` and `client_secret`. */
  post: { id: string; secret: string | null } | null;
}

/** True when a secret was proved, by whichever method; false when none was offered. @throws DomainError client_auth_failed */
export function provesSecret(
  application: Application,
  credentials: ClientCredentials,
  secretUses: SecretProof,
): boolean {
  const { basic, post } = credentials;
  if (basic && post?.secret != null && basic.secret !== post.secret && basic.decodedSecret !== post.secret) {
    throw new DomainError('client_auth_failed', { reason: 'twoAuthentications' });
  }
  for (const offered of [basic, post]) {
    if (offered && offered.id !== application.id) {
      throw new DomainError('client_auth_failed', { reason: 'clientIdNotOfHeader' });
    }
  }
  const secret = basic?.secret ?? post?.secret;
  if (secret == null) return false;
  // OAuth clients with a field for the secret send it empty when their application has none.
  if (secret === '' && application.tokenEndpointAuthMethod === 'none') return false;
  const isRight = secretUses.proves('application', application, secret, basic?.decodedSecret ?? secret);
  if (!isRight) throw new DomainError('client_auth_failed');
  return true;
}

/** Client authentication where the application's method demands it. @throws DomainError client_auth_failed */
export function requireClient(application: Application, credentials: ClientCredentials, secretUses: SecretProof): void {
  const proved = provesSecret(application, credentials, secretUses);
  const { tokenEndpointAuthMethod: method } = application;
  if (method === 'none' || proved) return;
  throw new DomainError('client_auth_failed', {
    reason: method === 'client_secret_post' ? 'secretNotInBody' : 'secretNotInHeader',
  });
}
