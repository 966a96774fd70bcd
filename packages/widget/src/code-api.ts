import type { TokenSetDto } from '@passbeam/protocol';
import { createPollSecret, geneQrCode, getQrCodeStatus } from '@passbeam/sdk/qr';
import type { Listener } from './bell.ts';
import type { Code, CodeApi, FollowedStatus } from './follow.ts';

/** How a code is tied to the page that shows it (threat T9). */
export type Binding = 'cookie' | 'secret';

/** `auto`: the server tells of changes, as far as browser, proxies and server can. `off`: polls alone. */
export type Push = 'auto' | 'off';

/** Short enough for any proxy, and for a page that is hidden or asleep meanwhile. */
const waitSeconds = 8;

/** The server through the SDK, with the settings of one element. */
export function createCodeApi(settings: {
  host: string;
  appId: string;
  lang: string;
  binding: Binding;
  push: Push;
  customData?: Record<string, unknown>;
}): CodeApi<TokenSetDto> {
  const { host, appId, lang, binding, push, customData } = settings;
  const connection = { host, appId, lang };

  return {
    async create(signal) {
      if (binding === 'cookie') return geneQrCode(connection, { customData }, { signal });
      const { secret, challenge } = await createPollSecret();
      const code = await geneQrCode(connection, { customData, pollChallenge: challenge }, { signal });
      return { ...code, pollSecret: secret };
    },
    poll: ({ qrcodeId, pollSecret }, signal) => getQrCodeStatus(connection, qrcodeId, { pollSecret, signal }),
    // An EventSource sends the cookie but no header: with a secret, the server would take it for a stranger's (T9).
    watch: push === 'auto' && binding === 'cookie' ? watch : undefined,
    wait: push === 'auto' ? wait : undefined,
  };

  function wait({ qrcodeId, pollSecret }: Code, since: FollowedStatus, signal: AbortSignal) {
    return getQrCodeStatus(connection, qrcodeId, { pollSecret, since, waitSeconds, signal });
  }

  function watch({ qrcodeId }: Code, { said, broke }: Listener) {
    const address = `${host.replace(/\/+$/, '')}/api/v3/watch-qrcode-status?qrcodeId=${qrcodeId}`;
    const source = new EventSource(address, { withCredentials: true });
    source.addEventListener('status', ({ lastEventId }) => said(lastEventId));
    source.onerror = () => broke(source.readyState === EventSource.CLOSED);
    return () => source.close();
  }
}
