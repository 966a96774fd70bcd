import type { Secrets } from '../ground/ports.ts';

/** A qrcodeId is 32 characters of [A-Za-z0-9]: 28 random ones, about 166 bits (threats T5), and 4 that are derived from them. */
export const qrcodeIdLength = 32;
const checkLength = 4;

export function newQrcodeId(secrets: Pick<Secrets, 'randomId' | 'derive' | 'currentKeyId'>): string {
  const random = secrets.randomId(qrcodeIdLength - checkLength);
  return random + checkOf(secrets, secrets.currentKeyId, random);
}

/** Whether the text has the form of a qrcodeId. Any other is answered as unknown without asking a store. */
export function looksLikeQrcodeId(value: string): boolean {
  return value.length === qrcodeIdLength && /^[A-Za-z0-9]+$/.test(value);
}

/** Whether the check fits: of fourteen million made-up ids one passes. Ids of earlier releases fail, so this alone refuses none. */
export function mayBeOurQrcodeId(secrets: Pick<Secrets, 'derive' | 'keyIds'>, value: string): boolean {
  const random = value.slice(0, -checkLength);
  return secrets.keyIds.some((keyId) => random + checkOf(secrets, keyId, random) === value);
}

/** The four derived characters prove nothing: they spare the store look-ups of made-up ids. */
function checkOf(secrets: Pick<Secrets, 'derive'>, keyId: string, random: string): string {
  const proof = secrets.derive(keyId, 'qrcode-id', random) ?? '';
  return proof.replaceAll('-', 'a').replaceAll('_', 'b').slice(0, checkLength);
}
