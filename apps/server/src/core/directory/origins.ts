import { getPublicSuffix } from 'tldts';

/** The origins of pages that may read our replies (threats T22): of sites, with one label left open or none, and of apps. */

/** Schemes whose origins are refused: anybody's page can have such an origin, so it does not tell who wrote the page. */
const schemesOfNobody = [
  'file',
  'data',
  'blob',
  'about',
  'javascript',
  'vbscript',
  'filesystem',
  'null',
  'ws',
  'wss',
  'ftp',
];
const anyLabel = '*.';
const appHost = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*(:[0-9]{1,5})?$/;

/** The one form of an allowed origin; `https://*.preview.example.com` stands for names of one label more. Null for everything else. */
export function canonicalOrigin(text: string): string | null {
  if (/\p{Cc}/u.test(text.trim())) return null;
  const [, scheme = '', host = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#@\\\s]+)\/?$/i.exec(text.trim()) ?? [];
  const protocol = scheme.toLowerCase();
  if (host === '' || schemesOfNobody.includes(protocol)) return null;
  if (protocol !== 'http' && protocol !== 'https') {
    const name = host.toLowerCase();
    return appHost.test(name) ? `${protocol}://${name}` : null;
  }
  const isOpen = host.startsWith(anyLabel);
  const url = URL.parse(`${protocol}://${isOpen ? host.slice(anyLabel.length) : host}`);
  if (url === null || /[*%]/.test(url.host)) return null;
  if (!isOpen) return url.origin;
  return isOwnDomain(url.hostname) ? `${protocol}://${anyLabel}${url.host}` : null;
}

/** Whether an origin as a browser sends it is one that `allowed` stands for, which is in its one form. */
export function matchesOrigin(allowed: string, origin: string): boolean {
  if (allowed === origin) return true;
  const open = allowed.indexOf(`://${anyLabel}`);
  // Browsers send the host of an extension as it was registered, which may be in capitals.
  if (open < 0) return !/^https?:/.test(allowed) && allowed === origin.toLowerCase();
  const start = open + '://'.length;
  const end = allowed.slice(start + anyLabel.length - 1);
  if (!origin.startsWith(allowed.slice(0, start)) || !origin.endsWith(end)) return false;
  return /^[a-z0-9_-]+$/.test(origin.slice(start, -end.length));
}

/** Whether all names below have one owner: localhost, and what is below a public suffix such as com or github.io. */
function isOwnDomain(hostname: string): boolean {
  if (hostname === 'localhost') return true;
  const suffix = getPublicSuffix(hostname, { allowPrivateDomains: true });
  return suffix !== null && hostname.includes('.') && suffix !== hostname;
}
