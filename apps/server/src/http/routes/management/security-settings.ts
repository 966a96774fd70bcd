import { envelope, MfaSettingsDto, SecuritySettingsDto, UpdateSecuritySettingsDto } from '@passbeam/protocol';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** The pool's security settings (wire 3.3; wire 5.2, rows 23, 24). */
export function securitySettingsRoutes(app: App, parts: Parts): void {
  const { securitySettings } = parts;

  app.get(
    '/api/v3/get-security-settings',
    {
      schema: {
        summary: 'Read the security settings of the pool',
        description: 'qrcodeLoginStrategy holds the four settings of the scan (wire 3.3).',
        response: { 200: envelope(SecuritySettingsDto) },
      },
    },
    async (request) => ok(request, securitySettings.get(await administratorOf(request, parts))),
  );

  app.post(
    '/api/v3/update-security-settings',
    {
      bodyLimit: 128 * 1024,
      schema: {
        summary: 'Change the security settings of the pool',
        description:
          'Fields that are not named stay, those of qrcodeLoginStrategy, sso and brand too. allowedOrigins, registerDisabled, qrcodeLoginStrategy, sso and brand hold from the next request on; ' +
          'the other fields are kept for the clients that read them. Units never change the seconds. Errors: 400 apiCode 2231 a field is not valid (wire 3.3).',
        body: UpdateSecuritySettingsDto,
        response: { 200: envelope(SecuritySettingsDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, await securitySettings.update(admin, request.body, callerOf(request)));
    },
  );

  app.get(
    '/api/v3/get-global-mfa-settings',
    {
      schema: {
        summary: 'Read which second factors are on',
        description: 'None: the phone that confirms is the factor here (wire 5.2, row 24).',
        response: { 200: envelope(MfaSettingsDto) },
      },
    },
    async (request) => {
      await administratorOf(request, parts);
      return ok(request, { enabledFactors: [] });
    },
  );
}
