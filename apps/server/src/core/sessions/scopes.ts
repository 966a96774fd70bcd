import { offeredScopes, type Scope } from '@passbeam/protocol';
import type { Application } from '../directory/application.ts';

/** The scope that official clients mean when they name none. */
export const defaultScope = 'openid profile';

/** The offered part of `requested`, in its order; the default when nothing is asked. RFC 6749 (3.3) lets unknown words be dropped. */
export function grantableScope(
  requested: string | null | undefined,
  offered: readonly string[] = offeredScopes,
): string {
  const asked = new Set((requested?.trim() || defaultScope).split(/\s+/));
  return [...asked].filter((scope) => offered.includes(scope)).join(' ');
}

export function allowedScope({ allowedScopes }: Pick<Application, 'allowedScopes'>, scope: string): string {
  return allowedScopes === null ? scope : scopeWithin(scope, allowedScopes);
}

export function scopeWithin(scope: string, granted: readonly string[]): string {
  return scope
    .split(' ')
    .filter((word) => granted.includes(word))
    .join(' ');
}

export function hasScope(scope: string, wanted: Scope): boolean {
  return scope.split(' ').includes(wanted);
}
