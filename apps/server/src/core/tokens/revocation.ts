import type { Application } from '../applications/application.ts';
import { type AuditEvent, newEvent } from '../audit/event.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import { readAccessToken } from './access-token.ts';
import type { Signer } from './signer.ts';
import type { RefreshTokenStore, RevokedTokenStore } from './store.ts';

export interface RevocationInput {
  application: Application;
  token: string;
  client: Client;
}

export interface RevocationParts {
  signer: Signer;
  refreshTokens: Pick<RefreshTokenStore, 'find'>;
  revokedTokens: Pick<RevokedTokenStore, 'add'>;
  loginSessions: Pick<LoginSessionStore, 'revoke'>;
  secrets: Secrets;
  clock: Clock;
}

/**
 * Token revocation (RFC 7009). An access token dies alone; a refresh token takes its login session along, and with it
 * every token of that login. What is no token of ours, or dead already, is a success: there is nothing left to revoke.
 */
export function createRevocation(parts: RevocationParts) {
  const { signer, refreshTokens, revokedTokens, loginSessions, secrets, clock } = parts;

  /** @throws DomainError permission_denied for another application's token */
  return async function revoke({ application, token, client }: RevocationInput): Promise<void> {
    const event = (facts: Partial<AuditEvent>) => {
      const { ip, userAgent, requestId } = client;
      return newEvent(secrets, 'token.revoked', { ip, userAgent, requestId, ...facts });
    };

    const verified = await signer.verify(token, 'at+jwt');
    const claims = verified === null ? null : readAccessToken(verified);
    if (claims !== null) {
      requireOwner(claims.client_id, application);
      const { client_id: applicationId, userpool_id: userPoolId, sid: loginSessionId, jti, exp } = claims;
      const userId = loginSessionId === undefined ? null : claims.sub;
      await revokedTokens.add(
        jti,
        exp * 1000,
        event({ userPoolId, applicationId, userId, loginSessionId, detail: { kind: 'access_token' } }),
      );
      return;
    }

    const row = await refreshTokens.find(secrets.hash(token));
    if (row === null) return;
    requireOwner(row.applicationId, application);
    const { userPoolId, applicationId, userId, loginSessionId } = row;
    const detail = { kind: 'refresh_token' };
    await loginSessions.revoke(
      loginSessionId,
      clock.now(),
      event({ userPoolId, applicationId, userId, loginSessionId, detail }),
    );
  };
}

function requireOwner(issuedTo: string, application: Application): void {
  if (issuedTo !== application.id) {
    throw new DomainError('permission_denied', { reason: 'the token was issued to another application' });
  }
}
