import { isIP } from 'node:net';
import { isSampleSecret } from '../core/directory/sample-secret.ts';
import { parseEmail } from '../core/identifiers/email-address.ts';

/** What the values of variables may look like: one question each, true when the value can be used later without throwing. */

export function isIn(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

export function isUrlOf(text: string, protocols: string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '' && url.hash === '' && isDecodable(url);
}

/** `fetch` refuses an address with a user in it, at the first message. */
export function isHookUrl(text: string): boolean {
  return isUrlOf(text, ['https:', 'http:']) && URL.parse(text)?.username === '' && URL.parse(text)?.password === '';
}

/** A URL as libpq and `pg` read it: the host may be a parameter, which is how a socket's folder is given. */
export function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    (url.hostname !== '' || url.searchParams.has('host')) &&
    /^\/[^/]+$/.test(url.pathname) &&
    url.hash === '' &&
    isDecodable(url) &&
    hasKnownValues(url.searchParams)
  );
}

/** A misspelt `sslmode` would be passed over by the driver without a word. */
function hasKnownValues(parameters: URLSearchParams): boolean {
  const sslmode = parameters.get('sslmode');
  const port = parameters.get('port');
  return (sslmode === null || sslModes.includes(sslmode)) && (port === null || /^\d{1,5}$/.test(port));
}

export const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * One host or several of a cluster; `?cluster=true` tells that one host is of a cluster too. A cluster has database 0 alone.
 */
export function isRedisUrl(text: string): boolean {
  const [, credentials = '', hosts = '', database = '', cluster = ''] =
    /^rediss?:\/\/([^@/?#\s]*@)?([^@/?#\s]+)(?:\/(\d{0,3}))?(?:\?cluster=(true|false))?$/.exec(text) ?? [];
  const isCluster = hosts.includes(',') || cluster === 'true';
  if (hosts === '' || (isCluster && Number(database) !== 0)) return false;
  return hosts.split(',').every((host) => isUrlOf(`redis://${credentials}${host}`, ['redis:']));
}

/** Whoever uses the parts of the address takes their percent-encoding off: a bare % would throw then. */
function isDecodable({ username, password, hostname, pathname }: URL): boolean {
  try {
    for (const part of [username, password, hostname, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** One address, with or without a name; nothing that could be a second header or a second address. */
export function isSender(text: string): boolean {
  const [, named, bare] = /^(?:[^<>,;:"\r\n]{1,128}<([^<>]+)>|([^<>\s]+))$/.exec(text.trim()) ?? [];
  try {
    parseEmail(named ?? bare ?? '');
    return true;
  } catch {
    return false;
  }
}

/** Each as long as one alone must be; the first is the one in use. */
export function areSecretKeys(text: string): boolean {
  const keys = listed(text);
  return (
    keys.length > 0 &&
    keys.every((key) => Buffer.byteLength(key) >= 32 && !isSampleSecret(key)) &&
    new Set(keys).size === keys.length
  );
}

/** What stands between commas or line breaks. */
export function listed(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

export function areHookSecrets(secrets: string[]): boolean {
  return secrets.length <= 2 && secrets.every((secret) => secret.trim().length >= 32 && !isSampleSecret(secret));
}

export function isHost(text: string): boolean {
  return isIP(text) !== 0 || (!/^[\d.]+$/.test(text) && /^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text));
}

/** A path is allowed when a proxy may strip it: plain segments, nothing a router could read twice. */
export function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    /^https?:\/\/[^/?#@\s\\]+(\/[\w-]+)*\/?$/i.test(text) &&
    url.username === '' &&
    url.password === ''
  );
}

export function isInsecure(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'http:' && !/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

export function isProxyList(text: string): boolean {
  return text === 'none' || text.split(',').every((entry) => isProxy(entry.trim()));
}

/** A network of length 0 is everybody: then anyone could claim any address (threats T30). */
function isProxy(entry: string): boolean {
  const [address = '', length, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (length === undefined) return true;
  return /^\d{1,3}$/.test(length) && Number(length) >= 1 && Number(length) <= (version === 4 ? 32 : 128);
}

export function proxiesOf(text: string): string[] {
  return text === 'none' ? [] : text.split(',').map((entry) => entry.trim());
}
