import type { Reason } from '@passbeam/protocol';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { DomainError } from '../../../core/ground/errors.ts';
import { parseJsonField } from '../../server/json-body.ts';
import { explainValidation, type KeywordReasons, keywordReasons } from '../../server/validation.ts';

/** In Chinese, these replies word some violations otherwise than those of the JSON endpoints. */
const graphqlReasons: KeywordReasons = {
  ...keywordReasons,
  type: ({ type }) => ['notOfType', String(type)],
  enum: ({ allowedValues }) => ['notOneOf', allowedValues as string[]],
  minLength: ({ limit }) => ['tooShortInGraphql', Number(limit)],
  maxLength: ({ limit }) => ['tooLongInGraphql', Number(limit)],
};

/** Checks fields by the schemas of the JSON endpoints, because GraphQL cannot say how long a text may be. */
export function checkFields(schema: TSchema, fields: object, prefix: string): void {
  if (Value.Check(schema, fields)) return;
  const violations = Value.Errors(schema, fields) as Parameters<typeof explainValidation>[0];
  const error = explainValidation(violations, undefined, graphqlReasons);
  throw new DomainError(error.code, { ...error.detail, field: `${prefix}.${error.detail.field}` });
}

/** The fields without null ones, which mean the same as absent ones here. */
export function withoutNulls<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** `params` (wire 4.6): the text of a JSON list of `{key, value}`. @throws DomainError invalid_argument */
export function paramsOf(text: string | null | undefined, field: string): Record<string, unknown> {
  if (!text) return {};
  const pairs = jsonList(text, { field, reason: 'notJsonPairs' }, (item) =>
    typeof item === 'object' && item !== null && 'key' in item && typeof item.key === 'string'
      ? ([item.key, 'value' in item ? item.value : null] as const)
      : undefined,
  );
  return Object.fromEntries(pairs);
}

/** The text of a JSON list, whose items `read` takes; undefined for one it does not. @throws DomainError invalid_argument */
export function jsonList<T>(
  text: string,
  refusal: { field: string; reason: Reason },
  read: (item: unknown) => T | undefined,
): T[] {
  const refuse = (): never => {
    throw new DomainError('invalid_argument', refusal);
  };
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return refuse();
  }
  if (!Array.isArray(list)) return refuse();
  parseJsonField(text, refusal.field);
  return list.map((item: unknown) => read(item) ?? refuse());
}
