import { DomainError } from '../ground/errors.ts';
import type { UserStore } from './store.ts';

const ascii = /^[\x21-\x7E]*$/;

/**
 * Refuses a username that reads the same as somebody else's, so that nobody can pose as them. People who have theirs already keep it.
 * @param by an operator may bring people whose names come from elsewhere: among those `karn` beside `kam` is no trick, while a Cyrillic
 *   letter is
 * @throws DomainError user_exists
 */
export async function requireNoLookAlike(
  users: Pick<UserStore, 'findLookAlikes'>,
  person: { id: string; userPoolId: string; username: string | null },
  by: 'self' | 'operator',
): Promise<void> {
  const { id, userPoolId, username } = person;
  if (username === null) return;
  const others = (await users.findLookAlikes(userPoolId, username)).filter((other) => other.id !== id);
  const isTrick = others.some((other) => by === 'self' || !ascii.test(username) || !ascii.test(other.username));
  if (isTrick) throw new DomainError('user_exists', { field: 'username', reason: 'usernameLooksTaken' });
}
