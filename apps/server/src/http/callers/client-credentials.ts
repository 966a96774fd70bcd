import type { FastifyRequest } from 'fastify';
import type { ClientCredentials } from '../../core/directory/client-auth.ts';

/**
 * Client credentials from the body and from `authorization: Basic`. Official clients send them raw, OAuth libraries form-encoded (RFC
 * 6749, 2.3.1): a secret is read either way. Other `authorization` is ignored, for some clients attach a user's token (wire 2.4).
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
  const [id, secret] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  // Ids are letters, digits, - and _, which form encoding leaves alone; some libraries encode even those.
  return { id: formDecoded(id) ?? id, secret, decodedSecret: formDecoded(secret) };
}

/** The form-decoded text; null where it is not form-encoded and so can only be meant as it is. */
function formDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
