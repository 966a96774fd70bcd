import type { Secrets } from '../ground/ports.ts';
import type { TicketSeed } from './session.ts';

/**
 * A ticket is `tk_<qrcodeId>_<proof>`. The proof is derived from the id and the session's nonce, so every poll shows the same ticket and
 * no store holds one (decision 2). The exchange finds the session by the id, and tells the website which it was (threats T10).
 */
const shape = /^tk_([A-Za-z0-9]{32})_([A-Za-z0-9_-]{43})$/;

export function mintTicket(secrets: Secrets, qrcodeId: string): TicketSeed {
  const seed = { keyId: secrets.currentKeyId, nonce: secrets.randomToken() };
  const ticket = deriveTicket(secrets, qrcodeId, seed);
  if (ticket === null) throw new Error('the current ticket key cannot be used');
  return { ...seed, hash: secrets.hash(ticket) };
}

/** The ticket; null when the server key it was made with is gone: the QR session then shows as expired. */
export function deriveTicket(secrets: Secrets, qrcodeId: string, seed: Omit<TicketSeed, 'hash'>): string | null {
  const proof = secrets.derive(seed.keyId, 'ticket', qrcodeId, seed.nonce);
  return proof === null ? null : `tk_${qrcodeId}_${proof}`;
}

/** The qrcodeId inside a ticket, or null when the text cannot be a ticket of ours. It need not be genuine. */
export function qrcodeIdOfTicket(ticket: string): string | null {
  return shape.exec(ticket)?.[1] ?? null;
}
