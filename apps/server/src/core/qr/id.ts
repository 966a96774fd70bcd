import type { Secrets } from '../ground/ports.ts';

/** 32 characters of [A-Za-z0-9]: 28 of them random, about 166 bits (threats T5), and a check of these. */
export const qrcodeIdLength = 32;
const checkLength = 4;

export function newQrcodeId(secrets: Pick<Secrets, 'randomId' | 'derive' | 'currentKeyId'>): string {
  const random = secrets.randomId(qrcodeIdLength - checkLength);
  return random + checkOf(secrets, secrets.currentKeyId, random);
}

/** Anything else cannot be one of ours and is answered as unknown without touching a store. */
export function looksLikeQrcodeId(value: string): boolean {
  return value.length === qrcodeIdLength && /^[A-Za-z0-9]+$/.test(value);
}

/**
 * Whether the check is right: of fourteen million made-up ids one passes. Codes of a release before this one have none, so nobody is refused a code for
 * it alone.
 */
export function mayBeOurQrcodeId(secrets: Pick<Secrets, 'derive' | 'keyIds'>, value: string): boolean {
  const random = value.slice(0, -checkLength);
  return secrets.keyIds.some((keyId) => random + checkOf(secrets, keyId, random) === value);
}

/** Tells nothing about the key, and proves nothing: it spares the store made-up ids. */
function checkOf(secrets: Pick<Secrets, 'derive'>, keyId: string, random: string): string {
  const proof = secrets.derive(keyId, 'qrcode-id', random) ?? '';
  return proof.replaceAll('-', 'a').replaceAll('_', 'b').slice(0, checkLength);
}
