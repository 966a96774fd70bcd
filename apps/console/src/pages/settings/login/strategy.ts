import type { QrcodeLoginStrategyDto } from '@passbeam/protocol';

export type Strategy = QrcodeLoginStrategyDto;
export type LifetimeField = 'qrcodeExpiresIn' | 'ticketExpiresIn';
export type SwitchField = 'returnFullUserInfo' | 'allowExchangeUserInfoFromBrowser';

export const usual = {
  qrcodeExpiresIn: 120,
  ticketExpiresIn: 300,
  returnFullUserInfo: false,
  allowExchangeUserInfoFromBrowser: false,
} as const;

export const isInRange = (seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400;

/** What deserves a word of warning, by the name of its text. */
export function riskOf(field: LifetimeField, seconds: number): 'qrShort' | 'qrLong' | 'ticketLong' | null {
  if (!isInRange(seconds)) return null;
  if (field === 'ticketExpiresIn') return seconds > 300 ? 'ticketLong' : null;
  return seconds < 15 ? 'qrShort' : seconds > 600 ? 'qrLong' : null;
}

/** The replies to polls of a page, as these switches make them. */
export function pollReplies(
  strategy: Pick<Strategy, LifetimeField | SwitchField>,
): Record<'PENDING' | 'SCANNED' | 'AUTHORIZED', object> {
  const briefUserInfo = { displayName: 'Alice', photo: 'https://…' };
  return {
    PENDING: { status: 'PENDING', expiresIn: strategy.qrcodeExpiresIn },
    SCANNED: { status: 'SCANNED', briefUserInfo, expiresIn: Math.max(1, strategy.qrcodeExpiresIn - 6) },
    AUTHORIZED: {
      status: 'AUTHORIZED',
      ...(strategy.returnFullUserInfo
        ? {
            briefUserInfo: { ...briefUserInfo, userId: '6a1f…', email: 'alice@example.com', phone: '+86138…' },
            tokenSet: { access_token: 'eyJhbGciOi…', id_token: 'eyJhbGciOi…', expires_in: 1_209_600 },
          }
        : { ticket: 'tk_8Jp2…', briefUserInfo }),
    },
  };
}
