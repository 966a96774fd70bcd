import { profileFields, type Reason, UserDto } from '@passbeam/protocol';
import { DomainError } from '../../ground/errors.ts';
import { type CustomField, fitsCustomField } from '../../users/custom/custom-fields.ts';
import type { Profile, User } from '../../users/user.ts';

/** What a row says of a person; what it does not say is absent. */
export interface PersonOfRow {
  userId?: string;
  username?: string;
  email?: string;
  emailVerified?: boolean;
  phone?: string;
  phoneCountryCode?: string;
  phoneVerified?: boolean;
  externalId?: string;
  status?: User['status'];
  password?: string;
  resetPasswordOnNextLogin?: boolean;
  profile: Profile;
  customData?: Record<string, unknown>;
}

const truths = new Map<unknown, boolean>([
  ...([true, 1, 'true', '1', 'yes'] as const).map((text) => [text, true] as const),
  ...([false, 0, 'false', '0', 'no'] as const).map((text) => [text, false] as const),
]);
const booleans = new Set(['emailVerified', 'phoneVerified', 'resetPasswordOnNextLogin']);
const choices: Record<string, readonly string[]> = {
  status: UserDto.properties.status.enum,
  gender: UserDto.properties.gender.enum,
};
/** Of identifiers and passwords; each has rules of its own beside. */
const longestText = 1024;
const customPrefix = 'customData.';

/**
 * Reads texts as what their fields hold: a file of cells knows nothing else.
 * @param declared fields of the pool, which say what their texts mean
 * @throws DomainError invalid_argument, with the field as the file names it
 */
export function personOfRow(values: Record<string, unknown>, declared: readonly CustomField[]): PersonOfRow {
  const person: Record<string, unknown> = {};
  const profile: Record<string, unknown> = {};
  const customData: [string, unknown][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith(customPrefix)) {
      const key = name.slice(customPrefix.length);
      const field = declared.find((each) => each.key === key);
      customData.push([key, customValue(name, value, field)]);
    } else if (name in profileFields) profile[name] = plainValue(name, value);
    else person[name] = plainValue(name, value);
  }
  return {
    ...person,
    profile,
    ...(customData.length > 0 && { customData: Object.fromEntries(customData) }),
  } as PersonOfRow;
}

function refuse(field: string, reason: Reason): never {
  throw new DomainError('invalid_argument', { field, reason });
}

function plainValue(name: string, value: unknown): unknown {
  if (booleans.has(name)) {
    return truths.get(typeof value === 'string' ? value.toLowerCase() : value) ?? refuse(name, 'notBoolean');
  }
  if (typeof value !== 'string' && typeof value !== 'number') refuse(name, 'notTextOrNumber');
  const text = String(value);
  const allowed = choices[name];
  if (allowed !== undefined && !allowed.includes(text)) refuse(name, ['notOneOf', allowed]);
  const longest = longestOf(name);
  if (text.length > longest) refuse(name, ['tooLong', longest]);
  return text;
}

function longestOf(name: string): number {
  const schema = (profileFields as Record<string, { anyOf?: readonly object[] }>)[name];
  const text = schema?.anyOf?.find((each): each is { maxLength: number } => 'maxLength' in each);
  return text?.maxLength ?? longestText;
}

function customValue(name: string, value: unknown, field: CustomField | undefined): unknown {
  if (field === undefined) return value;
  const read = typeof value === 'string' ? readAs(field.dataType, value) : value;
  if (!fitsCustomField(field, read)) refuse(name, ['notOfType', field.dataType]);
  return read;
}

function readAs(type: CustomField['dataType'], text: string): unknown {
  if (type === 'NUMBER') return text.trim() === '' ? text : Number(text);
  if (type === 'BOOLEAN') return truths.get(text.toLowerCase());
  if (type !== 'OBJECT') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
