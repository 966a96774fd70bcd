import type { ErrorCode } from '@passbeam/protocol';
import {
  ApiError,
  ConfigurationError,
  errorCodeOf,
  NetworkError,
  type OAuthErrorCode,
  TimeoutError,
} from './errors.ts';
import { checkedFetch, checkedHeaderText, checkedHost, checkedTimeoutMs } from './options.ts';

/** What every call needs to know. Pages pass it to the functions of `@passbeam/sdk/qr`; clients build it from their own options. */
export interface ConnectionOptions {
  /** The server's address, with scheme: `https://login.example.com`. A path prefix is kept, a final slash dropped. */
  host: string;
  /** The application's id. It is public: it selects the application and proves nothing. */
  appId: string;
  /** The user pool's id. Without it the server takes the application's pool; one that contradicts the application is refused. */
  userPoolId?: string;
  /** Language of the server's messages, `en-US` or `zh-CN`. Default: the server's, English. */
  lang?: string;
  /** Milliseconds until a call is given up, counted to the end of the reply's body. Default 10 000. */
  timeoutMs?: number;
  /** Replaces the runtime's `fetch`: for tests, proxies, agents. */
  fetch?: typeof fetch;
}

/** Checked options, ready to send with. */
export interface Connection {
  host: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Whether requests carry the cookie that ties a QR code to its page (threats T9). */
  sendsCookies: boolean;
  fetch: typeof fetch;
}

/** Options of a single call. */
export interface CallOptions {
  /** Ends the call early; it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST';
  /** With the leading slash, without the host. */
  path: string;
  /** A list is sent as `name[]`, once for each item. */
  query?: Readonly<Record<string, string | readonly string[]>>;
  json?: unknown;
  form?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** How long the call asks the server to wait before it answers; added to `timeoutMs`. */
  waitMs?: number;
}

/** @throws ConfigurationError naming the option */
export function connect(options: ConnectionOptions): Connection {
  const connection = connectWithoutApp(options);
  return {
    ...connection,
    headers: { 'x-authing-app-id': checkedHeaderText('appId', options.appId), ...connection.headers },
  };
}

/** For calls that name no application. @throws ConfigurationError naming the option */
export function connectWithoutApp(options: Omit<ConnectionOptions, 'appId'>): Connection {
  if (typeof options !== 'object' || options === null) throw new ConfigurationError('options', 'must be an object');
  const { userPoolId, lang } = options;
  const headers: Record<string, string> = {};
  if (userPoolId !== undefined) headers['x-authing-userpool-id'] = checkedHeaderText('userPoolId', userPoolId);
  if (lang !== undefined) headers['x-authing-lang'] = checkedHeaderText('lang', lang);
  return {
    host: checkedHost(options.host),
    headers,
    timeoutMs: checkedTimeoutMs(options.timeoutMs),
    // Only in browsers: some edge runtimes refuse the field.
    sendsCookies: typeof document !== 'undefined',
    fetch: checkedFetch(options.fetch),
  };
}

/** Sends a v3 call and resolves with the `data` of its envelope (wire 2.0). */
export async function callV3<T>(connection: Connection, call: Call): Promise<T> {
  const { response, body } = await send(connection, call);
  if (!isRecord(body) || body.statusCode !== 200 || !isRecord(body.data)) throw refusalOf(response, body);
  return body.data as T;
}

/** Like `callV3`, for endpoints whose successes may lack `data`. */
export async function callV3WithoutData<T>(connection: Connection, call: Call): Promise<T | undefined> {
  const { response, body } = await send(connection, call);
  if (!isRecord(body) || body.statusCode !== 200) throw refusalOf(response, body);
  return isRecord(body.data) ? (body.data as T) : undefined;
}

/** Calls an endpoint without an envelope (`/oidc/*`, `/api/v3/system`) and resolves with the whole body. */
export async function callBare<T>(connection: Connection, call: Call): Promise<T> {
  const { response, body } = await send(connection, call);
  const isRefusal = isRecord(body) && typeof body.statusCode === 'number' && body.statusCode !== 200;
  if (isRefusal) throw refusalOf(response, body);
  if (!response.ok || body === undefined) throw oauthRefusalOf(response, body) ?? refusalOf(response, body);
  return body as T;
}

/** Calls a v3 endpoint whose success is a file; resolves when it begins to arrive. Only that beginning has `timeoutMs`. */
export async function streamV3(connection: Connection, call: Call): Promise<AsyncIterable<Uint8Array>> {
  const { signal } = call;
  if (signal?.aborted) throw signal.reason;
  const controller = new AbortController();
  signal?.addEventListener('abort', () => controller.abort(signal.reason));
  const { timeoutMs } = connection;
  const timer = setTimeout(() => controller.abort(new TimeoutError(timeoutMs)), timeoutMs);
  const failure = (error: unknown) => (controller.signal.aborted ? controller.signal.reason : new NetworkError(error));
  let response: Response;
  try {
    response = await begin(connection, call, controller.signal);
  } catch (error) {
    throw failure(error);
  } finally {
    clearTimeout(timer);
  }
  const isFile = response.ok && !/^application\/json\b/.test(response.headers.get('content-type') ?? '');
  if (!isFile || response.body === null) throw refusalOf(response, parse(await response.text(), response));
  return partsOf(response.body, failure);
}

async function* partsOf(
  body: ReadableStream<Uint8Array>,
  failure: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failure(error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function send(connection: Connection, call: Call): Promise<{ response: Response; body: unknown }> {
  const { signal } = call;
  if (signal?.aborted) throw signal.reason;
  // Mini programs have none: there a request that is given up ends by itself.
  const controller = typeof AbortController === 'undefined' ? null : new AbortController();
  let interrupt: (reason: unknown) => void = () => {};
  // Raced with the exchange, so that even a fetch which ignores its signal cannot keep the caller waiting.
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = (reason) => {
      reject(reason);
      controller?.abort();
    };
  });
  const stop = () => interrupt(signal?.reason);
  const timeoutMs = connection.timeoutMs + (call.waitMs ?? 0);
  const timer = setTimeout(() => interrupt(new TimeoutError(timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', stop);
  try {
    return await Promise.race([interrupted, exchange(connection, call, controller?.signal ?? null)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

async function exchange(connection: Connection, call: Call, signal: AbortSignal | null) {
  let response: Response;
  let text: string;
  try {
    response = await begin(connection, call, signal);
    text = await response.text();
  } catch (error) {
    throw new NetworkError(error);
  }
  return { response, body: parse(text, response) };
}

/** Sends the call and resolves when the headers of the reply have arrived. */
export function begin(connection: Connection, call: Call, signal: AbortSignal | null): Promise<Response> {
  const headers: Record<string, string> = { ...connection.headers, ...call.headers };
  let body: string | undefined;
  if (call.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(call.json);
  } else if (call.form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    body = new URLSearchParams(call.form).toString();
  }
  const query = call.query === undefined ? '' : `?${searchOf(call.query)}`;
  const init: RequestInit = { method: call.method, headers, signal, redirect: 'manual' };
  if (body !== undefined) init.body = body;
  if (connection.sendsCookies) init.credentials = 'include';
  return connection.fetch(`${connection.host}${call.path}${query}`, init);
}

function searchOf(query: NonNullable<Call['query']>): URLSearchParams {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((item) => [`${name}[]`, item]),
  );
  return new URLSearchParams(pairs);
}

/** Undefined when the text is not JSON. An empty success, such as the reply to a revocation, gives an empty object. */
function parse(text: string, response: Response): unknown {
  if (text === '' && response.ok) return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(response: Response, body: unknown): ApiError {
  const retryAfterSeconds = secondsOf(response.headers.get('retry-after'));
  if (isRecord(body) && typeof body.statusCode === 'number' && body.statusCode !== 200) {
    const apiCode = typeof body.apiCode === 'number' ? body.apiCode : null;
    return new ApiError(errorCodeOf(body.statusCode, apiCode), textOr(body.message, 'The server refused the call'), {
      statusCode: body.statusCode,
      apiCode,
      refusal: typeof body.refusal === 'string' ? (body.refusal as ErrorCode) : null,
      requestId: typeof body.requestId === 'string' ? body.requestId : null,
      retryAfterSeconds,
      data: isRecord(body.data) ? body.data : null,
    });
  }
  const reply = { statusCode: response.status, retryAfterSeconds };
  if (response.status === 429 || response.status >= 500) {
    return new ApiError(errorCodeOf(response.status, null), `HTTP ${response.status} without a reply of ours`, reply);
  }
  const what = response.type === 'opaqueredirect' || isRedirect(response.status) ? 'a redirect' : 'no reply of ours';
  return new ApiError('invalid_response', `HTTP ${response.status} with ${what}`, reply);
}

/** Null when the body does not have the shape of RFC 6749 section 5.2. */
function oauthRefusalOf(response: Response, body: unknown): ApiError | null {
  if (!isRecord(body) || typeof body.error !== 'string') return null;
  const code = isOAuthCode(body.error) ? body.error : 'api_error';
  return new ApiError(code, textOr(body.error_description, body.error), {
    statusCode: response.status,
    retryAfterSeconds: secondsOf(response.headers.get('retry-after')),
    requestId: typeof body.requestId === 'string' ? body.requestId : null,
  });
}

const isRedirect = (status: number) => status >= 300 && status < 400;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const textOr = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value : otherwise);

/** `Retry-After` in seconds. Null for an HTTP date: our server sends none, and the two clocks may differ. */
function secondsOf(value: string | null): number | null {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

const oauthCodes = {
  invalid_request: true,
  invalid_client: true,
  invalid_grant: true,
  unauthorized_client: true,
  unsupported_grant_type: true,
  invalid_scope: true,
  invalid_token: true,
  insufficient_scope: true,
  access_denied: true,
  server_error: true,
} satisfies Record<OAuthErrorCode, true>;

const isOAuthCode = (code: string): code is OAuthErrorCode => Object.keys(oauthCodes).includes(code);
