import type { InteractionView, PageCodeView } from '@passbeam/protocol';
import { formHeader } from '@passbeam/protocol/headers';
import { type FollowedStatus, type Language, waitSeconds } from '@passbeam/widget/parts';

/** The server's answer to a call that it refused. The fields are named as the SDK's errors, which the widget's parts read. */
export class Refusal extends Error {
  /** The refusal's name, such as `wrong_credentials`; `invalid_response` where something else than the server answered. */
  readonly code: string;
  readonly statusCode: number;
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly data: Record<string, unknown>;

  constructor(code: string, statusCode: number, reply: Reply = {}) {
    super(reply.message ?? code);
    this.code = code;
    this.statusCode = statusCode;
    this.requestId = reply.requestId ?? null;
    this.retryAfterSeconds = reply.retryAfterSeconds ?? null;
    this.data = reply.data ?? {};
  }

  /** True when the same call may succeed a little later. */
  get isTransient(): boolean {
    return ['unavailable', 'too_many_requests', 'invalid_response', 'qr_conflict'].includes(this.code);
  }
}

/** There was no answer: offline, or too slow. */
export class NoAnswer extends Error {
  readonly code = 'network_error';
  readonly isTransient = true;
}

interface Reply {
  statusCode?: number;
  message?: string;
  requestId?: string;
  refusal?: string;
  retryAfterSeconds?: number;
  data?: Record<string, unknown>;
}

/** How long a reply may take, in milliseconds. */
const patienceMs = 20_000;

export type Api = ReturnType<typeof createApi>;

/** The calls of one interaction (`/login/interactions/…`). The form token of the latest view goes with every POST. */
export function createApi(parts: { address: URL; language(): Language }) {
  let formToken = '';

  return {
    view: async () => remember(await call<InteractionView>('GET', '')),
    /** A call after which the server says where things stand. */
    step: async (name: string, body: object = {}) =>
      remember(await call<InteractionView>('POST', `/${name}`, { body })),
    /** A call that sends a one-time code. */
    send: (name: string, body: object) => call<{ sent: true }>('POST', `/${name}`, { body }),
    newCode: (signal: AbortSignal) => call<PageCodeView>('POST', '/qrcode', { body: {}, signal }),
    code: (signal: AbortSignal) => call<PageCodeView>('GET', '/qrcode', { signal }),
    /** As `code`, but the answer comes when another one is shown, or the status is no longer `since`, or after some seconds. */
    changedCode: (qrcodeId: string, since: FollowedStatus, signal: AbortSignal) =>
      call<PageCodeView>('GET', `/qrcode?qrcodeId=${qrcodeId}&since=${since}&waitSeconds=${waitSeconds}`, { signal }),
  };

  function remember(view: InteractionView): InteractionView {
    formToken = view.formToken;
    return view;
  }

  async function call<T>(
    method: 'GET' | 'POST',
    path: string,
    { body, signal }: { body?: object; signal?: AbortSignal } = {},
  ): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, patienceMs);
    signal?.addEventListener('abort', abort);
    try {
      const response = await fetch(parts.address.href + path, {
        method,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: controller.signal,
        headers: {
          'x-authing-lang': parts.language() === 'zh' ? 'zh-CN' : 'en-US',
          ...(body && { 'content-type': 'application/json', [formHeader]: formToken }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return dataOf<T>(response, await response.text());
    } catch (error) {
      throw error instanceof Refusal ? error : new NoAnswer();
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

function dataOf<T>({ status, headers }: Response, text: string): T {
  const reply = readJson(text);
  const retryAfterSeconds = reply?.retryAfterSeconds ?? (Number(headers.get('retry-after')) || undefined);
  if (status === 429) throw new Refusal('too_many_requests', status, { ...reply, retryAfterSeconds });
  if (reply?.refusal !== undefined)
    throw new Refusal(reply.refusal, reply.statusCode ?? status, { ...reply, retryAfterSeconds });
  if (status >= 500) throw new Refusal('unavailable', status, { retryAfterSeconds });
  // Another server than ours answers so: a captive portal, a proxy during a deployment.
  if (status !== 200 || reply?.statusCode !== 200 || reply.data === undefined)
    throw new Refusal('invalid_response', status);
  return reply.data as T;
}

function readJson(text: string): Reply | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
