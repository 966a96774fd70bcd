import type { IntrospectionEntry } from '../core/directory/own-token-entries.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { jsonObjectOf } from './json-reply.ts';
import { NoAnswer } from './token-questions.ts';

const maxReplyBytes = 64 * 1024;
/** Credentials that were refused once will be refused again, and an auth server may lock a client that goes on trying. */
const refusedCredentialsMs = 5_000;

export interface IntrospectionParts {
  outbound: Pick<Outbound, 'post'>;
  now(): number;
}

/** Asks the issuer what a token is (RFC 7662). Nothing is remembered here but that our own credentials are refused. */
export function createIntrospector({ outbound, now }: IntrospectionParts) {
  const refused = new Map<string, number>();

  /** What the issuer says of an active token; null of any other. @throws NoAnswer */
  return async function introspect(entry: IntrospectionEntry, token: string): Promise<Record<string, unknown> | null> {
    const { url, clientId, clientSecret, timeoutSeconds } = entry;
    const credentials = JSON.stringify([url, clientId, clientSecret]);
    const waitMs = (refused.get(credentials) ?? 0) - now();
    if (waitMs > 0) throw new NoAnswer(`${url} refused our credentials`, Math.ceil(waitMs / 1000));
    const { headers, body } = requestOf(entry, token);
    try {
      const reply = await outbound.post(url, headers, body, {
        timeoutMs: timeoutSeconds * 1000,
        maxBytes: maxReplyBytes,
      });
      if (reply.status === 401 || reply.status === 403) {
        refused.set(credentials, now() + refusedCredentialsMs);
        throw new Error(`${url} refused our credentials with ${reply.status}`);
      }
      if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}`);
      const answer = jsonObjectOf(url, reply);
      if (typeof answer.active !== 'boolean') throw new Error(`${url} does not say whether the token is active`);
      return answer.active ? answer : null;
    } catch (error) {
      throw new NoAnswer((error as Error).message);
    }
  };
}

function requestOf({ clientId, clientSecret, authMethod }: IntrospectionEntry, token: string) {
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  };
  if (authMethod === 'client_secret_post') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  } else if (authMethod === 'bearer') {
    headers.authorization = `Bearer ${clientSecret}`;
  } else {
    // Both are form-encoded before they are joined (RFC 6749 2.3.1).
    const [id, secret] = [clientId, clientSecret].map((text) => new URLSearchParams([['', text]]).toString().slice(1));
    headers.authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  }
  return { headers, body: form.toString() };
}
