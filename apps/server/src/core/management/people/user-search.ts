import { lookedAtPerCall } from '../../audit/budgets.ts';
import { createCursors, isByTime } from '../../ground/cursors.ts';
import type { Secrets } from '../../ground/ports.ts';
import type { InScanTurn } from '../../ground/scan-turns.ts';
import type { CustomField } from '../../users/custom/custom-fields.ts';
import { type SearchExpression, type SearchField, searchCondition } from '../../users/search.ts';
import type { BeginningPlace, UserStore } from '../../users/store.ts';
import type { User } from '../../users/user.ts';
import type { Administrator } from '../administrator.ts';

export interface PeopleWanted {
  text?: string;
  where?: {
    status?: User['status'][];
    createdFrom?: number;
    createdTo?: number;
    source?: string;
    hasPassword?: boolean;
    customField?: { key: string; value: string | number | boolean };
  };
  deep?: boolean;
}

export interface FoundPeople {
  users: User[];
  nextCursor: string | null;
  searched: number;
  searchedTo: number | null;
  isDeep: boolean;
}

const searchedText: SearchField[] = ['id', 'username', 'email', 'phone', 'externalId', 'name', 'nickname'];

/** Finds people of a pool of any size: by the beginning of an identifier at once, by anything else some people a call. */
export function createUserSearch(parts: {
  users: Pick<UserStore, 'readOn' | 'findByBeginning'>;
  secrets: Pick<Secrets, 'hash'>;
  inScanTurn: InScanTurn;
}) {
  const { users, inScanTurn } = parts;
  const cursors = createCursors(parts.secrets);

  /** @param declared the custom fields of the pool @throws DomainError invalid_argument, unsupported_type, too_many_requests */
  return async function searchUsers(
    { userPoolId }: Pick<Administrator, 'userPoolId'>,
    wanted: PeopleWanted,
    declared: readonly CustomField[],
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<FoundPeople> {
    const { text, where = {}, deep = false } = wanted;
    const hasWhere = Object.values(where).some((value) => value !== undefined);
    if (text !== undefined && !deep && !hasWhere) {
      const after = cursors.read(wanted, cursor, isBeginningPlace);
      const found = await users.findByBeginning(userPoolId, text, { after, limit });
      const nextCursor = cursors.write(wanted, found.next);
      return { users: found.users, nextCursor, searched: found.users.length, searchedTo: null, isDeep: false };
    }
    const after = cursors.read(wanted, cursor, isByTime);
    const found = await inScanTurn(userPoolId, () =>
      users.readOn(
        {
          userPoolId,
          keywords: text === undefined ? null : { text, fields: searchedText },
          conditions: conditionsOf(where, declared),
          createdFrom: where.createdFrom,
          createdTo: where.createdTo,
          isNotActivated: where.status !== undefined && !where.status.includes('Activated'),
          hasPassword: where.hasPassword,
        },
        { after, limit, budget: lookedAtPerCall.people },
      ),
    );
    const { next, searched, searchedTo } = found;
    return { users: found.users, nextCursor: cursors.write(wanted, next), searched, searchedTo, isDeep: true };
  };
}

/** @throws DomainError invalid_argument, unsupported_type */
function conditionsOf(
  { status, source, customField }: NonNullable<PeopleWanted['where']>,
  declared: readonly CustomField[],
): SearchExpression[] {
  return [
    ...(status === undefined
      ? []
      : [searchCondition({ field: 'status', operator: 'IN', value: status }, 'where.status')]),
    ...(source === undefined
      ? []
      : [searchCondition({ field: 'userSourceType', operator: 'EQUAL', value: source }, 'where.source')]),
    ...(customField === undefined
      ? []
      : [
          searchCondition(
            { field: customField.key, operator: 'EQUAL', value: customField.value },
            'where.customField',
            declared,
          ),
        ]),
  ];
}

function isBeginningPlace(given: unknown): given is BeginningPlace {
  if (typeof given !== 'object' || given === null) return false;
  const { column, value } = given as Partial<BeginningPlace>;
  return Number.isSafeInteger(column) && typeof value === 'string';
}
