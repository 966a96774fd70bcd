/**
 * The audience that a token in `authorization` names: an application, or the user pool that it manages. The token is not checked here
 * and need not be: a reply with a person's data was given for a genuine token, and a forged one gets a refusal.
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
