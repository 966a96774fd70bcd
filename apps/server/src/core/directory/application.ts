import type { Scope } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import type { AppLinks } from './app-links.ts';
import type { Kept } from './kept/kept.ts';
import type { ApplicationProfile } from './profile.ts';
import type { SecurityOverride } from './settings.ts';

/**
 * Whose product it is: one of the company's own apps and pages, or somebody else's, whose tokens open userinfo and
 * nothing else (`sessions/rights.ts`).
 */
export type ApplicationKind = 'firstParty' | 'relyingParty';

/** People type their password into our page, and never into somebody else's product. @throws DomainError permission_denied */
export function requireOwnProduct({ kind }: Pick<Application, 'kind'>): void {
  if (kind === 'relyingParty') throw new DomainError('permission_denied', { reason: 'signsInByRedirect' });
}

export type TokenEndpointAuthMethod = 'client_secret_post' | 'client_secret_basic' | 'none';

/** What proves that a poller may follow a QR session (threats T9). */
export type PollBinding = 'cookie' | 'secret' | 'none';

/** What the picture of a code holds: the published JSON text, or a link that is sparser and opens the app (wire 2.9). */
export type QrPayloadForm = 'json' | 'link';

/** What an application may set for its refresh tokens, in seconds; the longest is the default. */
export const refreshTokenBounds = { min: 60, max: 30 * 86_400 } as const;

/** A client registered in a pool; `client_id` is its id. */
export interface Application extends AppLinks, Kept {
  id: string;
  userPoolId: string;
  kind: ApplicationKind;
  name: string;
  secret: string;
  /** Shown to the person as "who is asking", beside the name; null when the operator registered none. */
  domain: string | null;
  logoUrl: string | null;
  /** `#rrggbb`, on pages where people sign in to it; null: the pool's. */
  color: string | null;
  /** What people agree to by signing in; null: the pool's. */
  termsUrl: string | null;
  redirectUris: string[];
  logoutRedirectUris: string[];
  /** Where it is told of logins that ended; null: nowhere. */
  backchannelLogoutUri: string | null;
  /** What it is told names the login; otherwise the person alone, and so all their logins there. */
  backchannelLogoutSessionRequired: boolean;
  tokenEndpointAuthMethod: TokenEndpointAuthMethod;
  enabled: boolean;
  /** Users signed in to this application may scan and confirm QR codes of the pool (threats T12). */
  approvesScans: boolean;
  /** Devices without a browser may sign people in to it (RFC 8628). */
  signsInDevices: boolean;
  pollBinding: PollBinding;
  qrPayload: QrPayloadForm;
  customSecurityEnabled: boolean;
  securityOverride: SecurityOverride;
  /**
   * The customData of this application's QR sessions goes into the profile of whoever confirms them: declared fields only, and only
   * from sessions that the application made with its secret (threats T24).
   */
  savesCustomData: boolean;
  /** The scopes that its logins may be granted; null: every scope that is offered. */
  allowedScopes: Scope[] | null;
  /** Seconds from a login on until no refresh token of it works any more, however often it was exchanged (threats T35). */
  refreshTokenExpiresIn: number;
  profile: ApplicationProfile;
  createdAt: number;
  updatedAt: number;
}
