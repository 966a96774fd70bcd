import type { QrPayload } from '@passbeam/protocol';
import type { QrSession } from './session.ts';

/** The JSON inside the image (contract 2.9), only while the code can still be scanned. */
export function qrPayload(session: QrSession, qrcodeId: string, now: number): QrPayload | null {
  if (session.status !== 'PENDING' || now >= session.expiresAt) return null;
  return {
    scene: 'APP_AUTH',
    random: qrcodeId,
    qrcodeId,
    userPoolId: session.userPoolId,
    createdAt: new Date(session.createdAt).toISOString(),
    expireAt: new Date(session.expiresAt).toISOString(),
    expiresIn: Math.round((session.expiresAt - session.createdAt) / 1000),
    customData: session.customData === null ? {} : (JSON.parse(session.customData) as Record<string, unknown>),
  };
}
