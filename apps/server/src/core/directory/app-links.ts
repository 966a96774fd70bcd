import type { AndroidAppDto } from '@passbeam/protocol';

export interface AppLinks {
  /** TEAMID.bundle */
  appleAppIds: string[];
  androidApps: AndroidAppDto[];
  appStoreUrl: string | null;
  androidStoreUrl: string | null;
}

export const noAppLinks: AppLinks = { appleAppIds: [], androidApps: [], appStoreUrl: null, androidStoreUrl: null };

/** Whether a link in a code may open the app of this application: its people must be allowed to scan. */
export function opensLinks(application: AppLinks & { enabled: boolean; approvesScans: boolean }): boolean {
  const { enabled, approvesScans, appleAppIds, androidApps } = application;
  return enabled && approvesScans && appleAppIds.length + androidApps.length > 0;
}

/** Why phones will not open the app though its keys are there; sentences for the log. */
export function appLinkWarnings(publicUrl: string, applications: readonly { id: string }[]): string[] {
  if (applications.length === 0) return [];
  const { protocol, pathname } = new URL(publicUrl);
  const names = applications.map(({ id }) => id).join(', ');
  return [
    ...(protocol === 'http:'
      ? [`links in codes do not open the app of ${names}: PUBLIC_URL must begin with https.`]
      : []),
    ...(pathname === '/'
      ? []
      : [
          `links in codes do not open the app of ${names} unless your proxy serves /.well-known/apple-app-site-association and ` +
            `/.well-known/assetlinks.json at the root of its host: PUBLIC_URL has the path ${pathname}.`,
        ]),
  ];
}
