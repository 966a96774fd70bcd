import type { Language } from '@passbeam/protocol';
import type { FastifySchemaValidationError } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';

/** The first schema violation as a refusal that names the field as the caller spelt it and says what is expected. */
export function explainValidation(
  violations: FastifySchemaValidationError[],
  context: string | undefined,
  language: Language,
): DomainError {
  const violation = violations[0];
  if (!violation) return new DomainError('invalid_argument');
  const path = violation.instancePath.split('/').slice(1).map(unescapePointer);
  const { params } = violation;
  if (violation.keyword === 'required') path.push(String(params.missingProperty));
  const field = path.join('.') || (context === 'querystring' ? 'query' : (context ?? 'body'));
  return new DomainError('invalid_argument', { field, reason: reasonOf(violation, language) });
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function reasonOf({ keyword, params }: FastifySchemaValidationError, language: Language): string {
  const zh = language === 'zh';
  switch (keyword) {
    case 'required':
      return zh ? '必填' : 'is required';
    case 'type':
      return zh ? `应为 ${String(params.type)}` : `must be of type ${String(params.type)}`;
    case 'enum':
    case 'const': {
      const allowed = keyword === 'enum' ? (params.allowedValues as unknown[]) : [params.allowedValue];
      return zh ? `应为 ${allowed.join(' | ')}` : `must be one of ${allowed.join(', ')}`;
    }
    case 'minLength':
      return zh ? '不能为空或过短' : `must have at least ${String(params.limit)} character(s)`;
    case 'maxLength':
      return zh ? `长度不能超过 ${String(params.limit)}` : `must have at most ${String(params.limit)} characters`;
    case 'pattern':
      return zh ? '格式不正确' : `must match ${String(params.pattern)}`;
    default:
      return zh ? '不合法' : 'is not valid';
  }
}
