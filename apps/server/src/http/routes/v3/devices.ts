import { envelope, SetDeviceStatusDataDto, SetDeviceStatusDto } from '@passbeam/protocol';
import { findApplication } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingUserCodes } from '../../limits/guess-limit.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** The company's app lets a device in whose `verification_uri_complete` it scanned. Rules are in core/devices. */
export function deviceRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/set-device-status',
    {
      schema: {
        tags: ['QR codes'],
        summary: 'Scan, confirm or cancel the sign-in of a device',
        description:
          "As set-qrcode-status, for devices without a browser (RFC 8628): with the app user's access token. SCAN first; its reply carries what the person must see before deciding: the application, the scopes, where the device is. " +
          'CONFIRM and CANCEL belong to the same user on the same login; repeating a move is a success. Errors: 401 not signed in, 403 other user or an app that may not approve, 404 unknown or expired code, 422 not scanned yet or finished, 429 too many unknown codes.',
        body: SetDeviceStatusDto,
        response: { 200: envelope(SetDeviceStatusDataDto) },
      },
    },
    async (request) => {
      findApplication(request, parts.directory);
      const signedIn = await parts.tokens.authenticate(request.headers.authorization, 'approveCodes');
      const { userCode, action } = request.body;
      const caller = callerOf(request);
      const consent = await limitingUserCodes(parts.limits, caller, () =>
        parts.devices.act({ userCode, action, signedIn, caller }),
      );
      return ok(request, { success: true, ...(consent !== null && { consent }) });
    },
  );
}
