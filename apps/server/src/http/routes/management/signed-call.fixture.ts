import { createHmac, randomBytes } from 'node:crypto';
import type { TestPassbeam, V3Reply } from '../../../testing.ts';

export interface SigningKey {
  id: string;
  secret: string;
}

export interface SignedCallOptions {
  query?: Record<string, string | string[]>;
  body?: Record<string, unknown>;
  brand?: 'authing' | 'genauth';
  headers?: Record<string, string>;
}

export interface SignedRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string> & { authorization: string };
  payload: string | undefined;
}

/** What a published client sends: headers and URL, from the published steps (wire 5.1) and nothing of the server's code. */
export function signedRequest(
  key: SigningKey,
  now: number,
  method: 'GET' | 'POST',
  path: string,
  { query = {}, body, brand = 'authing', headers: extra = {} }: SignedCallOptions = {},
): SignedRequest {
  const headers: Record<string, string> = {
    date: new Date(now).toUTCString(),
    [`x-${brand}-signature-nonce`]: randomBytes(16).toString('hex'),
    [`x-${brand}-signature-method`]: 'HMAC-SHA1',
    [`x-${brand}-signature-version`]: '1.0',
    [`x-${brand}-lang`]: 'en-US',
    ...extra,
  };
  const parameters: Record<string, unknown> = method === 'GET' ? query : (body ?? {});
  const lines = Object.keys(headers)
    .filter((name) => name === 'date' || name.startsWith(`x-${brand}-`))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const pairs = Object.keys(parameters)
    .sort()
    .filter((name) => parameters[name] !== undefined)
    .map((name) => {
      const value = parameters[name];
      return `${name}=${typeof value === 'object' && value !== null ? JSON.stringify(value) : value}`;
    });
  const text = `${method}\n${lines.join('')}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
  const signature = createHmac('sha1', key.secret).update(text).digest('base64');
  const search = Object.entries(query).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((item) => `${encodeURIComponent(`${name}[]`)}=${encodeURIComponent(item)}`)
      : [`${name}=${encodeURIComponent(value)}`],
  );
  return {
    method,
    url: path + (search.length > 0 ? `?${search.join('&')}` : ''),
    headers: {
      'content-type': 'application/json',
      ...headers,
      authorization: `${brand === 'authing' ? 'authing' : 'GenAuth'} ${key.id}:${signature}`,
    },
    payload: method === 'POST' ? JSON.stringify(body ?? {}) : undefined,
  };
}

/** Signs with the pool's secret (or another key) and calls the server in process. */
export async function callSigned(
  passbeam: Pick<TestPassbeam, 'app' | 'clock' | 'pool'>,
  method: 'GET' | 'POST',
  path: string,
  options: SignedCallOptions & { key?: SigningKey } = {},
): Promise<V3Reply> {
  const key = options.key ?? passbeam.pool;
  const url = path.startsWith('/') ? path : `/api/v3/${path}`;
  return send(passbeam, signedRequest(key, passbeam.clock.now(), method, url, options));
}

export async function send(passbeam: Pick<TestPassbeam, 'app'>, request: SignedRequest): Promise<V3Reply> {
  const reply = await passbeam.app.inject(request);
  return { http: reply.statusCode, headers: reply.headers, text: reply.body, body: reply.json() };
}
