import type { Outbound } from '../outbound/outbound.ts';
import { jsonOf } from './json-reply.ts';
import { type KeySet, readKeySet } from './key-set.ts';

const limits = { timeoutMs: 5_000, maxBytes: 64 * 1024 };

export interface FetchedKeys {
  keySet: KeySet;
  /** Of the reply's Cache-Control; null when it does not say. */
  maxAgeSeconds: number | null;
}

export interface KeyPlace {
  issuer: string;
  /** Null: the issuer's discovery document says it. */
  jwksUri: string | null;
}

/** @throws Error that says what was asked and what is wrong with the answer */
export async function fetchKeys(outbound: Outbound, { issuer, jwksUri }: KeyPlace): Promise<FetchedKeys> {
  const url = jwksUri ?? (await discover(outbound, issuer));
  const reply = await outbound.get(url, { accept: 'application/json, application/jwk-set+json' }, limits);
  if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}`);
  const document = jsonOf(url, reply);
  try {
    return { keySet: readKeySet(document), maxAgeSeconds: maxAgeOf(reply.headers['cache-control']) };
  } catch (error) {
    throw new Error(`${url} ${(error as Error).message}`);
  }
}

/**
 * Asked at OpenID Connect's place, then at that of RFC 8414. The document must call itself by the issuer that was configured, to the
 * byte: else one issuer's name would get another one's keys (RFC 8414 3.3).
 */
async function discover(outbound: Outbound, issuer: string): Promise<string> {
  const answers: string[] = [];
  for (const url of discoveryPlaces(issuer)) {
    const reply = await outbound.get(url, { accept: 'application/json' }, limits);
    if (reply.status !== 200) {
      answers.push(`${url} answered ${reply.status}`);
      continue;
    }
    const { issuer: own, jwks_uri: jwksUri } = (jsonOf(url, reply) ?? {}) as Record<string, unknown>;
    if (own !== issuer) {
      throw new Error(
        `${url} calls itself ${JSON.stringify(own)?.slice(0, 300)}, but the entry says ${JSON.stringify(issuer)}${slashHint(own, issuer)}`,
      );
    }
    if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) throw new Error(`${url} names no jwks_uri`);
    return jwksUri;
  }
  throw new Error(answers.join(', and '));
}

export function discoveryPlaces(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

function slashHint(own: unknown, issuer: string): string {
  if (own === `${issuer}/`) return '. Write the slash at its end';
  return `${own}/` === issuer ? '. Write it without the slash at its end' : '';
}

function maxAgeOf(cacheControl: string | undefined): number | null {
  const [, seconds] = /(?:^|[,\s])max-age="?(\d{1,9})/i.exec(cacheControl ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds);
}
