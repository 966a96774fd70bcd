import type { Directory } from '../directory/directory.ts';
import { DomainError } from '../ground/errors.ts';
import { parseUserId } from '../users/user-id.ts';
import type { Administrator } from './administrator.ts';
import { includes } from './roles.ts';

/**
 * The id that somebody new is to have. For owners alone: sites that stored the id take whoever has it for the person they know.
 * @throws DomainError permission_denied, invalid_argument
 */
export function chosenId(
  { role }: Pick<Administrator, 'role'>,
  given: string,
  directory: Pick<Directory, 'findApplication' | 'findPool'>,
): string {
  if (!includes(role, 'owner')) {
    throw new DomainError('permission_denied', { field: 'userId', reason: ['roleTooLow', 'owner'] });
  }
  return parseUserId(given, directory);
}
