/**
 * The token in an `authorization` value: raw, as several official clients send it, or after `Bearer` (wire 2.0); null
 * for any other text.
 */
export function bearerOf(authorization: string | undefined): string | null {
  return /^\s*(?:bearer\s+)?([\w.~+/=-]+)\s*$/i.exec(authorization ?? '')?.[1] ?? null;
}
