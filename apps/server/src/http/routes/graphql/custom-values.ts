import { DomainError } from '../../../core/ground/errors.ts';
import { parseJsonField } from '../../server/json-body.ts';

export function requireUser(targetType: string): void {
  if (targetType !== 'USER')
    throw new DomainError('unsupported_type', { field: 'targetType', reason: 'targetNotUser' });
}

/** Reads a value, which is sent as JSON; a text that is not JSON is taken as it stands. */
export function customValue(value: string | null | undefined): unknown {
  if (value == null) return null;
  try {
    JSON.parse(value);
  } catch {
    return value;
  }
  return parseJsonField(value, 'value');
}
