import type { InteractionView } from '@passbeam/protocol';

/**
 * The address that opens the app for a link in a code. Browsers keep a link to the page's own host to themselves; Android's way out is an
 * address that names the package. Browsers inside other apps know no such address.
 */
export function openingLink(link: string, apps: InteractionView['apps'], agent: string): string {
  const [app, ...others] = apps;
  const name = app?.androidApps[0]?.package;
  const isAndroid =
    /android|harmony/i.test(agent) && !/micromessenger|alipayclient|dingtalk|wxwork|\bqq\/|weibo/i.test(agent);
  if (!isAndroid || app === undefined || name === undefined || others.length > 0) return link;
  const [scheme, rest] = link.split('://');
  const otherwise = encodeURIComponent(app.androidStoreUrl ?? link);
  return `intent://${rest}#Intent;scheme=${scheme};package=${name};S.browser_fallback_url=${otherwise};end`;
}
