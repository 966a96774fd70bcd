import { DomainError } from '../../../core/ground/errors.ts';
import type { ManagementAuthority } from '../../../core/management/authority.ts';
import { type AdministratorParts, limitingKeyGuesses } from '../../callers/administrator.ts';
import type { OperationContext } from './context.ts';

export type ManagementTokenParts = AdministratorParts & {
  management: Pick<ManagementAuthority, 'mintManagementToken'>;
};

/** Gives administrators a management token for the id and secret of a pool, or of an access key. */
export function managementTokenOperations(parts: ManagementTokenParts) {
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
