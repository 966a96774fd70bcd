import type { WarningType } from '@passbeam/protocol';

export const loginSettings = '/$pool/settings/security/basic/login';

/** Where each warning is mended; the rest is mended in the server's environment. */
export const placeOf: Partial<Record<WarningType, string>> = {
  fullUserInfoOn: loginSettings,
  browserExchangeOn: loginSettings,
  qrcodeLivesLong: loginSettings,
  ticketLivesLong: loginSettings,
  pollBindingNone: '/$pool/settings/pool',
  noAllowedOrigins: '/$pool/settings/security/basic/web',
  registrationOpen: '/$pool/settings/security/basic/registration',
  noMessages: '/$pool/settings/messages',
  secretEndsSoon: '/$pool/settings/pool',
};

/** The tab of an application where it is mended. */
export const tabOf = (type: WarningType) =>
  type === 'secretEndsSoon' ? 'secrets' : type === 'pollBindingNone' ? 'settings' : 'security';
