import type { Application } from '../applications/application.ts';
import type { LoginSession } from '../sessions/login-session.ts';

/** Access and ID tokens (wire 6.3). */
export const accessTokenSeconds = 7200;

/** What an application may set for its refresh tokens, in seconds; the longest is the default. */
export const refreshTokenBounds = { min: 60, max: 30 * 86_400 } as const;

/** When no refresh token of the login works any more: counted from the login, so that rotation adds nothing (threats T35). */
export function refreshEndsAt(
  { refreshTokenExpiresIn }: Pick<Application, 'refreshTokenExpiresIn'>,
  { createdAt, expiresAt }: Pick<LoginSession, 'createdAt' | 'expiresAt'>,
): number {
  return Math.min(createdAt + refreshTokenExpiresIn * 1000, expiresAt);
}

/** V2 login tokens: 15 days (wire 6.5, `authingTokenExpiresIn`). */
export const v2LoginTokenSeconds = 1_296_000;
