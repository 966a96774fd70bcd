import { DomainError } from '../errors.ts';
import { readEmail } from './email-address.ts';
import { publishedCountryCode, readPhone } from './phone-number.ts';
import { withoutEdges } from './typed-text.ts';

const maxExternalIdUnits = 128;

/** @throws DomainError invalid_argument */
export function parseExternalId(given: string): string {
  if (given.length > 0 && given.length <= maxExternalIdUnits && !/[\p{C}]/u.test(given)) return given;
  throw new DomainError('invalid_argument', {
    field: 'externalId',
    reason: `must have 1 to ${maxExternalIdUnits} visible characters`,
  });
}

/** What a person typed to sign in, brought to the form the identifiers are kept in. Case is the store's business. */
export function normalizeLogin(typed: string): string {
  return readPhone(typed, publishedCountryCode) ?? readEmail(typed) ?? withoutEdges(typed).normalize('NFC');
}
