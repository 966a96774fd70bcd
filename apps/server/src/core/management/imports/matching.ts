import { DomainError } from '../../ground/errors.ts';
import { isProved } from '../../users/proved-contacts.ts';
import type { UserStore } from '../../users/store.ts';
import type { User } from '../../users/user.ts';
import { userExists } from '../../users/user-id.ts';
import type { UserImport } from './import.ts';
import type { PersonOfRow } from './person-of-row.ts';

const loginFields = ['username', 'email', 'phone'] as const;
type LoginFieldOfRow = (typeof loginFields)[number];

/** Identifiers of a row in their one form. */
export type Identifiers = Pick<PersonOfRow, LoginFieldOfRow | 'externalId' | 'userId'>;

/**
 * Whom a row is about; null for somebody new. Anybody may register under a username, or claim an address: such an account is nobody that
 * a file knows, or whoever made it would become the person of the row.
 * @throws DomainError user_exists
 */
export async function findMatch(
  row: PersonOfRow,
  identifiers: Identifiers,
  { userPoolId, mode }: Pick<UserImport, 'userPoolId' | 'mode'>,
  users: Pick<UserStore, 'findMany' | 'findByLogin' | 'isIdUsed'>,
  countryCode: string,
): Promise<User | null> {
  const refuse = (field: string, reason?: 'severalPeople' | 'ofSelfRegistered'): never => {
    throw new DomainError('user_exists', { field, ...(mode === 'newAndChanged' && reason && { reason }) });
  };
  const { userId, externalId } = identifiers;
  const [byId = null] = userId === undefined ? [] : await users.findMany(userPoolId, 'id', [userId]);
  if (userId !== undefined && (byId === null || mode === 'new') && (await users.isIdUsed(userId))) {
    throw userExists('userId');
  }
  const [named = null] = externalId === undefined ? [] : await users.findMany(userPoolId, 'externalId', [externalId]);
  if (named !== null && named.id !== byId?.id) {
    if (mode === 'new' || !named.isExternalIdVouched) refuse('externalId', 'ofSelfRegistered');
    if (byId !== null) refuse('externalId', 'severalPeople');
  }
  let match = byId ?? named;
  for (const field of loginFields) {
    const value = identifiers[field];
    const found = value === undefined ? null : await users.findByLogin(userPoolId, field, value, countryCode);
    if (found === null || found.id === match?.id) continue;
    // Who only claims a contact loses it to somebody whose contact is proved.
    if (isMereClaim(found, field) && isProvedByRow(row, field)) continue;
    if (mode === 'new') refuse(field);
    if (!isKnown(found, field)) refuse(field, 'ofSelfRegistered');
    if (match !== null) refuse(field, 'severalPeople');
    if (externalId !== undefined && found.externalId !== null) refuse(field, 'severalPeople');
    match = found;
  }
  if (userId !== undefined && match !== null && match.id !== userId) {
    throw new DomainError('user_exists', { field: 'userId', reason: 'userIdOfOther' });
  }
  return match;
}

const isMereClaim = (user: User, field: LoginFieldOfRow) => field !== 'username' && !isProved(user, field);

/** Whether an operator, a file or a token brought the person, or they proved that the contact is theirs. */
function isKnown(user: User, field: LoginFieldOfRow): boolean {
  return user.userSourceType !== 'register' || (field !== 'username' && isProved(user, field));
}

function isProvedByRow(row: PersonOfRow, field: LoginFieldOfRow): boolean {
  return field === 'email' ? row.emailVerified === true : field === 'phone' && row.phoneVerified === true;
}
