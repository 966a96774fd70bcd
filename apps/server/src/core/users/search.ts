import type { Reason } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import { type CustomField, type CustomFieldType, isoInstant } from './custom/custom-fields.ts';

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

/** Other names that the published examples use for the same fields. */
const aliases: Record<string, SearchField> = { lastLoginTime: 'lastLogin', userSource: 'userSourceType', userId: 'id' };

/** Published fields that this server keeps for nobody: asking for them is no mistake, and the answer is known. */
const keptOfNobody = new Set(['identity', 'identities', 'department', 'departments']);

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

/** A custom field that the pool declared. A value of another type, stored before the declaration, counts as missing. */
export interface CustomSearchField {
  customKey: string;
  kind: 'text' | 'number' | 'flag' | 'instant';
}

/** `GREATER`, `LESSER` and `BETWEEN` include their ends (the published definition). */
export interface SearchCondition {
  field: SearchField | CustomSearchField;
  /** `MATCHES` takes one pattern: `*` is any text, `?` one character, `\\` takes the next one as it stands, case does not count. */
  operator: SearchOperator | 'MATCHES';
  /** Instants in epoch milliseconds, flags as 0 or 1. None for the null tests, two for `BETWEEN`. */
  values: (string | number)[];
}

/** Joined conditions. `not` is true where its condition is false, or unknown because the field is empty. */
export type SearchExpression =
  | SearchCondition
  | { all: SearchExpression[] }
  | { any: SearchExpression[] }
  | { not: SearchExpression };

/** A page of a pool's users for whom all conditions hold and a field contains `keywords`, whatever the case. */
export interface UserSearch {
  userPoolId: string;
  keywords: { text: string; fields: SearchField[] } | null;
  conditions: SearchExpression[];
  /** Newest first when empty. */
  sort: { field: SearchField; direction: 'asc' | 'desc' }[];
  offset: number;
  limit: number;
}

export const defaultKeywordFields: SearchField[] = ['phone', 'email', 'name', 'username', 'nickname'];

const maxInValues = 100;

/** How values of a custom field are compared; null for types that can only be asked whether they are there. */
const customKinds: Record<CustomFieldType, CustomSearchField['kind'] | null> = {
  STRING: 'text',
  SELECT: 'text',
  DATETIME: 'instant',
  NUMBER: 'number',
  BOOLEAN: 'flag',
  OBJECT: null,
};

type Kind = CustomSearchField['kind'];

/**
 * One condition as callers write it. `declared` are the custom fields of the pool: without them only the fields of a profile can be
 * searched.
 * @throws DomainError invalid_argument, unsupported_type; the field is named as given in `at`
 */
export function searchCondition(
  given: { field: string; operator: SearchOperator; value?: unknown },
  at: string,
  declared: readonly CustomField[] = [],
): SearchExpression {
  const { operator, value } = given;
  const [least, most] = countsOf(operator);
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== undefined && item !== null);
  if (most > 0 && (values.length < least || values.length > most)) {
    throw new DomainError('invalid_argument', {
      field: `${at}.value`,
      reason: least === most ? ['operatorTakes', operator, least] : ['operatorTakesBetween', operator, least, most],
    });
  }
  const searched = searchedField(given.field, `${at}.field`, declared);
  if (searched === null) return whereNobodyHas(operator);
  const { field, kind } = searched;
  requireFitting(given.field, kind, operator, `${at}.operator`);
  const mayEndADay = (index: number) => operator === 'LESSER' || (operator === 'BETWEEN' && index === 1);
  return {
    field,
    operator,
    values:
      most === 0
        ? []
        : values.map((item, index) => searchValue(item, kind ?? 'text', `${at}.value`, mayEndADay(index))),
  };
}

/**
 * The field that a name means; null for published ones kept for nobody. Without a kind it can only be asked whether it is there.
 * @throws DomainError unsupported_type
 */
export function searchedField(
  name: string,
  at: string,
  declared: readonly CustomField[],
): { field: SearchCondition['field']; kind: Kind | null } | null {
  if (isSearchField(name)) return { field: name, kind: searchFields[name] };
  const dataType = declared.find(({ key }) => key === name)?.dataType;
  if (dataType !== undefined) {
    const kind = customKinds[dataType];
    return { field: { customKey: name, kind: kind ?? 'text' }, kind };
  }
  const meant = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (meant !== undefined) return { field: meant, kind: searchFields[meant] };
  if (keptOfNobody.has(name)) return null;
  throw new DomainError('unsupported_type', { field: at, reason: ['nameNotSearchable', name] });
}

/** On a field that nobody has, operators that are true of a missing value hold for everybody, others for nobody. */
function whereNobodyHas(operator: SearchOperator): SearchExpression {
  return operator === 'IS_NULL' || operator === 'NOT_EQUAL' || operator === 'NOT_CONTAINS' ? { all: [] } : { any: [] };
}

/** @throws DomainError invalid_argument, unsupported_type */
function requireFitting(name: string, kind: Kind | null, operator: SearchOperator, at: string): void {
  if (kind === null && countsOf(operator)[1] > 0) {
    throw new DomainError('unsupported_type', { field: at, reason: ['operatorNotForType', name, 'OBJECT', operator] });
  }
  if ((operator === 'CONTAINS' || operator === 'NOT_CONTAINS') && kind !== 'text') {
    throw new DomainError('invalid_argument', { field: at, reason: ['nameNotText', name] });
  }
}

export function isSearchField(name: string): name is SearchField {
  return Object.hasOwn(searchFields, name);
}

function countsOf(operator: SearchOperator): [number, number] {
  if (operator === 'IS_NULL' || operator === 'NOT_NULL') return [0, 0];
  if (operator === 'BETWEEN') return [2, 2];
  return operator === 'IN' ? [1, maxInValues] : [1, 1];
}

const dayShape = /^\d{4}-\d{2}-\d{2}$/;
const dayMilliseconds = 86_400_000;

/** The value to compare with. A day stands for its first moment in UTC, or for its last one where a range ends with it. */
function searchValue(given: unknown, kind: Kind, field: string, endsRange: boolean): string | number {
  const refuse = (reason: Reason): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
  if (kind === 'flag') {
    const flag = given === true || given === 'true' ? 1 : given === false || given === 'false' ? 0 : null;
    return flag ?? refuse('notBoolean');
  }
  if (typeof given !== 'string' && typeof given !== 'number') return refuse('notTextOrNumber');
  if (kind === 'text') return String(given);
  if (kind === 'number') {
    const number = Number(given);
    return Number.isFinite(number) && given !== '' ? number : refuse('notNumber');
  }
  const text = String(given);
  const isDate = isoInstant.test(text);
  const at = isDate ? Date.parse(text) : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(at)) return refuse('notInstant');
  return endsRange && dayShape.test(text) ? at + dayMilliseconds - 1 : at;
}
