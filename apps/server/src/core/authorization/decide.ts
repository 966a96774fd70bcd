import type { Application } from '../directory/application.ts';
import type { SsoLogin } from '../sessions/sso-login.ts';
import type { InteractionState } from './interaction.ts';
import { isClaimable } from './redirect-uri.ts';
import type { AuthorizationError, AuthorizationRequest } from './request.ts';

export interface Situation {
  request: AuthorizationRequest;
  application: Application;
  /** Who is signed in to the browser, if their account is active. */
  sso: SsoLogin | null;
  /** What the person has agreed to for this application, here or before. */
  consentedScope: string | null;
  state: InteractionState;
  /** When the request came: an authentication after that is fresh, whatever the request demands. */
  askedAt: number;
  now: number;
}

/** Why somebody must sign in although somebody is signed in. */
export type Why = 'again' | 'otherPerson' | 'asked';

export type Decision =
  | { ask: 'signIn'; why: Why | null }
  | { ask: 'chooseAccount' | 'consent' }
  | { ask: null; sso: SsoLogin };

/** Whom to ask for what, in the order in which it matters (OpenID Connect Core 3.1.2.3, 3.1.2.4). */
export function decide(situation: Situation): Decision {
  const { sso } = situation;
  if (sso === null) return { ask: 'signIn', why: null };
  if (situation.state.wantsOther) return { ask: 'signIn', why: 'asked' };
  if (mustAuthenticate(situation, sso)) return { ask: 'signIn', why: 'again' };
  if (isOtherThanHinted(situation, sso)) return { ask: 'signIn', why: 'otherPerson' };
  if (mustChoose(situation, sso)) return { ask: 'chooseAccount' };
  if (mustConsent(situation)) return { ask: 'consent' };
  return { ask: null, sso };
}

/** What `prompt=none` is answered instead of a page. */
export const silentErrors: Record<'signIn' | 'chooseAccount' | 'consent', AuthorizationError> = {
  signIn: 'login_required',
  chooseAccount: 'interaction_required',
  consent: 'consent_required',
};

/** A device is let in by an act of that moment: a page that stood open over lunch approves nothing (decision 27). */
const freshForDevicesMs = 5 * 60_000;

/** Once a request: who signed in after it came is not asked again. */
function mustAuthenticate({ request, application, askedAt, now }: Situation, { authenticatedAt }: SsoLogin): boolean {
  if (request.device !== undefined && now - authenticatedAt > freshForDevicesMs) return true;
  if (authenticatedAt >= askedAt) return false;
  const { prompts, maxAgeSeconds } = request;
  const isTooOld = maxAgeSeconds !== null && now - authenticatedAt > maxAgeSeconds * 1000;
  return prompts.includes('login') || maxAgeSeconds === 0 || isTooOld || application.profile.ssoEnabledAt === null;
}

function isOtherThanHinted({ request }: Situation, { userId }: SsoLogin): boolean {
  return request.hintedUserId !== null && request.hintedUserId !== userId;
}

/** Also where another app could have taken the address: somebody must see who asks (RFC 8252, 8.6). */
function mustChoose({ request, application, state, askedAt }: Situation, { id, authenticatedAt }: SsoLogin): boolean {
  if (state.chosenSsoLoginId === id || authenticatedAt >= askedAt) return false;
  const isUnproved = application.tokenEndpointAuthMethod === 'none' && isClaimable(request.redirectUri);
  return request.prompts.includes('select_account') || isUnproved;
}

function mustConsent({ request, application, consentedScope, state }: Situation): boolean {
  if (request.prompts.includes('consent')) return state.consentedScope === null;
  if (!asksConsent(application)) return false;
  const agreed = consentedScope === null ? [] : consentedScope.split(' ');
  return consentedScope === null || request.scope.split(' ').some((scope) => scope !== '' && !agreed.includes(scope));
}

/** Somebody else's product always asks; one's own only where the operator says so. */
export function asksConsent({ kind, profile }: Pick<Application, 'kind' | 'profile'>): boolean {
  return kind === 'relyingParty' || profile.loginConfig.showAuthorizationPage;
}
