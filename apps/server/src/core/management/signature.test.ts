import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSha1 } from '../../crypto/hmac-sha1.ts';
import { type Brand, readSignature, type SignedCall, textToSign } from './signature.ts';

const signedAt = Date.UTC(2026, 10, 20, 8, 52, 24);

/** Two calls of a published client (wire 5.1), with headers that are not signed around them. */
function vector(brand: Brand, sdkVersion: string, signature: string): SignedCall {
  return {
    method: 'POST',
    path: '/api/v3/delete-users-batch',
    query: {},
    body: { userIds: ['u1', 'u2'], options: { userIdType: 'user_id' } },
    headers: {
      host: 'login.example',
      'content-type': 'application/json',
      authorization: `${brand === 'authing' ? 'authing' : 'GenAuth'} pool:${signature}`,
      [`x-${brand}-signature-version`]: '1.0',
      [`x-${brand}-signature-nonce`]: '0123456789abcdef0123456789abcdef',
      [`x-${brand}-signature-method`]: 'HMAC-SHA1',
      [`x-${brand}-sdk-version`]: sdkVersion,
      [`x-${brand}-lang`]: 'en-US',
      date: 'Fri, 20 Nov 2026 08:52:24 GMT',
    },
  };
}
const authing = vector('authing', 'authing-node-sdk:4.0.1', 'yJcJKnopQWsmBCmkbcl53XAsiGA=');
const genauth = vector('genauth', 'gen-auth-node-sdk:1.0.0', 'jhkMRMkbSmVK6P3ev3xaAx3Ckms=');

describe('the text to sign', () => {
  it.each([
    ['authing', authing],
    ['genauth', genauth],
  ] as const)('gives the signature of the %s vector', (brand, call) => {
    const { value, accessKeyId } = readSignature(call, brand, signedAt);
    expect(hmacSha1('demo-secret', textToSign(call, brand))).toBe(value);
    expect(accessKeyId).toBe('pool');
  });

  it('ends in the bare path without parameters', () => {
    expect(textToSign({ ...authing, headers: {}, body: {} }, 'authing')).toBe('POST\n/api/v3/delete-users-batch');
    expect(textToSign({ ...authing, headers: {}, body: undefined }, 'authing')).toBe(
      'POST\n/api/v3/delete-users-batch',
    );
  });

  it('signs the values of a query as decoded, and its lists under their name', () => {
    const call: SignedCall = { method: 'GET', path: '/p', headers: {}, body: undefined, query: {} };
    const query = { 'userIds[]': ['u 1', 'ü"2'], withCustomData: 'false', b: 'x&y=z', 'one[]': 'x', empty: '' };
    expect(textToSign({ ...call, query }, 'authing')).toBe(
      'GET\n/p?b=x&y=z&empty=&one=["x"]&userIds=["u 1","ü\\"2"]&withCustomData=false',
    );
    expect(() => textToSign({ ...call, query: { 'a[]': '1', a: '["1"]' } }, 'authing')).toThrow(/signature_wrong/);
  });

  it('prints values as JavaScript does: null, booleans, numbers, nested keys as received', () => {
    const body = JSON.parse('{"n":null,"t":true,"f":1.50,"e":1e21,"o":{"z":1,"a":[null,{"ü":"\\u00e9"}]},"s":"a b"}');
    expect(textToSign({ ...authing, headers: {}, path: '/p', body }, 'authing')).toBe(
      'POST\n/p?e=1e+21&f=1.5&n=null&o={"z":1,"a":[null,{"ü":"é"}]}&s=a b&t=true',
    );
  });

  it('agrees with the clients on any body, query and header', () => {
    const name = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/);
    const headerValue = fc.stringMatching(/^[!-~]([ -~\t]{0,10}[!-~])?$/);
    fc.assert(
      fc.property(
        fc.constantFrom<Brand>('authing', 'genauth'),
        fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), headerValue),
        fc.string({ minLength: 1 }),
        (brand, body, extras, secret) => {
          const headers: Record<string, string> = { date: 'x', 'user-agent': 'y' };
          for (const [suffix, value] of Object.entries(extras)) headers[`x-${brand}-${suffix}`] = value;
          // The client signs its own object; the server checks what was sent as JSON and parsed.
          const received: SignedCall = {
            method: 'POST',
            path: '/p',
            headers,
            query: {},
            body: JSON.parse(JSON.stringify(body)),
          };
          const theirs = clientSignature({ method: 'POST', path: '/p', headers, parameters: body, brand, secret });
          expect(hmacSha1(secret, textToSign(received, brand))).toBe(theirs);
        },
      ),
    );
  });
});

describe('what a request says of its signature', () => {
  const without = (name: string, call = authing): SignedCall => {
    const { [name]: _gone, ...headers } = call.headers;
    return { ...call, headers };
  };
  const withHeader = (name: string, value: string, call = authing): SignedCall => ({
    ...call,
    headers: { ...call.headers, [name]: value },
  });

  it.each([
    ['a method of its own', withHeader('x-authing-signature-method', 'HMAC-SHA256'), 'signature_method_unsupported'],
    ['no method', without('x-authing-signature-method'), 'signature_method_unsupported'],
    ['another version', withHeader('x-authing-signature-version', '2.0'), 'signature_version_unsupported'],
    ['no date', without('date'), 'signature_date_missing'],
    ['a date in words', withHeader('date', 'yesterday'), 'signature_date_invalid'],
    ['an ISO date', withHeader('date', '2026-11-20T08:52:24Z'), 'signature_date_invalid'],
    ['seconds for milliseconds', withHeader('date', String(signedAt / 1000)), 'signature_date_skewed'],
    ['a date too old', withHeader('date', String(signedAt - 300_001)), 'signature_date_skewed'],
    ['a date too far ahead', withHeader('date', String(signedAt + 300_001)), 'signature_date_skewed'],
    ['no nonce', without('x-authing-signature-nonce'), 'signature_wrong'],
    ['an endless nonce', withHeader('x-authing-signature-nonce', 'n'.repeat(129)), 'signature_wrong'],
    ['a nonce with a blank', withHeader('x-authing-signature-nonce', 'a b'), 'signature_wrong'],
    ['two nonces', withHeader('x-authing-signature-nonce', 'a, b'), 'signature_wrong'],
    ...['\u00a0', '\u0085', '\u001f', '\t', '\u000b', '\u0000', '\u007f', '\u00ad'].flatMap((character) =>
      ['authorization', 'date', 'x-authing-signature-nonce', 'x-authing-signature-method', 'x-authing-lang'].map(
        (name): [string, SignedCall, string] => [
          `${JSON.stringify(character)} after ${name}`,
          withHeader(name, `${authing.headers[name]}${character}`),
          'signature_wrong',
        ],
      ),
    ),
    ['no key', withHeader('authorization', 'authing yJcJKnopQWsmBCmkbcl53XAsiGA='), 'signature_wrong'],
    ['no signature', withHeader('authorization', 'authing pool:'), 'signature_wrong'],
    ['a query beside a body', { ...authing, query: { admin: 'true' } }, 'signature_wrong'],
    ["the other brand's headers, unsigned", withHeader('x-genauth-app-id', 'other'), 'signature_wrong'],
  ])('with %s is refused', (_name, call, code) => {
    expect(() => readSignature(call, 'authing', signedAt)).toThrow(code);
  });

  it.each([
    ['milliseconds', withHeader('date', String(signedAt))],
    ['the edge of the window', withHeader('date', String(signedAt - 300_000))],
    ["the other brand's header saying the same", withHeader('x-genauth-lang', 'en-US')],
  ])('with %s is read', (_name, call) => {
    expect(readSignature(call, 'authing', signedAt)).toMatchObject({ accessKeyId: 'pool' });
  });
});

/** Written from the published steps (wire 5.1) alone, as a client would be. */
function clientSignature(given: {
  method: string;
  path: string;
  headers: Record<string, string>;
  parameters: Record<string, unknown>;
  brand: string;
  secret: string;
}): string {
  let text = `${given.method}\n`;
  for (const key of Object.keys(given.headers).sort()) {
    if (key !== 'date' && !key.startsWith(`x-${given.brand}-`)) continue;
    text += `${key}:${(given.headers[key] ?? '')
      .split(/[\t\n\r\f]/)
      .join(' ')
      .trim()}\n`;
  }
  text += given.path;
  let joint = '?';
  for (const key of Object.keys(given.parameters).sort()) {
    const value = given.parameters[key];
    text += `${joint}${key}=${value !== null && typeof value === 'object' ? JSON.stringify(value) : value}`;
    joint = '&';
  }
  return createHmac('sha1', given.secret).update(Buffer.from(text, 'utf8')).digest('base64');
}
