import type { TokenSetDto } from '@passbeam/protocol';
import { createPollSecret, geneQrCode, getQrCodeStatus } from '@passbeam/sdk/qr';
import type { CodeApi } from './follow.ts';

/** How a code is tied to the page that shows it (threat T9). */
export type Binding = 'cookie' | 'secret';

/** The server through the SDK, with the settings of one element. */
export function createCodeApi(settings: {
  host: string;
  appId: string;
  lang: string;
  binding: Binding;
  customData?: Record<string, unknown>;
}): CodeApi<TokenSetDto> {
  const { host, appId, lang, binding, customData } = settings;
  const connection = { host, appId, lang };

  return {
    async create(signal) {
      if (binding === 'cookie') return geneQrCode(connection, { customData }, { signal });
      const { secret, challenge } = await createPollSecret();
      const code = await geneQrCode(connection, { customData, pollChallenge: challenge }, { signal });
      return { ...code, pollSecret: secret };
    },
    poll: ({ qrcodeId, pollSecret }, signal) => getQrCodeStatus(connection, qrcodeId, { pollSecret, signal }),
  };
}
