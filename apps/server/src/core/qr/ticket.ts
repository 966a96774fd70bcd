import type { Secrets } from '../ground/ports.ts';
import type { TicketSeed } from './session.ts';

/**
 * A ticket is `tk_<code id>_<proof>`. The proof is derived from the raw code id and a nonce kept with the code, so every
 * poll can show the same ticket while no store holds one (decision 2). The id inside lets the exchange
 * find the code and tell the website which code it was (threats T10); it is public anyway.
 */
const shape = /^tk_([A-Za-z0-9]{32})_([A-Za-z0-9_-]{43})$/;

export function mintTicket(secrets: Secrets, qrcodeId: string): TicketSeed {
  const seed = { keyId: secrets.currentKeyId, nonce: secrets.randomToken() };
  const ticket = deriveTicket(secrets, qrcodeId, seed);
  if (ticket === null) throw new Error('the current ticket key cannot be used');
  return { ...seed, hash: secrets.hash(ticket) };
}

/** Null when the key the ticket was made with is gone: the code then reads as expired. */
export function deriveTicket(secrets: Secrets, qrcodeId: string, seed: Omit<TicketSeed, 'hash'>): string | null {
  const proof = secrets.derive(seed.keyId, 'ticket', qrcodeId, seed.nonce);
  return proof === null ? null : `tk_${qrcodeId}_${proof}`;
}

/** The code a ticket speaks of, or null when it cannot be one of ours. Says nothing about its being genuine. */
export function qrcodeIdOfTicket(ticket: string): string | null {
  return shape.exec(ticket)?.[1] ?? null;
}
