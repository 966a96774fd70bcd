/** The application or managed pool that an unchecked token names. A genuine one got the reply; a forged one gets a refusal. */
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
