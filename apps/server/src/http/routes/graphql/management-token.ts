import { DomainError } from '../../../core/ground/errors.ts';
import { limitingKeyGuesses } from '../../callers/administrator.ts';
import type { Parts } from '../../requests/parts.ts';
import type { OperationContext } from './context.ts';

/** Gives administrators a management token for the id and secret of a pool, or of an access key. */
export function managementTokenOperations(parts: Parts) {
  return {
    async accessToken({ userPoolId, secret }: { userPoolId: string; secret: string }, { request }: OperationContext) {
      const { accessToken, expiresAt, expiresInSeconds } = await limitingKeyGuesses(userPoolId, request, parts, () =>
        parts.management.mintManagementToken(userPoolId, secret),
      );
      return { accessToken, exp: expiresAt, iat: expiresAt - expiresInSeconds };
    },
    /** Refused: a token that could renew itself would outlive the secret it was given for. */
    refreshAccessToken(): never {
      throw new DomainError('not_implemented', { field: 'refreshAccessToken', reason: 'askTokenAgain' });
    },
  };
}
