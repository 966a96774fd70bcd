import { DomainError } from '../ground/errors.ts';
import { canonicalOrigin } from './origins.ts';
import {
  lifetimeBounds,
  type QrcodeLoginStrategy,
  type SecurityOverride,
  type SsoLifetimes,
  ssoLifetimeBounds,
} from './settings.ts';

/** The origins in their one form, each once. @throws DomainError invalid_argument */
export function checkedOrigins(origins: readonly string[], field: string): string[] {
  const checked = origins.map((origin, index) => {
    const canonical = canonicalOrigin(origin);
    if (canonical !== null) return canonical;
    throw new DomainError('invalid_argument', { field: `${field}.${index}`, reason: 'notOrigin' });
  });
  return [...new Set(checked)];
}

/** @throws DomainError invalid_argument */
export function checkedOverride(override: SecurityOverride, field: string): SecurityOverride {
  const { allowedOrigins } = override;
  if (allowedOrigins === undefined) return override;
  return { ...override, allowedOrigins: checkedOrigins(allowedOrigins, `${field}.allowedOrigins`) };
}

/** @throws DomainError invalid_argument */
export function checkStrategy(strategy: Partial<QrcodeLoginStrategy>, field: string): void {
  for (const name of ['qrcodeExpiresIn', 'ticketExpiresIn'] as const) {
    const { min, max } = lifetimeBounds[name];
    const value = strategy[name];
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) continue;
    throw new DomainError('invalid_argument', {
      field: `${field}.${name}`,
      reason: ['notSecondsBetween', min, max],
    });
  }
}

/** @throws DomainError invalid_argument */
export function checkSsoLifetimes(lifetimes: SsoLifetimes, field: string): void {
  const { min, max } = ssoLifetimeBounds;
  for (const name of ['idleSeconds', 'absoluteSeconds'] as const) {
    const value = lifetimes[name];
    if (Number.isInteger(value) && value >= min && value <= max) continue;
    throw new DomainError('invalid_argument', { field: `${field}.${name}`, reason: ['notSecondsBetween', min, max] });
  }
}
