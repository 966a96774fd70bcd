import { isOrigin } from '../applications/addresses.ts';
import { DomainError } from '../errors.ts';
import { lifetimeBounds, type QrcodeLoginStrategy } from './settings.ts';

/** @throws DomainError invalid_argument */
export function checkOrigins(origins: readonly string[], field: string): void {
  origins.forEach((origin, index) => {
    if (isOrigin(origin)) return;
    throw new DomainError('invalid_argument', {
      field: `${field}.${index}`,
      reason: 'must be an exact origin without path or slash at the end, for example https://www.example.com',
    });
  });
}

/** @throws DomainError invalid_argument */
export function checkStrategy(strategy: Partial<QrcodeLoginStrategy>, field: string): void {
  for (const name of ['qrcodeExpiresIn', 'ticketExpiresIn'] as const) {
    const { min, max } = lifetimeBounds[name];
    const value = strategy[name];
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) continue;
    throw new DomainError('invalid_argument', {
      field: `${field}.${name}`,
      reason: `must be a whole number of seconds from ${min} to ${max}`,
    });
  }
}
