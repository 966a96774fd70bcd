import type { Application } from './application.ts';
import { refreshTokenBounds } from './application.ts';
import { defaultApplicationProfile } from './profile.ts';

export type NewApplicationInput = Pick<Application, 'id' | 'userPoolId' | 'name' | 'secret'> &
  Partial<Omit<Application, 'id' | 'userPoolId' | 'name' | 'secret'>>;

/** An application that is not stored yet, with its defaults where nothing is given. `now` is its birth, in milliseconds. */
export function newApplication(input: NewApplicationInput, now: number): Application {
  return {
    domain: null,
    logoUrl: null,
    redirectUris: [],
    logoutRedirectUris: [],
    tokenEndpointAuthMethod: 'client_secret_post',
    enabled: true,
    // Who may approve other people's logins is a decision, not a default: the operator says so.
    approvesScans: false,
    pollBinding: 'cookie',
    qrPayload: 'json',
    customSecurityEnabled: false,
    securityOverride: {},
    savesCustomData: false,
    allowedScopes: null,
    refreshTokenExpiresIn: refreshTokenBounds.max,
    profile: defaultApplicationProfile,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}
