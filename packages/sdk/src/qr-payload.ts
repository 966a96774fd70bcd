import { checkedHost } from './options.ts';

/** What a phone learns from a scanned code before it asks the server. */
export interface ScannedCode {
  qrcodeId: string;
  /** Null in links, which belong to the server of their host, and in codes that name no user pool. */
  userPoolId: string | null;
  form: 'json' | 'link';
}

/**
 * Reads a scanned text (wire 2.9): the JSON text, or a link `host/q/<id>`. Null when it is not a login code: then keep scanning.
 *
 * A link counts only when it begins with exactly the address of your own server. Without `host` no link is accepted.
 *
 * @throws ConfigurationError when `host` is no http(s) address
 * @example
 * const code = parseQrPayload(textFromCamera, { host: 'https://login.example.com' });
 * if (code) await client.setQrCodeStatus({ qrcodeId: code.qrcodeId, action: 'SCAN' });
 */
export function parseQrPayload(text: string, { host }: { host?: string } = {}): ScannedCode | null {
  return readJson(text) ?? (host === undefined ? null : readLink(text, host));
}

function readJson(text: string): ScannedCode | null {
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof payload !== 'object' || payload === null) return null;
  const { scene, random, qrcodeId, userPoolId } = payload as Record<string, unknown>;
  const id = typeof qrcodeId === 'string' ? qrcodeId : random;
  if (scene !== 'APP_AUTH' || typeof id !== 'string' || !/^[\w-]{1,128}$/.test(id)) return null;
  return { qrcodeId: id, userPoolId: typeof userPoolId === 'string' ? userPoolId : null, form: 'json' };
}

function readLink(text: string, host: string): ScannedCode | null {
  const qrcodeId = restOf(text, host, '/q/');
  return qrcodeId !== null && /^[A-Za-z0-9]{32}$/.test(qrcodeId) ? { qrcodeId, userPoolId: null, form: 'link' } : null;
}

/**
 * Reads the link that a device without a browser shows (`verification_uri_complete`, RFC 8628): the user code in it, or null. The link
 * must begin with exactly the address of your own server.
 *
 * @throws ConfigurationError when `host` is no http(s) address
 * @example
 * const userCode = parseDeviceLink(textFromCamera, { host: 'https://login.example.com' });
 * if (userCode) await client.setDeviceStatus({ userCode, action: 'SCAN' });
 */
export function parseDeviceLink(text: string, { host }: { host: string }): string | null {
  const code = restOf(text, host, '/device?user_code=');
  return code !== null && /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/.test(code) ? code : null;
}

/**
 * What follows `host` and `path`; null for other addresses. Compares as text: `URL` would repair backslashes, spaces, `..` and default
 * ports, and so accept links that another reader of the same code, such as the phone's camera, opens elsewhere (threats T26). Case
 * counts, except in scheme and host.
 */
function restOf(text: string, host: string, path: string): string | null {
  checkedHost(host);
  const start = `${host.replace(/\/+$/, '')}${path}`;
  const pathAt = start.indexOf('/', start.indexOf('//') + 2);
  const isOurs =
    isAscii(text) &&
    text.slice(0, pathAt).toLowerCase() === start.slice(0, pathAt).toLowerCase() &&
    text.slice(pathAt, start.length) === start.slice(pathAt);
  return isOurs ? text.slice(start.length) : null;
}

/** Refuses other letters, because some of them become ASCII in lower case, such as the kelvin sign. */
function isAscii(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}
