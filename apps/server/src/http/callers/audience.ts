/**
 * Whom a token in `authorization` says it is for: the application, or the user pool that it manages. Nothing is checked, and
 * nothing need be: whatever the reply holds of a person was given for a token whose claims are true, and a forged one gets a
 * refusal.
 */
export function audienceOf(authorization: string | undefined): string | null {
  const payload = /^(?:bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? '')?.[1];
  if (payload === undefined) return null;
  try {
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof aud === 'string' ? aud : null;
  } catch {
    return null;
  }
}
