/**
 * Whether the text is the one that encoding its bytes gives. Decoders accept others (unused bits, padding, blanks), which code that
 * compares or counts texts would take for different values.
 */
export function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

export function isCanonicalJwt(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every(isCanonicalBase64url);
}
