import { userIdPattern } from '@passbeam/protocol';
import type { Directory } from '../directory/directory.ts';
import { DomainError } from '../ground/errors.ts';
import type { TakenField } from './user.ts';

/** As long as the cloud service's ids, whose 24 hex digits are ids here as well. */
export const userIdLength = 24;
const form = new RegExp(userIdPattern);

/** Whether an id names an application or a user pool. Access tokens name applications in `sub` as well, so no person has such an id (RFC 9068, 5). */
export function namesApplicationOrPool(
  id: string,
  directory: Pick<Directory, 'findApplication' | 'findPool'>,
): boolean {
  return directory.findApplication(id) !== null || directory.findPool(id) !== null;
}

/**
 * An id that somebody is brought along with, so that whoever knows them by it goes on knowing them.
 * @throws DomainError invalid_argument
 */
export function parseUserId(given: string, directory: Pick<Directory, 'findApplication' | 'findPool'>): string {
  if (!form.test(given)) throw new DomainError('invalid_argument', { field: 'userId', reason: 'notUserId' });
  if (namesApplicationOrPool(given, directory)) {
    throw new DomainError('invalid_argument', { field: 'userId', reason: 'idOfApplication' });
  }
  return given;
}

/** The refusal of somebody new whose `taken` is somebody else's. */
export function userExists(taken: TakenField, field: string = taken): DomainError {
  return new DomainError('user_exists', { field, ...(taken === 'userId' && { reason: 'userIdUsed' as const }) });
}
