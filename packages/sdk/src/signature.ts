import { toBase64 } from './base64.ts';
import { webCrypto } from './web-crypto.ts';

/** Whose header names and authorization scheme a signed call uses (wire 5.1). */
export type Brand = 'authing' | 'genauth';

export interface SignedRequest {
  method: 'GET' | 'POST';
  /** Without host and query. */
  path: string;
  /** The query of a GET, the top-level members of a POST's JSON body. */
  parameters: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, string>>;
}

/** The signature of a management call: base64 of the HMAC-SHA1 of `textToSign` (wire 5.1). */
export async function sign(request: SignedRequest, brand: Brand, accessKeySecret: string): Promise<string> {
  const { subtle } = webCrypto();
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await subtle.importKey('raw', encoder.encode(accessKeySecret), algorithm, false, ['sign']);
  const mac = await subtle.sign('HMAC', key, encoder.encode(textToSign(request, brand)));
  return toBase64(new Uint8Array(mac));
}

/** The method, the signed headers sorted by name, the path, and the parameters sorted by key; nothing is percent-encoded. */
export function textToSign({ method, path, parameters, headers }: SignedRequest, brand: Brand): string {
  const headerLines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.replace(/[\t\r\n\f]/g, ' ').trim()] as const)
    .filter(([name]) => name === 'date' || name.startsWith(`x-${brand}-`))
    .sort(byName)
    .map(([name, value]) => `${name}:${value}\n`);
  const pairs = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .sort(byName)
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return `${method}\n${headerLines.join('')}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** Compares by UTF-16 code units, so that the order does not depend on the machine's language. */
function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
