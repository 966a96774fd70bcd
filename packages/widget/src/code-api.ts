import type { TokenSetDto } from '@passbeam/protocol';
import { createPollSecret, geneQrCode, getQrCodeStatus, streamQrCodeStatus } from '@passbeam/sdk/qr';
import type { Listener } from './bell.ts';
import type { Code, CodeApi, FollowedStatus } from './follow.ts';
import { TroubleError, troubleOf } from './trouble.ts';

/** How a code is tied to the page that shows it (threats T9). */
export type Binding = 'secret' | 'cookie';

/** `auto`: the server tells of changes, as far as browser, proxies and server can. `off`: polls alone. */
export type Push = 'auto' | 'off';

/** Short enough for any proxy, and for a page that is hidden or asleep meanwhile. */
const waitSeconds = 8;
/** Before a stream that ended is opened again; the spread keeps the pages of a node that stops apart. */
const reopenMs = { least: 1_000, spread: 2_000 };

/** The server through the SDK, with the settings of one element. */
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
      // Pages that came by plain http from another machine have no WebCrypto to make a challenge with.
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

  /**
   * To the page, a refused preflight looks like a dead network. Where the server's public picture can be read all the same,
   * the page's origin is what the server does not know.
   */
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

  /** By `fetch`, since an `EventSource` can carry no secret: the server would see a stranger (threats T9). */
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
        // The next poll tells what is the matter.
      }
      if (signal.aborted) return;
      broke(isRefused);
      await new Promise((resolve) => setTimeout(resolve, reopenMs.least + Math.random() * reopenMs.spread));
      if (signal.aborted) return;
    }
  }
}
