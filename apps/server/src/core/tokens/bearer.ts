/** The token of an `authorization` value: raw, as several official clients send it, or `Bearer` (wire 2.0). */
export function bearerOf(authorization: string | undefined): string | null {
  return /^\s*(?:bearer\s+)?([\w.~+/=-]+)\s*$/i.exec(authorization ?? '')?.[1] ?? null;
}
