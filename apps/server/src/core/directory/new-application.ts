import { noAppLinks } from './app-links.ts';
import type { Application } from './application.ts';
import { refreshTokenBounds } from './application.ts';
import { newlyKept } from './kept/kept.ts';
import { defaultApplicationProfile } from './profile.ts';

export type NewApplicationInput = Pick<Application, 'id' | 'userPoolId' | 'name' | 'secret'> &
  Partial<Omit<Application, 'id' | 'userPoolId' | 'name' | 'secret'>>;

/** An application that is not stored yet, made at `now`, with defaults for what is not given. */
export function newApplication(input: NewApplicationInput, now: number): Application {
  return {
    kind: 'firstParty',
    domain: null,
    logoUrl: null,
    color: null,
    termsUrl: null,
    redirectUris: [],
    logoutRedirectUris: [],
    backchannelLogoutUri: null,
    backchannelLogoutSessionRequired: true,
    tokenEndpointAuthMethod: 'client_secret_post',
    enabled: true,
    // Approving logins is never a default: the operator decides which applications may do it.
    approvesScans: false,
    signsInDevices: false,
    pollBinding: 'cookie',
    qrPayload: 'json',
    ...noAppLinks,
    customSecurityEnabled: false,
    securityOverride: {},
    savesCustomData: false,
    allowedScopes: null,
    refreshTokenExpiresIn: refreshTokenBounds.max,
    profile: defaultApplicationProfile,
    ...newlyKept,
    createdAt: now,
    updatedAt: now,
    ...input,
  };
}
