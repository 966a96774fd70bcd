import type { TokenSetDto } from '@passbeam/protocol';
import { createPollSecret, geneQrCode, getQrCodeStatus, streamQrCodeStatus } from '@passbeam/sdk/qr';
import type { Listener } from './bell.ts';
import { type Code, type CodeApi, type FollowedStatus, waitSeconds } from './follow.ts';
import { TroubleError, troubleOf } from './trouble.ts';

/** How a QR code is tied to the page that shows it (threats T9). */
export type Binding = 'secret' | 'cookie';

/** `auto`: the server announces changes, if browser, proxies and server can do it. `off`: the widget only polls. */
export type Push = 'auto' | 'off';

/** The pause before a stream is opened again. It is random so that the pages of a stopping node do not all return at once. */
const reopenMs = { least: 1_000, spread: 2_000 };

/** Calls the server through the SDK with the settings of one element. */
export function createCodeApi(settings: {
  host: string;
  appId: string;
  lang: string;
  binding: Binding;
  push: Push;
  customData?: Record<string, unknown>;
  state?: string;
}): CodeApi<TokenSetDto> {
  const { host, appId, lang, binding, push, ...input } = settings;
  const connection = { host, appId, lang };

  return {
    async create(signal) {
      // A page that came by plain http from another machine has no WebCrypto to make a challenge with, so it falls back to the cookie.
      const isSecret = binding === 'secret' && globalThis.crypto?.subtle !== undefined;
      const { secret, challenge } = isSecret ? await createPollSecret() : {};
      try {
        const code = await geneQrCode(connection, { ...input, pollChallenge: challenge }, { signal });
        return { ...code, pollSecret: secret };
      } catch (error) {
        throw await explained(error, signal);
      }
    },
    poll: ({ qrcodeId, pollSecret }, signal) => getQrCodeStatus(connection, qrcodeId, { pollSecret, signal }),
    watch: push === 'auto' ? watch : undefined,
    wait: push === 'auto' ? wait : undefined,
  };

  /** Tells an unknown origin from a network failure: if the server's public avatar loads, the network works. */
  async function explained(error: unknown, signal: AbortSignal): Promise<unknown> {
    if (troubleOf(error).code !== 'network_error') return error;
    const address = `${host.replace(/\/+$/, '')}/avatars/default.svg`;
    const probe = await fetch(address, { credentials: 'omit', cache: 'no-store', signal }).catch(() => null);
    if (!probe?.ok) return error;
    const { origin } = location;
    return new TroubleError({
      kind: 'origin',
      code: 'origin_not_allowed',
      message: `The server answers, but not to this page: add ${origin} to allowedOrigins`,
      origin,
    });
  }

  function wait({ qrcodeId, pollSecret }: Code, since: FollowedStatus, signal: AbortSignal) {
    return getQrCodeStatus(connection, qrcodeId, { pollSecret, since, waitSeconds, signal });
  }

  function watch(code: Code, listener: Listener) {
    const controller = new AbortController();
    void listen(code, listener, controller.signal);
    return () => controller.abort();
  }

  /** Reads the stream by `fetch`, since an `EventSource` cannot send the poll secret, without which this page is a stranger (threats T9). */
  async function listen({ qrcodeId, pollSecret }: Code, { said, broke }: Listener, signal: AbortSignal): Promise<void> {
    for (let isRefused = false; !isRefused; ) {
      isRefused = true;
      try {
        for await (const { status } of streamQrCodeStatus(connection, qrcodeId, { pollSecret, signal })) {
          isRefused = false;
          if (signal.aborted) return;
          said(status);
        }
      } catch {
        // The error is not used: the next poll meets the same trouble and reports it.
      }
      if (signal.aborted) return;
      broke(isRefused);
      await new Promise((resolve) => setTimeout(resolve, reopenMs.least + Math.random() * reopenMs.spread));
      if (signal.aborted) return;
    }
  }
}
