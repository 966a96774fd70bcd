import type { App } from '../../server/app.ts';
import { giveWay } from '../../server/sockets/give-way.ts';
import { assetRoutes } from './assets.ts';
import { guardPictureRoutes } from './guard-pictures.ts';
import { healthRoutes } from './health.ts';
import { hostedPageRoutes } from './hosted-page.ts';
import { linkRoutes } from './links.ts';
import { qrImageRoutes } from './qr-images.ts';
import { referenceRoutes } from './reference.ts';

export type SiteParts = Parameters<typeof qrImageRoutes>[1] & Parameters<typeof healthRoutes>[1];

export interface SiteOptions {
  publicUrl: string;
  version: string;
  /** The folder of the built widget, which pages load; nothing is served from it when the widget was not built. */
  widgetFolder: string;
  /** The folder of the built SDK, as a package to install; nothing is served from it when the SDK was not built. */
  sdkFolder: string;
  /** The folder of the built page at `/login`; it is not served when it was not built. */
  hostedPageFolder: string;
  links: { title: string; url: string }[];
  docs: boolean;
}

/** Routes that no published API has. They come first, for the reference lists the routes added after it. */
export async function siteRoutes(app: App, parts: SiteParts, options: SiteOptions): Promise<void> {
  if (options.docs) await referenceRoutes(app, options);
  healthRoutes(app, parts);
  await app.register(async (site: App) => {
    site.addHook('onRequest', giveWay());
    qrImageRoutes(site, parts);
    linkRoutes(site, parts);
    guardPictureRoutes(site);
    assetRoutes(site, options);
    hostedPageRoutes(site, options);
  });
}
