import type { Reason } from '@passbeam/protocol';
import type { FastifySchemaValidationError } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';

/** How the keywords of JSON Schema that we use are told when they are not met. */
export type KeywordReasons = Record<string, (params: FastifySchemaValidationError['params']) => Reason>;

export const keywordReasons: KeywordReasons = {
  required: () => 'required',
  type: ({ type }) => ['notOfSchemaType', String(type)],
  enum: ({ allowedValues }) => ['notInSchema', allowedValues as unknown[]],
  const: ({ allowedValue }) => ['notInSchema', [allowedValue]],
  minLength: ({ limit }) => ['tooShort', Number(limit)],
  maxLength: ({ limit }) => ['tooLong', Number(limit)],
  pattern: ({ pattern }) => ['notOfPattern', String(pattern)],
};

/** The first schema violation as a refusal that names the field as the caller spelt it and says what is expected. */
export function explainValidation(
  violations: FastifySchemaValidationError[],
  context?: string,
  reasonsOf = keywordReasons,
): DomainError {
  const violation = violations[0];
  if (!violation) return new DomainError('invalid_argument');
  const path = violation.instancePath.split('/').slice(1).map(unescapePointer);
  const { keyword, params } = violation;
  if (keyword === 'required') path.push(String(params.missingProperty));
  const field = path.join('.') || (context === 'querystring' ? 'query' : (context ?? 'body'));
  return new DomainError('invalid_argument', { field, reason: reasonsOf[keyword]?.(params) ?? 'invalid' });
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
