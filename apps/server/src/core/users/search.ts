import { DomainError } from '../errors.ts';
import type { CustomField, CustomFieldType } from './custom-fields.ts';

/** What lists of users can be filtered and sorted by, and what kind of value each is. */
export const searchFields = {
  id: 'text',
  username: 'text',
  email: 'text',
  phone: 'text',
  phoneCountryCode: 'text',
  externalId: 'text',
  status: 'text',
  userSourceType: 'text',
  lastIp: 'text',
  lastLoginApp: 'text',
  name: 'text',
  nickname: 'text',
  gender: 'text',
  birthdate: 'text',
  givenName: 'text',
  familyName: 'text',
  middleName: 'text',
  preferredUsername: 'text',
  profile: 'text',
  country: 'text',
  province: 'text',
  city: 'text',
  zoneinfo: 'text',
  locale: 'text',
  website: 'text',
  address: 'text',
  streetAddress: 'text',
  formatted: 'text',
  region: 'text',
  postalCode: 'text',
  company: 'text',
  identityNumber: 'text',
  loginsCount: 'number',
  passwordSecurityLevel: 'number',
  emailVerified: 'flag',
  phoneVerified: 'flag',
  createdAt: 'instant',
  updatedAt: 'instant',
  signedUp: 'instant',
  lastLogin: 'instant',
  statusChangedAt: 'instant',
  passwordLastSetAt: 'instant',
} as const satisfies Record<string, 'text' | 'number' | 'flag' | 'instant'>;
export type SearchField = keyof typeof searchFields;

export const searchOperators = [
  'EQUAL',
  'NOT_EQUAL',
  'CONTAINS',
  'NOT_CONTAINS',
  'IS_NULL',
  'NOT_NULL',
  'IN',
  'GREATER',
  'LESSER',
  'BETWEEN',
] as const;
export type SearchOperator = (typeof searchOperators)[number];

/** A custom field that the pool declared. A value of another type, kept from before the declaration, is as good as none. */
export interface CustomSearchField {
  customKey: string;
  kind: 'text' | 'number' | 'flag';
}

/** `GREATER`, `LESSER` and `BETWEEN` include their ends (the published definition). */
export interface SearchCondition {
  field: SearchField | CustomSearchField;
  operator: SearchOperator;
  /** Instants in epoch milliseconds, flags as 0 or 1. None for the null tests, two for `BETWEEN`. */
  values: (string | number)[];
}

/** A page of a pool's users. All conditions hold; `keywords` is in one of its fields, whatever the case. */
export interface UserSearch {
  userPoolId: string;
  keywords: { text: string; fields: SearchField[] } | null;
  conditions: SearchCondition[];
  /** Newest first when empty. */
  sort: { field: SearchField; direction: 'asc' | 'desc' }[];
  offset: number;
  limit: number;
}

export const defaultKeywordFields: SearchField[] = ['phone', 'email', 'name', 'username', 'nickname'];

const maxInValues = 100;

/** What values of a custom field are compared as; null for what can only be there or not. */
const customKinds: Record<CustomFieldType, CustomSearchField['kind'] | null> = {
  STRING: 'text',
  SELECT: 'text',
  DATETIME: 'text',
  NUMBER: 'number',
  BOOLEAN: 'flag',
  OBJECT: null,
};

/**
 * `declared` are the custom fields of the pool: without them only the fields of a profile can be searched.
 * @throws DomainError invalid_argument, unsupported_type; the field is named as given in `at`
 */
export function searchCondition(
  given: { field: string; operator: SearchOperator; value?: unknown },
  at: string,
  declared: readonly CustomField[] = [],
): SearchCondition {
  const { field: name, operator, value } = given;
  const [least, most] = countsOf(operator);
  const { field, kind } = isSearchField(name)
    ? { field: name, kind: searchFields[name] }
    : customField(name, operator, at, declared);
  const isWordy = operator === 'CONTAINS' || operator === 'NOT_CONTAINS';
  if (isWordy && kind !== 'text') {
    throw new DomainError('invalid_argument', { field: `${at}.operator`, reason: `${name} is not a text` });
  }
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && item !== null);
  if (values.length < least || values.length > most) {
    const reason = least === most ? `${operator} takes ${least}` : `${operator} takes ${least} to ${most}`;
    if (most > 0) throw new DomainError('invalid_argument', { field: `${at}.value`, reason });
  }
  return {
    field,
    operator,
    values: most === 0 ? [] : values.map((item) => searchValue(item, kind, `${at}.value`)),
  };
}

function customField(name: string, operator: SearchOperator, at: string, declared: readonly CustomField[]) {
  const dataType = declared.find(({ key }) => key === name)?.dataType;
  if (dataType === undefined) {
    throw new DomainError('unsupported_type', { field: `${at}.field`, reason: `${name} cannot be searched here` });
  }
  const kind = customKinds[dataType];
  // Moments are kept as they were written, in any zone: their order is not that of their letters.
  const isRange = operator === 'GREATER' || operator === 'LESSER' || operator === 'BETWEEN';
  if (countsOf(operator)[1] > 0 && (kind === null || (isRange && dataType === 'DATETIME'))) {
    throw new DomainError('unsupported_type', {
      field: `${at}.operator`,
      reason: `${name} is of type ${dataType}: ${operator} is not for it`,
    });
  }
  return { field: { customKey: name, kind: kind ?? 'text' }, kind: kind ?? 'text' } as const;
}

export function isSearchField(name: string): name is SearchField {
  return Object.hasOwn(searchFields, name);
}

function countsOf(operator: SearchOperator): [number, number] {
  if (operator === 'IS_NULL' || operator === 'NOT_NULL') return [0, 0];
  if (operator === 'BETWEEN') return [2, 2];
  return operator === 'IN' ? [1, maxInValues] : [1, 1];
}

function searchValue(given: unknown, kind: (typeof searchFields)[SearchField], field: string): string | number {
  const refuse = (reason: string): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
  if (kind === 'flag') {
    const flag = given === true || given === 'true' ? 1 : given === false || given === 'false' ? 0 : null;
    return flag ?? refuse('must be true or false');
  }
  if (typeof given !== 'string' && typeof given !== 'number') return refuse('must be a text or a number');
  if (kind === 'text') return String(given);
  const isDate = kind === 'instant' && typeof given === 'string' && !/^\d+$/.test(given);
  const number = isDate ? Date.parse(given) : Number(given);
  if (!Number.isFinite(number))
    refuse(kind === 'instant' ? 'must be milliseconds or an ISO 8601 date' : 'must be a number');
  return number;
}
