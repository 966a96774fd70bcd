import { type Static, Type } from 'typebox';

/**
 * What the QR image holds: a JSON string, not a URL (wire 2.9). The code is public the moment it is on a screen,
 * so the payload carries an id and public facts only.
 */
export const QrPayload = Type.Object({
  scene: Type.Literal('APP_AUTH'),
  random: Type.String({ description: 'The code id under its v2 name' }),
  qrcodeId: Type.String({ description: 'The code id under its v3 name; equals `random`' }),
  userPoolId: Type.String(),
  createdAt: Type.String({ description: 'ISO 8601' }),
  expireAt: Type.String({ description: 'ISO 8601' }),
  expiresIn: Type.Integer({ description: 'Lifetime in seconds, counted from createdAt' }),
  customData: Type.Record(Type.String(), Type.Unknown()),
});
export type QrPayload = Static<typeof QrPayload>;

/** Reads a scanned text. Null when it is not a passbeam (or GenAuth) login code: the scanner keeps looking. */
export function parseQrPayload(text: string): { qrcodeId: string; userPoolId: string | null } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { scene, random, qrcodeId, userPoolId } = value as Record<string, unknown>;
  const id = typeof qrcodeId === 'string' ? qrcodeId : random;
  if (scene !== 'APP_AUTH' || typeof id !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(id)) return null;
  return { qrcodeId: id, userPoolId: typeof userPoolId === 'string' ? userPoolId : null };
}
