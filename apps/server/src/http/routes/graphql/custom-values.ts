import { DomainError } from '../../../core/ground/errors.ts';
import { parseJsonField } from '../../server/json-body.ts';

export function requireUser(targetType: string): void {
  if (targetType !== 'USER')
    throw new DomainError('unsupported_type', { field: 'targetType', reason: 'targetNotUser' });
}

/** Values travel as JSON; a text that is none is meant as it stands. */
export function customValue(value: string | null | undefined): unknown {
  if (value == null) return null;
  try {
    JSON.parse(value);
  } catch {
    return value;
  }
  return parseJsonField(value, 'value');
}
