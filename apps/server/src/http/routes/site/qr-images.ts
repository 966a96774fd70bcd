import type { Application } from '../../../core/directory/application.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Secrets } from '../../../core/ground/ports.ts';
import { isScannable, qrText } from '../../../core/qr/payload.ts';
import type { QrSession } from '../../../core/qr/session.ts';
import type { QrSessionStore } from '../../../core/qr/store.ts';
import { drawQr, fitsQr, type PictureFormat } from '../../../qr-image/draw.ts';
import { createPictures } from '../../../qr-image/pictures.ts';
import { callerOf } from '../../callers/caller.ts';
import { networkOf } from '../../limits/address.ts';
import type { Limits } from '../../limits/limits.ts';
import type { App } from '../../server/app.ts';

const types = { png: 'image/png', svg: 'image/svg+xml' } as const satisfies Record<PictureFormat, string>;

/**
 * The image of a QR code. It is drawn when it is first asked for and never at creation (threats T28), and then kept while the code lives,
 * because drawing keeps the event loop from answering polls. The address holds the id sealed, so that no log or cache on the way learns
 * it (threats T27). Any page may read the image: official clients paint it on a canvas or fetch it as a blob.
 */
export function qrImageRoutes(
  app: App,
  parts: {
    qrSessions: QrSessionStore;
    directory: Directory;
    secrets: Secrets;
    limits: Limits;
    publicUrl: string;
    /** The qrcodeId inside an image address, or null. */
    openImageToken(token: string): string | null;
  },
): void {
  const pictures = createPictures();

  app.get<{ Params: { file: string } }>(
    '/qr/:file',
    {
      config: { isPublic: true },
      schema: {
        tags: ['QR codes'],
        summary: 'The image of a code',
        description:
          'PNG, or SVG with the ending .svg. Exists while the code can be scanned. An image is drawn once; one address may have 240 drawn in a minute.',
      },
    },
    async (request, reply) => {
      const [, token, format] = /^([A-Za-z0-9_.-]{1,512})\.(png|svg)$/.exec(request.params.file) ?? [];
      const qrcodeId = token === undefined ? null : parts.openImageToken(token);
      request.qrcodeId = qrcodeId;
      const found = qrcodeId === null ? null : await parts.qrSessions.find(parts.secrets.hash(qrcodeId));
      const application = found && parts.directory.findApplication(found.session.applicationId);
      if (!application || qrcodeId === null || !isScannable(found.session, found.now)) {
        throw new DomainError('route_not_found', { reason: 'codeGone' });
      }
      const asked: PictureFormat = format === 'svg' ? 'svg' : 'png';
      request.isRepeat = true;
      const allow = () => {
        request.isRepeat = false;
        return parts.limits.consume('drawImage', networkOf(request.ip), callerOf(request));
      };
      const picture = await pictures.get(found.session, asked, found.now, allow, () =>
        draw(found.session, qrcodeId, application, asked),
      );
      return reply
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .type(types[asked])
        .send(picture);
    },
  );

  function draw(session: QrSession, qrcodeId: string, application: Application, format: PictureFormat): Buffer {
    const setting = { application, publicUrl: parts.publicUrl };
    const whole = qrText(session, qrcodeId, setting);
    // customData may be larger than an image can be: the code must be scannable all the same.
    const text = fitsQr(whole) ? whole : qrText({ ...session, customData: null }, qrcodeId, setting);
    return drawQr(text, format, application.logoUrl !== null);
  }
}
