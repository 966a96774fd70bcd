import { toBase64 } from './base64.ts';
import { webCrypto } from './web-crypto.ts';

/** The header family and authorization scheme a signed call speaks (wire 5.1). */
export type Brand = 'authing' | 'genauth';

export interface SignedRequest {
  method: 'GET' | 'POST';
  /** Without the host, without the query. */
  path: string;
  /** The query of a GET, the top-level members of a POST's JSON body. */
  parameters: Readonly<Record<string, unknown>>;
  headers: Readonly<Record<string, string>>;
}

/** Signs a management call: base64 of HMAC-SHA1 over the text that is signed (wire 5.1). */
export async function sign(request: SignedRequest, brand: Brand, accessKeySecret: string): Promise<string> {
  const { subtle } = webCrypto();
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-1' };
  const key = await subtle.importKey('raw', encoder.encode(accessKeySecret), algorithm, false, ['sign']);
  const mac = await subtle.sign('HMAC', key, encoder.encode(textToSign(request, brand)));
  return toBase64(new Uint8Array(mac));
}

/** Method, signed headers by name, then path and parameters by key; nothing is percent-encoded. */
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

/** By code unit, whatever the machine's language. */
function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
