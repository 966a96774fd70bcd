import { DomainError } from '../../../core/errors.ts';
import type { Directory } from '../../../core/pools/directory.ts';
import type { Secrets } from '../../../core/ports.ts';
import { qrPayload } from '../../../core/qr/payload.ts';
import type { QrSessionStore } from '../../../core/qr/store.ts';
import { drawQr, fitsQr } from '../../../qr-image/draw.ts';
import type { App } from '../../app.ts';

/**
 * The image of a code, drawn on request and never at creation (T28). The address holds the id sealed, so that no log or
 * cache on the way learns it (T27). Any page may read the image: clients paint it on a canvas or fetch it as a blob.
 */
export function qrImageRoutes(
  app: App,
  parts: {
    sessions: QrSessionStore;
    directory: Directory;
    secrets: Secrets;
    /** The code id inside an image address, or null. */
    openImageToken(token: string): string | null;
  },
): void {
  app.get<{ Params: { file: string } }>(
    '/qr/:file',
    {
      config: { isPublic: true },
      schema: {
        tags: ['QR codes'],
        summary: 'The image of a code',
        description: 'PNG, or SVG with the ending .svg. Exists while the code can be scanned.',
      },
    },
    async (request, reply) => {
      const [, token, format] = /^([A-Za-z0-9_.-]{1,512})\.(png|svg)$/.exec(request.params.file) ?? [];
      const qrcodeId = token === undefined ? null : parts.openImageToken(token);
      request.qrcodeId = qrcodeId;
      const found = qrcodeId === null ? null : await parts.sessions.find(parts.secrets.hash(qrcodeId));
      const payload = found && qrcodeId !== null ? qrPayload(found.session, qrcodeId, found.now) : null;
      if (!found || payload === null) {
        throw new DomainError('route_not_found', { reason: 'the code is gone or was scanned' });
      }
      const hasLogo = (parts.directory.findApplication(found.session.applicationId)?.logoUrl ?? null) !== null;
      const whole = JSON.stringify(payload);
      // customData may be larger than an image can be: the code must be scannable all the same.
      const text = fitsQr(whole, hasLogo) ? whole : JSON.stringify({ ...payload, customData: {} });
      return reply
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .type(format === 'svg' ? 'image/svg+xml' : 'image/png')
        .send(drawQr(text, format === 'svg' ? 'svg' : 'png', hasLogo));
    },
  );
}
