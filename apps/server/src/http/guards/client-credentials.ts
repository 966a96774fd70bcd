import type { FastifyRequest } from 'fastify';
import type { ClientCredentials } from '../../core/applications/client-auth.ts';

/**
 * Client credentials from the body and from `authorization: Basic`. Official clients do not percent-encode id and
 * secret, unlike RFC 6749, so neither do we decode. Any other authorization value is ignored: some clients attach a
 * user's token to these calls (contract 2.4).
 */
export function clientCredentials(
  request: FastifyRequest,
  body: { client_id?: string; client_secret?: string },
): ClientCredentials {
  return {
    basic: parseBasic(request.headers.authorization),
    post: body.client_id === undefined ? null : { id: body.client_id, secret: body.client_secret ?? null },
  };
}

function parseBasic(header: string | undefined): ClientCredentials['basic'] {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? { id: text, secret: '' } : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
}
