import type { GeneralSecuritySettings, QrcodeLoginStrategyDto } from '@passbeam/protocol';

/** The four settings of "App scan-login web" (wire 3.1, 3.3), per user pool, with an override per application. */
export interface QrcodeLoginStrategy {
  /** Seconds from creation until an unfinished QR session expires. */
  qrcodeExpiresIn: number;
  /** Seconds from CONFIRM until the ticket is refused. */
  ticketExpiresIn: number;
  /** Polls return the whole user and tokens. A risk the operator takes knowingly (threats T13). */
  returnFullUserInfo: boolean;
  /** Anyone who holds the ticket may exchange it; off means: only callers that prove a secret. */
  allowExchangeUserInfoFromBrowser: boolean;
  /** The unit in which the console shows each lifetime; the values themselves stay seconds. */
  qrcodeExpiresInUnit?: QrcodeLoginStrategyDto['qrcodeExpiresInUnit'];
  ticketExpiresInUnit?: QrcodeLoginStrategyDto['ticketExpiresInUnit'];
}

export const defaultQrcodeLoginStrategy: QrcodeLoginStrategy = {
  qrcodeExpiresIn: 120,
  ticketExpiresIn: 300,
  returnFullUserInfo: false,
  allowExchangeUserInfoFromBrowser: false,
};

/** Floors and ceilings in seconds (threats, limits). Above `warnAbove` the start-up log says why it is unwise. */
export const lifetimeBounds = {
  qrcodeExpiresIn: { min: 1, max: 86_400, warnAbove: 600 },
  ticketExpiresIn: { min: 1, max: 86_400, warnAbove: 300 },
} as const;

/** How long a browser stays signed in for every application of the pool, in seconds. */
export interface SsoLifetimes {
  /** Since it was last used. */
  idleSeconds: number;
  /** Since the person proved who they are. */
  absoluteSeconds: number;
}

export const defaultSsoLifetimes: SsoLifetimes = { idleSeconds: 43_200, absoluteSeconds: 604_800 };

export const ssoLifetimeBounds = { min: 60, max: 90 * 86_400 } as const;

export interface SecuritySettings {
  /** Exact origins (`scheme://host[:port]`) whose pages may call us with credentials. */
  allowedOrigins: string[];
  registerDisabled: boolean;
  qrcodeLoginStrategy: QrcodeLoginStrategy;
  sso: SsoLifetimes;
  /** The settings beside those of the scan that were changed; all others have their defaults. */
  general: Partial<GeneralSecuritySettings>;
}

export const defaultSecuritySettings: SecuritySettings = {
  allowedOrigins: [],
  registerDisabled: false,
  qrcodeLoginStrategy: defaultQrcodeLoginStrategy,
  sso: defaultSsoLifetimes,
  general: {},
};

/** What an application may set for itself; used only while its `customSecurityEnabled` is on (wire 3.2). */
export type SecurityOverride = Partial<Pick<SecuritySettings, 'allowedOrigins'>> & {
  qrcodeLoginStrategy?: Partial<QrcodeLoginStrategy>;
};
