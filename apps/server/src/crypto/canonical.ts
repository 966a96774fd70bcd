/**
 * Whether the text is the one that encoding its bytes gives. Decoders take others for the same bytes: with unused bits set in
 * the last character, with padding, blanks or characters that mean nothing. Who compares or counts texts would know them as
 * different values.
 */
export function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** The same of each part of a compact JWT. */
export function isCanonicalJwt(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every(isCanonicalBase64url);
}
