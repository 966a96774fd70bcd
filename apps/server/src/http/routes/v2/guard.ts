import { envelopeV2, GuardPageConfig, PublicConfig } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Directory } from '../../../core/directory/directory.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { guardPageConfig, publicConfig } from '../../wire/public-config.ts';

const params = Type.Object({ appId: Type.String({ minLength: 1, maxLength: 128 }) });

/** The calls that Guard and the phone SDKs make before anybody scans or types a password (wire 8.2, 8.3). */
export function guardRoutes(scope: App, { directory, hostedPage, publicUrl, passwordDecryption }: Parts): void {
  scope.get(
    '/api/v2/applications/:appId/public-config',
    {
      schema: {
        summary: 'What Guard and phones must know of an application',
        description: 'Public, for pages of the allowed origins and for phones (wire 8.2, 8.3).',
        params,
        response: { 200: envelopeV2(PublicConfig) },
      },
    },
    async (request) => {
      const application = applicationAsked(request, directory);
      return okV2(
        publicConfig(application, {
          pool: directory.getPool(application.userPoolId),
          allowedOrigins: directory.allowedOrigins(application),
          publicUrl,
          passwordKeyPem: passwordDecryption.rsa.publicKey,
          canResetPassword: hostedPage.offersOf(application).forgotPassword,
        }),
      );
    },
  );

  scope.get(
    '/api/v2/applications/:appId/components-public-config/guard',
    {
      schema: {
        summary: 'How Guard looks on every page',
        params,
        response: { 200: envelopeV2(GuardPageConfig) },
      },
    },
    async (request) => okV2(guardPageConfig(applicationAsked(request, directory))),
  );
}

/** The application that a path names: Guard names it nowhere else, and the application's pages must be able to read the reply. */
function applicationAsked(request: FastifyRequest<{ Params: Static<typeof params> }>, directory: Directory) {
  const application = directory.getApplication(request.params.appId);
  request.aboutApplication = application.id;
  return application;
}
