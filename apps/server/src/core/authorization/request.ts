import type { Language } from '@passbeam/protocol';

export const responseModes = ['query', 'fragment', 'form_post', 'web_message'] as const;
export type ResponseMode = (typeof responseModes)[number];

export const prompts = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof prompts)[number];

/** What an application asked for, after every check that needs no person (OpenID Connect Core 3.1.2.1). */
export interface AuthorizationRequest {
  applicationId: string;
  /** As sent, and equal to a registered one. */
  redirectUri: string;
  responseMode: ResponseMode;
  state: string | null;
  nonce: string | null;
  /** Reduced to what is offered and the application is allowed. Without `openid` there is no ID token. */
  scope: string;
  /** S256; null where a confidential application sent none. */
  codeChallenge: string | null;
  prompts: Prompt[];
  maxAgeSeconds: number | null;
  /** The person whom `id_token_hint` names. Nobody else's tokens may be given. */
  hintedUserId: string | null;
  /** Typed in for the person, and nothing more. */
  loginHint: string | null;
  /** The first of `ui_locales` that we have. */
  locale: Language | null;
  /** The device that waits, where the page lets one in; nothing goes to an address then. */
  device?: DeviceInQuestion;
}

/** A device that a person is asked about (RFC 8628, 3.3), as the page shows it. */
export interface DeviceInQuestion {
  deviceCodeHash: string;
  userCode: string;
  ip: string;
  userAgent: string | null;
}

/** Where an answer goes, and how. */
export type ReturnAddress = Pick<AuthorizationRequest, 'redirectUri' | 'responseMode' | 'state'>;

/** The errors of RFC 6749 (4.1.2.1) and OpenID Connect Core (3.1.2.6) that we give. */
export type AuthorizationError =
  | 'invalid_request'
  | 'unsupported_response_type'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'invalid_scope'
  | 'access_denied'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required';

/** A refusal that the application hears of. `description` is printable ASCII without quote and backslash. */
export class AuthorizationRefusal extends Error {
  readonly returnTo: ReturnAddress;
  readonly error: AuthorizationError;
  readonly description: string;

  constructor(returnTo: ReturnAddress, error: AuthorizationError, description: string) {
    super(`${error}: ${description}`);
    this.name = 'AuthorizationRefusal';
    this.returnTo = returnTo;
    this.error = error;
    this.description = description;
  }
}
