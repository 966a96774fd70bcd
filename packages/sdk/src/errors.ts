import type { ErrorCode } from '@passbeam/protocol';

/**
 * From `statusCode/apiCode` on the wire to the name of the refusal in the protocol's list (wire 7.1, 7.2). Refusals with the same
 * numbers get the most general of their names; their `message` still differs.
 */
const namesByNumbers = {
  '302/1639': 'password_reset_required',
  '400/': 'malformed_request',
  '400/2001': 'passcode_invalid',
  '400/2016': 'password_decryption_failed',
  '400/2029': 'password_too_weak',
  '400/2101': 'app_id_required',
  '400/2203': 'wrong_old_password',
  '400/2231': 'invalid_argument',
  '400/2300': 'ticket_invalid',
  '401/1001': 'client_auth_failed',
  '401/1350': 'fresh_proof_required',
  '401/1300': 'signature_wrong',
  '401/1301': 'signature_method_unsupported',
  '401/1302': 'signature_version_unsupported',
  '401/1303': 'signature_date_invalid',
  '401/1304': 'signature_date_missing',
  '401/1305': 'signature_date_skewed',
  '401/1306': 'signature_replayed',
  '401/2020': 'not_signed_in',
  '403/1001': 'permission_denied',
  '403/2005': 'account_locked',
  '403/2031': 'registration_disabled',
  '403/2036': 'qr_other_pool',
  '403/2300': 'state_mismatch',
  '403/2333': 'wrong_credentials',
  '403/2120008': 'user_suspended',
  '404/': 'route_not_found',
  '404/1351': 'console_link_invalid',
  '404/2004': 'user_not_found',
  '404/2011': 'app_not_found',
  '404/2224': 'pool_not_found',
  '404/2231': 'interaction_not_found',
  '404/2241': 'qr_not_found',
  '409/1352': 'sign_in_name_taken',
  '409/1353': 'last_owner',
  '409/1354': 'administrator_changed',
  '409/2026': 'user_exists',
  '409/2039': 'app_identifier_taken',
  '409/2231': 'qr_conflict',
  '413/': 'payload_too_large',
  '415/': 'unsupported_media_type',
  // CONFIRM before SCAN, or any move on a finished QR code.
  '422/2231': 'qr_wrong_status',
  '422/2241': 'qr_expired',
  '429/': 'too_many_requests',
  '500/': 'internal',
  '501/': 'not_implemented',
  '503/': 'unavailable',
} as const satisfies Record<string, ErrorCode | 'qr_wrong_status'>;

/** The refusals of the v3 endpoints. */
export type ServerErrorCode = (typeof namesByNumbers)[keyof typeof namesByNumbers];

/** Refusals of the `/oidc/*` endpoints, as their RFCs name them (RFC 6749 section 5.2, RFC 6750 section 3.1). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'access_denied'
  | 'server_error';

/** Every `code` an error of this library can have. A closed list: switch on it, never on `message`. */
export type PassbeamErrorCode =
  | ServerErrorCode
  | OAuthErrorCode
  /** The server refused with numbers that this library does not know: see `statusCode`, `apiCode`, `message`. */
  | 'api_error'
  /** The answer is not from a passbeam server: a proxy's page, a redirect, a body that is not JSON. */
  | 'invalid_response'
  /** No answer: DNS, refused connection, TLS, CORS, offline. */
  | 'network_error'
  | 'timeout'
  /** The exchanged ticket belongs to another QR code than the one your page showed (threats T10). */
  | 'ticket_mismatch'
  | 'id_token_invalid'
  /** An answer of the login page that belongs to no login begun in this browser, or to one that was finished before. */
  | 'login_not_begun'
  /** An answer of another server than yours (RFC 9207). */
  | 'issuer_mismatch'
  /** The login page answered without a login: `error` says why. */
  | 'login_refused'
  /** The call needs a user's access token and the client has none. */
  | 'access_token_missing'
  /** This page or runtime has no WebCrypto: the page came by plain http from another machine, or the runtime is old. */
  | 'crypto_unavailable';

/**
 * Base of every failure of a call. Tokens, tickets and secrets never appear in it.
 *
 * @example
 * try { await client.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId }); }
 * catch (error) {
 *   if (error instanceof PassbeamError && error.isTransient) return retryLater();
 *   throw error;
 * }
 */
export class PassbeamError extends Error {
  override name = 'PassbeamError';
  readonly code: PassbeamErrorCode;
  /** What to do next, in English, for the developer who reads the log. Null when nothing general can be said. */
  readonly hint: string | null;

  constructor(code: PassbeamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hints[code] ?? null;
  }

  /** True when the same call may succeed a little later: there was no answer, there were too many requests, or the server's store is down. */
  get isTransient(): boolean {
    return transient.has(this.code);
  }
}

/** The server could not be reached; `cause` holds the runtime's own error. */
export class NetworkError extends PassbeamError {
  override name = 'NetworkError';

  constructor(cause: unknown) {
    super('network_error', 'The server could not be reached', { cause });
  }
}

/** No complete reply came within `timeoutMs`. The server may still have done what was asked. */
export class TimeoutError extends PassbeamError {
  override name = 'TimeoutError';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super('timeout', `No reply within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** The server answered and refused. `message` is the server's, in the language asked for with `lang`. */
export class ApiError extends PassbeamError {
  override name = 'ApiError';
  /** Class of the refusal (wire 7.1), or the HTTP status where the reply had no envelope. */
  readonly statusCode: number;
  /** Fine-grained number (wire 7.2); null when the refusal has none. */
  readonly apiCode: number | null;
  /**
   * The refusal's exact name, such as `qr_other_user`, where several share a `code`; null from servers that do not tell it. A newer
   * server may send names that are not in your types.
   */
  readonly refusal: ErrorCode | null;
  /** The request's id in the server's log lines: quote it when you ask the operator. */
  readonly requestId: string | null;
  /** From `Retry-After`, seconds; null when the server named none. */
  readonly retryAfterSeconds: number | null;
  /** What the next step needs, such as the token that sets a new password; null for nearly all refusals. */
  readonly data: Record<string, unknown> | null;

  constructor(code: PassbeamErrorCode, message: string, reply: ApiErrorReply) {
    super(code, message);
    this.statusCode = reply.statusCode;
    this.apiCode = reply.apiCode ?? null;
    this.refusal = reply.refusal ?? null;
    this.requestId = reply.requestId ?? null;
    this.retryAfterSeconds = reply.retryAfterSeconds ?? null;
    this.data = reply.data ?? null;
  }
}

export interface ApiErrorReply {
  statusCode: number;
  apiCode?: number | null;
  refusal?: ErrorCode | null;
  requestId?: string | null;
  retryAfterSeconds?: number | null;
  data?: Record<string, unknown> | null;
}

/** The ticket was valid but belongs to another QR code than yours. It is used up now, and its tokens were dropped. */
export class TicketMismatchError extends PassbeamError {
  override name = 'TicketMismatchError';

  constructor() {
    super('ticket_mismatch', 'The ticket belongs to another QR code than the one named');
  }
}

/**
 * The visitor who brings the ticket did not begin the login: its QR code was made with another state, or with none. Log nobody in.
 * The server refuses before the ticket is used up, so that it stays valid for its own visitor.
 */
export class StateMismatchError extends PassbeamError {
  override name = 'StateMismatchError';

  constructor(options?: ErrorOptions) {
    super('state_mismatch', 'The ticket belongs to a login that another browser began', options);
  }
}

/** The browser came back from the login page with nothing to log anybody in with. */
export class RedirectError extends PassbeamError {
  override name = 'RedirectError';
  /** What the server answered, such as `access_denied` or `login_required`; null when it answered no error. */
  readonly error: string | null;

  constructor(
    code: 'login_not_begun' | 'issuer_mismatch' | 'login_refused' | 'invalid_response',
    message: string,
    error: string | null = null,
  ) {
    super(code, message);
    this.error = error;
  }
}

/** The ID token must not be trusted; `message` says which check failed. */
export class IdTokenError extends PassbeamError {
  override name = 'IdTokenError';

  constructor(reason: string) {
    super('id_token_invalid', `The ID token is not valid: ${reason}`);
  }
}

/** A wrong option, found at set-up and named in the message. A mistake in the program, so a `TypeError`. */
export class ConfigurationError extends TypeError {
  override name = 'ConfigurationError';
  readonly code = 'configuration';
  /** The option's name as you wrote it. */
  readonly option: string;

  constructor(option: string, mistake: string) {
    super(`\`${option}\` ${mistake}`);
    this.option = option;
  }
}

/** From `statusCode` alone to a name: for refusals whose `apiCode` is unknown. */
const namesByClass: Readonly<Record<number, ServerErrorCode>> = {
  401: 'not_signed_in',
  403: 'permission_denied',
  429: 'too_many_requests',
  500: 'internal',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** The name of a refusal of the v3 wire. */
export function errorCodeOf(statusCode: number, apiCode: number | null): PassbeamErrorCode {
  const numbers = `${statusCode}/${apiCode ?? ''}`;
  if (numbers in namesByNumbers) return namesByNumbers[numbers as keyof typeof namesByNumbers];
  return namesByClass[statusCode] ?? 'api_error';
}

const transient: ReadonlySet<PassbeamErrorCode> = new Set([
  'network_error',
  'timeout',
  'too_many_requests',
  'unavailable',
  'internal',
  'qr_conflict',
  'server_error',
]);

const hints: Partial<Record<PassbeamErrorCode, string>> = {
  network_error:
    'Check `host` and that the server runs (GET /healthz). In a browser also check that the page’s origin is in allowedOrigins.',
  timeout: 'Try again; raise `timeoutMs` if the network is slow.',
  invalid_response:
    'Check that `host` is the server’s own address: no proxy page, no redirect (http to https, a missing www), no wrong path.',
  too_many_requests: 'Wait for retryAfterSeconds, then try again.',
  unavailable: 'Wait for retryAfterSeconds, then try again. The server’s log names the store that does not answer.',
  internal: 'Try again; give the requestId to the operator if it stays.',
  not_signed_in: 'Sign in again, or refresh the access token, and repeat the call with the new one.',
  access_token_missing: 'Call setAccessToken(), or pass { accessToken } with the call.',
  client_auth_failed: 'Compare `appId`, `appSecret` and `tokenEndpointAuthMethod` with the application’s settings.',
  invalid_client: 'Compare `appId`, `appSecret` and `tokenEndpointAuthMethod` with the application’s settings.',
  invalid_grant: 'The refresh token or the credentials are no longer good: let the person sign in again.',
  app_id_required: 'Pass `appId`.',
  app_not_found: 'Compare `appId` with the application’s id; check that `host` is the right server.',
  permission_denied:
    'The message names the reason. A ticket is exchanged by a backend with the application’s secret; a code is confirmed by the user and login that scanned it.',
  signature_wrong: 'Compare `accessKeyId` and `accessKeySecret` with the key, and check that it is not revoked.',
  signature_date_skewed: 'Set this machine’s clock: it may be five minutes off, no more.',
  app_identifier_taken: 'Choose another appIdentifier.',
  password_reset_required:
    'Ask for a new password, call resetPassword() with it and the error’s `data.passwordResetToken`, then sign in.',
  passcode_invalid: 'Let the person ask for a new code.',
  wrong_credentials: 'Let the person type account and password again.',
  account_locked: 'Let the person wait and try again later, or reset the lock in the console.',
  qr_not_found: 'Create a new code with geneQrCode().',
  qr_expired: 'Create a new code with geneQrCode().',
  qr_wrong_status: 'Send SCAN first, then CONFIRM or CANCEL once; create a new code when this one is finished.',
  qr_other_pool: 'The phone’s user and the page’s application must belong to the same user pool.',
  qr_conflict: 'Repeat the call.',
  ticket_invalid: 'A ticket works once and for a short time (300 s by default): let the person scan a new code.',
  ticket_mismatch:
    'Do not log anybody in. Keep the qrcodeId in the browser’s own pre-login session and exchange only that code’s ticket.',
  state_mismatch:
    'Do not log anybody in. Keep the state in the visitor’s own cookie, and let the page make its code with that state.',
  login_not_begun: 'Log nobody in. Begin again with loginWithRedirect(), with a storage that is this visitor’s alone.',
  issuer_mismatch: 'Log nobody in. Set `issuer` if the server’s PUBLIC_URL is not `host`.',
  login_refused:
    'See `error`: access_denied is the person’s own no; login_required answers prompt=none when nobody is signed in.',
  id_token_invalid: 'Do not trust the token. Check `appId`, and `issuer` if the server’s PUBLIC_URL is not `host`.',
  crypto_unavailable: 'Serve the page over https (or from localhost); on Node 18 import the package’s main entry.',
};
