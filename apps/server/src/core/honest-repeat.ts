import type { Client } from './client.ts';
import type { Secrets } from './ports.ts';

/**
 * A reply can be lost, and whoever lost it asks again. Within this time the same caller gets the same answer; anybody else is refused
 * as ever, and later it means that a secret leaked (T11, T35).
 */
export const repeatGraceMs = 10_000;

/** Who used something up, so that only they may ask for its answer again: what they proved to be, from one address with one User-Agent. */
export function callerHash(secrets: Pick<Secrets, 'hash'>, proof: string, { ip, userAgent }: Client): string {
  return secrets.hash(JSON.stringify(['caller', proof, ip, userAgent]));
}
