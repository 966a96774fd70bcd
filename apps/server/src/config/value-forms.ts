import { isIP } from 'node:net';
import { isSampleSecret } from '../core/directory/sample-secret.ts';
import { parseEmail } from '../core/identifiers/email-address.ts';

/** Checks of the variables' values, each true when the value can be used later without throwing. */

export function isIn(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

export function isUrlOf(text: string, protocols: string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '' && url.hash === '' && isDecodable(url);
}

/** An http(s) URL without a user: `fetch` would refuse one with a user at the first message. */
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

/** Whether `sslmode` is known: the driver would ignore a misspelt one without a word. */
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

/** Whether every part of the address can be percent-decoded, as its users will do: a bare % would throw then. */
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

/** One or several keys, each of the length that a single one needs; the first is the one in use. */
export function areSecretKeys(text: string): boolean {
  const keys = listed(text);
  return (
    keys.length > 0 &&
    keys.every((key) => Buffer.byteLength(key) >= 32 && !isSampleSecret(key)) &&
    new Set(keys).size === keys.length
  );
}

/** The items of a list that is separated by commas or line breaks. */
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

/** An http(s) URL. It may have a path for a proxy to strip: plain segments only, which every router reads alike. */
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

/** An address or a network. Length 0 is refused: it would trust everybody, and anyone could claim any address (threats T30). */
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
