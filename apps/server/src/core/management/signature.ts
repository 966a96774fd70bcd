import { brands } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';

export type Brand = (typeof brands)[number];

/** A request as it arrived: query values decoded, the JSON body parsed, nothing validated or coerced. */
export interface SignedCall {
  method: string;
  /** Without host and query. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  query: Readonly<Record<string, unknown>>;
  body: unknown;
}

export interface Signature {
  brand: Brand;
  accessKeyId: string;
  value: string;
  nonce: string;
  /** What the caller's clock said. */
  signedAt: number;
}

/** How far the caller's clock may be from ours, either way. */
export const signatureWindowMs = 300_000;
const maxNonceUnits = 128;

/** Signing clients trim in the ways of their languages, so only printable ASCII is one text for all, and a nonce is recognised. */
const printable = /^[ -~]*$/;
const withoutBlank = /^[!-~]+$/;

/** Whether the request claims to be signed, well or badly. */
export function brandOfScheme(authorization: string | undefined): Brand | null {
  const scheme = /^(\w+)\s/.exec(authorization ?? '')?.[1]?.toLowerCase();
  return brands.find((brand) => brand === scheme) ?? null;
}

/** Reads what the request says of its signature; proves nothing. @throws DomainError signature_wrong and the other codes 1301 to 1305 */
export function readSignature(call: SignedCall, brand: Brand, now: number): Signature {
  for (const name of ['authorization', ...signedHeaders(call, brand)]) {
    if (!printable.test(headerText(call, name) ?? '')) {
      throw new DomainError('signature_wrong', { field: name, reason: 'notPrintable' });
    }
  }
  const match = /^\w+\s+([^\s:]{1,128}):([A-Za-z0-9+/]{27}=)$/.exec(headerText(call, 'authorization') ?? '');
  const [, accessKeyId, value] = match ?? [];
  if (accessKeyId === undefined || value === undefined) {
    throw new DomainError('signature_wrong', { reason: 'signatureMalformed' });
  }
  refuseUnsigned(call, brand);
  if (headerText(call, `x-${brand}-signature-method`)?.toUpperCase() !== 'HMAC-SHA1') {
    throw new DomainError('signature_method_unsupported', { field: `x-${brand}-signature-method` });
  }
  if (headerText(call, `x-${brand}-signature-version`) !== '1.0') {
    throw new DomainError('signature_version_unsupported', { field: `x-${brand}-signature-version` });
  }
  const signedAt = parseDate(headerText(call, 'date'));
  if (Math.abs(now - signedAt) > signatureWindowMs) throw new DomainError('signature_date_skewed');
  const nonce = headerText(call, `x-${brand}-signature-nonce`) ?? '';
  if (nonce.length === 0 || nonce.length > maxNonceUnits) {
    throw new DomainError('signature_wrong', {
      field: `x-${brand}-signature-nonce`,
      reason: ['notCharactersTo', maxNonceUnits],
    });
  }
  if (!withoutBlank.test(nonce)) {
    throw new DomainError('signature_wrong', {
      field: `x-${brand}-signature-nonce`,
      reason: 'blankOrTwice',
    });
  }
  return { brand, accessKeyId, value, nonce, signedAt };
}

/**
 * The text that is signed (wire 5.1): method, the brand's headers and `date` by name, path, parameters by key; objects as compact JSON,
 * nothing percent-encoded. Nested keys keep their order, but for array indexes, which `JSON.parse` moves to the front as the official
 * clients' JavaScript does.
 */
export function textToSign(call: SignedCall, brand: Brand): string {
  const headerLines = signedHeaders(call, brand)
    .sort(byCodeUnit)
    .map((name) => `${name}:${(headerText(call, name) ?? '').replace(/[\t\r\n\f]/g, ' ').trim()}\n`);
  const pairs = [...parametersOf(call)]
    .sort(([left], [right]) => byCodeUnit(left, right))
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return `${call.method}\n${headerLines.join('')}${call.path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

function signedHeaders({ headers }: SignedCall, brand: Brand): string[] {
  return Object.keys(headers).filter((name) => name === 'date' || name.startsWith(`x-${brand}-`));
}

function parametersOf({ method, query, body }: SignedCall): Map<string, unknown> {
  if (method !== 'GET' && method !== 'HEAD') {
    return new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  }
  const parameters = new Map<string, unknown>();
  for (const [name, value] of Object.entries(query)) {
    const isList = name.endsWith('[]');
    const signedName = isList ? name.slice(0, -2) : name;
    if (parameters.has(signedName)) throw new DomainError('signature_wrong', { field: name, reason: 'givenTwice' });
    parameters.set(signedName, isList ? [value].flat() : value);
  }
  return parameters;
}

/** Refuses parts that the signature does not cover: anybody on the way could have added them. */
function refuseUnsigned(call: SignedCall, brand: Brand): void {
  if (call.method !== 'GET' && call.method !== 'HEAD' && Object.keys(call.query).length > 0) {
    throw new DomainError('signature_wrong', { reason: 'queryNotSigned' });
  }
  for (const other of brands.filter((name) => name !== brand)) {
    for (const name of Object.keys(call.headers).filter((header) => header.startsWith(`x-${other}-`))) {
      const signedName = name.replace(`x-${other}-`, `x-${brand}-`);
      if (headerText(call, name) !== headerText(call, signedName)) {
        throw new DomainError('signature_wrong', { field: name, reason: 'notSigned' });
      }
    }
  }
}

/** The published clients send an HTTP date, the published error page asks for Unix milliseconds (wire 9, row 25). */
function parseDate(text: string | undefined): number {
  if (text === undefined || text.trim() === '') throw new DomainError('signature_date_missing');
  const isMilliseconds = /^\d{1,15}$/.test(text);
  const isHttpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text);
  const at = isMilliseconds ? Number(text) : isHttpDate ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new DomainError('signature_date_invalid');
  return at;
}

function headerText(call: SignedCall, name: string): string | undefined {
  const value = call.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
