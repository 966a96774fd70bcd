import type { QrPayload } from '@passbeam/protocol';
import type { Application } from '../directory/application.ts';
import type { QrSession } from './session.ts';

/** Whether the code's picture is of use: somebody may scan it yet. */
export function isScannable(session: Pick<QrSession, 'status' | 'expiresAt'>, now: number): boolean {
  return session.status === 'PENDING' && now < session.expiresAt;
}

/** The text inside the picture of a code (wire 2.9), as its application wants it. */
export function qrText(
  session: QrSession,
  qrcodeId: string,
  { application, publicUrl }: { application: Pick<Application, 'qrPayload'>; publicUrl: string },
): string {
  return application.qrPayload === 'link' ? qrLink(publicUrl, qrcodeId) : JSON.stringify(qrPayload(session, qrcodeId));
}

export function qrLink(publicUrl: string, qrcodeId: string): string {
  return `${publicUrl}/q/${qrcodeId}`;
}

function qrPayload(session: QrSession, qrcodeId: string): QrPayload {
  return {
    scene: 'APP_AUTH',
    random: qrcodeId,
    qrcodeId,
    userPoolId: session.userPoolId,
    createdAt: new Date(session.createdAt).toISOString(),
    expireAt: new Date(session.expiresAt).toISOString(),
    expiresIn: Math.round((session.expiresAt - session.createdAt) / 1000),
    customData: customDataOf(session),
  };
}

export function customDataOf({ customData }: Pick<QrSession, 'customData'>): Record<string, unknown> {
  return customData === null ? {} : JSON.parse(customData);
}
