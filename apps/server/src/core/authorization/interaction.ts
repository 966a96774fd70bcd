import { DomainError } from '../ground/errors.ts';
import type { AuthorizationError, AuthorizationRequest } from './request.ts';

/** How long a page where somebody signs in stays good. */
export const interactionMs = 30 * 60_000;

/** How long its answer can be given again, for a reload, a second click or a lost reply. The code in it lives no longer. */
export const codeMs = 60_000;

/**
 * A request that waits for its person. The address of the page names it, and a cookie of this flow alone binds it to the browser: both
 * are needed, and only their hashes are kept.
 */
export interface Interaction {
  idHash: string;
  browserHash: string;
  userPoolId: string;
  request: AuthorizationRequest;
  state: InteractionState;
  createdAt: number;
  expiresAt: number;
  /** Grows by one with each write. */
  version: number;
}

export interface InteractionState {
  /** The person proved here who they are. The secret of the SSO login is derived of `keyId` and `nonce`, so that a lost cookie is set again. */
  authentication: { ssoLoginId: string; keyId: string; nonce: string; at: number } | null;
  /** The SSO login that the person chose to go on with. */
  chosenSsoLoginId: string | null;
  /** The person asked to sign in as somebody else. */
  wantsOther: boolean;
  /** The person consented to this scope here. */
  consentedScope: string | null;
  /** The QR code that the page shows: its hash, and its id under a mask of `keyId` and `nonce`, for other tabs and after a reload. */
  code: { hash: string; masked: string; keyId: string; nonce: string } | null;
  outcome: Outcome | null;
}

/** The answer, once and for all. A code is derived, so that the same one can be given again and no store holds it. */
export type Outcome =
  | { kind: 'code'; keyId: string; nonce: string; at: number }
  | { kind: 'refusal'; error: AuthorizationError; description: string }
  | { kind: 'device'; result: DeviceResult };

/** `left`: nobody decided. `over`: the code had expired, or somebody else decided first. */
export type DeviceResult = 'approved' | 'denied' | 'left' | 'over';

export const untouched: InteractionState = {
  authentication: null,
  chosenSsoLoginId: null,
  wantsOther: false,
  consentedScope: null,
  code: null,
  outcome: null,
};

/** The interaction after a step. @throws DomainError wrong_step when it has its answer already */
export function after(interaction: Interaction, change: Partial<InteractionState>): Interaction {
  if (interaction.state.outcome !== null) throw new DomainError('wrong_step');
  return { ...interaction, state: { ...interaction.state, ...change }, version: interaction.version + 1 };
}
