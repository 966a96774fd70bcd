/** What a client may ask for (contract 4.1). */
export const offeredScopes = [
  'openid',
  'profile',
  'username',
  'email',
  'phone',
  'address',
  'offline_access',
  'roles',
  'external_id',
  'extended_fields',
  'tenant_id',
] as const;

export type Scope = (typeof offeredScopes)[number];

/** What the official clients mean when they name no scope. */
export const defaultScope = 'openid profile';

/**
 * The part of `requested` that is offered, each word once, in the order asked. Nothing asked means the default; unknown
 * words are dropped, as RFC 6749 (3.3) allows: the reply says what was granted.
 */
export function grantableScope(
  requested: string | null | undefined,
  offered: readonly string[] = offeredScopes,
): string {
  const asked = new Set((requested?.trim() || defaultScope).split(/\s+/));
  return [...asked].filter((scope) => offered.includes(scope)).join(' ');
}

export function hasScope(scope: string, wanted: Scope): boolean {
  return scope.split(' ').includes(wanted);
}
