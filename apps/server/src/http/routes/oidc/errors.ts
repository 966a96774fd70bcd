import { type ErrorCode, errorTable, type OidcError } from '@passbeam/protocol';
import type { FastifyReply } from 'fastify';
import type { DomainError } from '../../../core/ground/errors.ts';
import { messageOf } from '../../requests/errors.ts';

interface OAuthRefusal {
  error: string;
  http: number;
  /** What `WWW-Authenticate` must name beside a 401. */
  challenge?: 'Basic' | 'Bearer';
}

const invalidClient: OAuthRefusal = { error: 'invalid_client', http: 401, challenge: 'Basic' };
const invalidGrant: OAuthRefusal = { error: 'invalid_grant', http: 400 };

/** Our refusals in the words of RFC 6749 (5.2), 6750 (3.1) and 7009; what is not listed is an invalid_request. */
const refusals: Partial<Record<ErrorCode, OAuthRefusal>> = {
  client_auth_failed: invalidClient,
  app_id_required: invalidClient,
  app_not_found: invalidClient,
  refresh_token_invalid: invalidGrant,
  login_token_invalid: invalidGrant,
  code_invalid: invalidGrant,
  device_code_invalid: invalidGrant,
  device_pending: { error: 'authorization_pending', http: 400 },
  device_too_fast: { error: 'slow_down', http: 400 },
  device_denied: { error: 'access_denied', http: 400 },
  device_expired: { error: 'expired_token', http: 400 },
  wrong_credentials: invalidGrant,
  password_decryption_failed: invalidGrant,
  password_reset_required: invalidGrant,
  account_locked: invalidGrant,
  user_suspended: invalidGrant,
  user_not_found: invalidGrant,
  unsupported_type: { error: 'unsupported_grant_type', http: 400 },
  permission_denied: { error: 'unauthorized_client', http: 400 },
  not_signed_in: { error: 'invalid_token', http: 401, challenge: 'Bearer' },
  too_many_requests: { error: 'temporarily_unavailable', http: 429 },
  unavailable: { error: 'temporarily_unavailable', http: 503 },
  internal: { error: 'server_error', http: 500 },
};

/** Writes a refusal in the RFCs' shape, with a real HTTP status (wire 4.4). */
export function writeOidcError(error: DomainError, reply: FastifyReply): FastifyReply {
  const { error: name, http, challenge } = refusalOf(error);
  if (challenge === 'Basic') reply.header('www-authenticate', 'Basic realm="passbeam", charset="UTF-8"');
  if (challenge === 'Bearer') reply.header('www-authenticate', `Bearer realm="passbeam", error="${name}"`);
  const { retryAfterSeconds } = error.detail;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  const body: OidcError = { error: name, error_description: describable(messageOf(error, 'en')) };
  return reply.code(http).type('application/json; charset=utf-8').send(body);
}

function refusalOf(error: DomainError): OAuthRefusal {
  if (error.code === 'invalid_argument' && error.detail.field === 'scope') return { error: 'invalid_scope', http: 400 };
  return refusals[error.code] ?? { error: 'invalid_request', http: errorTable[error.code].http ?? 400 };
}

/** `error_description` allows printable ASCII without quote and backslash (RFC 6749, 5.2). */
function describable(message: string): string {
  return message.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?');
}
