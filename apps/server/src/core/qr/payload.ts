import type { QrPayload } from '@passbeam/protocol';
import type { QrSession } from './session.ts';

/** Whether the code's picture is of use: somebody may scan it yet. */
export function isScannable(session: Pick<QrSession, 'status' | 'expiresAt'>, now: number): boolean {
  return session.status === 'PENDING' && now < session.expiresAt;
}

/** The JSON inside the image of a code that is PENDING (wire 2.9). */
export function qrPayload(session: QrSession, qrcodeId: string): QrPayload {
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
