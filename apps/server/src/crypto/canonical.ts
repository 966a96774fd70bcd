/**
 * Whether the text is exactly what encoding its bytes gives. Decoders accept other texts for the same bytes: with unused bits set
 * in the last character, with padding, blanks or meaningless characters. Code that compares or counts texts would take those for
 * different values.
 */
export function isCanonicalBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** Whether each part of a compact JWT is in that one form. */
export function isCanonicalJwt(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every(isCanonicalBase64url);
}
