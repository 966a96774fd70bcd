import type { App } from '../../server/app.ts';
import { assetRoutes } from './assets.ts';
import { guardPictureRoutes } from './guard-pictures.ts';
import { healthRoutes } from './health.ts';
import { linkRoutes } from './links.ts';
import { qrImageRoutes } from './qr-images.ts';
import { referenceRoutes } from './reference.ts';

export type SiteParts = Parameters<typeof qrImageRoutes>[1] & Parameters<typeof healthRoutes>[1];

export interface SiteOptions {
  publicUrl: string;
  version: string;
  /** Built widget, served to pages; absent when it was not built. */
  widgetFolder: string;
  /** Built SDK, as a package to install; absent when it was not built. */
  sdkFolder: string;
  links: { title: string; url: string }[];
  /** Serve the API reference. */
  docs: boolean;
}

/** What no published API has: the widget, pictures, probes and the API reference. Comes first, for the reference lists what is added after it. */
export async function siteRoutes(app: App, parts: SiteParts, options: SiteOptions): Promise<void> {
  if (options.docs) await referenceRoutes(app, options);
  qrImageRoutes(app, parts);
  linkRoutes(app, parts);
  guardPictureRoutes(app);
  healthRoutes(app, parts);
  assetRoutes(app, options);
}
