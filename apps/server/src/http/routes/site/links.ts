import type { Application } from '../../../core/directory/application.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { looksLikeQrcodeId } from '../../../core/qr/id.ts';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';
import { createLinkPages, viewerOf } from './link-page.ts';

/** Links in codes (wire 2.9): the page for phones without the app, and the two files by which phones know the app. */
export function linkRoutes(
  app: App,
  { directory, publicUrl }: { directory: Pick<Directory, 'appsThatOpenLinks'>; publicUrl: string },
): void {
  const pageFor = createLinkPages(publicUrl);

  app.get<{ Params: { qrcodeId: string } }>(
    '/q/:qrcodeId',
    {
      schema: {
        tags: ['QR codes'],
        summary: 'The page behind a link in a code',
        description:
          'What people see whose phone opened a link in a browser. The same for every code, live or not. Where the app is installed and its keys are known (appleAppIds, androidApps), phones open the app instead.',
      },
    },
    (request, reply) => {
      const { qrcodeId } = request.params;
      if (!looksLikeQrcodeId(qrcodeId)) throw new DomainError('route_not_found');
      request.qrcodeId = qrcodeId;
      const page = pageFor(directory.appsThatOpenLinks(), viewerOf(request.headers));
      return reply.headers(page.headers).send(page.with(qrcodeId));
    },
  );

  const path = new URL(publicUrl).pathname.replace(/\/$/, '');
  associationRoute(app, directory, '/.well-known/apple-app-site-association', {
    summary: "Which apps open links, for Apple's phones",
    content: (apps) => {
      const appIDs = apps.flatMap(({ appleAppIds }) => appleAppIds);
      const details = [{ appIDs: [...new Set(appIDs)], components: [{ '/': `${path}/q/*` }] }];
      return appIDs.length === 0 ? null : { applinks: { details } };
    },
  });
  associationRoute(app, directory, '/.well-known/assetlinks.json', {
    summary: 'Which apps open links, for Android phones',
    content: (apps) => {
      const statements = apps.flatMap(({ androidApps }) =>
        androidApps.map(({ package: name, sha256Fingerprints }) => ({
          relation: ['delegate_permission/common.handle_all_urls'],
          target: {
            namespace: 'android_app',
            package_name: name,
            sha256_cert_fingerprints: sha256Fingerprints,
          },
        })),
      );
      return statements.length === 0 ? null : statements;
    },
  });
}

/** A file that platforms fetch without following redirects; absent while no application has keys for it. */
function associationRoute(
  app: App,
  directory: Pick<Directory, 'appsThatOpenLinks'>,
  url: string,
  { summary, content }: { summary: string; content(apps: readonly Application[]): object | null },
): void {
  let madeFor: readonly Application[] | null = null;
  let file: FixedReply | null = null;

  app.get(
    url,
    {
      schema: { tags: ['QR codes'], summary, description: 'From appleAppIds and androidApps of the applications.' },
    },
    (request, reply) => {
      const apps = directory.appsThatOpenLinks();
      if (apps !== madeFor) {
        const json = content(apps);
        madeFor = apps;
        file = json && new FixedReply(headers, () => JSON.stringify(json));
      }
      if (file === null) throw new DomainError('route_not_found');
      return file.send(request, reply);
    },
  );
}

const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' };
