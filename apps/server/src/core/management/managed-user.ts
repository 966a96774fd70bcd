import { DomainError } from '../ground/errors.ts';
import { type PhoneCountries, phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { Administrator } from './administrator.ts';

/** How a management call names a person (wire 5.2). */
export type UserIdType =
  | 'user_id'
  | 'external_id'
  | 'phone'
  | 'email'
  | 'username'
  | 'identity'
  | 'sync_relation'
  | 'custom_field';

export interface ManagedUserParts {
  users: Pick<UserStore, 'findMany' | 'findByLogin'>;
  directory: PhoneCountries;
}

/** A person of the administrator's own pool; those of others look unknown. @throws DomainError user_not_found, unsupported_type */
export async function getManagedUser(
  admin: Administrator,
  { userId, userIdType }: { userId: string; userIdType?: UserIdType },
  parts: ManagedUserParts,
): Promise<User> {
  const [user] = await findManagedUsers(admin, { userIds: [userId], userIdType }, parts);
  if (user === undefined) throw new DomainError('user_not_found', { field: 'userId' });
  return user;
}

/** Those of the named people who exist, in the order named. @throws DomainError unsupported_type */
export async function findManagedUsers(
  { userPoolId }: Administrator,
  { userIds, userIdType = 'user_id' }: { userIds: readonly string[]; userIdType?: UserIdType },
  parts: ManagedUserParts,
): Promise<User[]> {
  if (userIdType === 'custom_field') throw new DomainError('unsupported_type', { field: 'userIdType' });
  // This server keeps no identities of other providers, so nobody has any.
  if (userIdType === 'identity' || userIdType === 'sync_relation') return [];
  const field = fieldOf[userIdType];
  if (field === 'id' || field === 'externalId') {
    const found = await parts.users.findMany(userPoolId, field, userIds);
    const byName = new Map(found.map((user) => [user[field], user]));
    return [...new Set(userIds.flatMap((userId) => byName.get(userId) ?? []))];
  }
  const countryCode = phoneCountryCodeOf(parts.directory, userPoolId);
  const found = await Promise.all(
    userIds.map((userId) => parts.users.findByLogin(userPoolId, field, userId, countryCode)),
  );
  return [...new Map(found.flatMap((user) => (user === null ? [] : [[user.id, user]]))).values()];
}

const fieldOf = {
  user_id: 'id',
  external_id: 'externalId',
  phone: 'phone',
  email: 'email',
  username: 'username',
} as const;
