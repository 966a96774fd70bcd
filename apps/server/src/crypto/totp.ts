import { Secret, TOTP } from 'otpauth';
import type { TotpCodes } from '../core/administrators/totp.ts';

const periodSeconds = 30;
const issuer = 'passbeam console';

/** Authenticators know SHA-1 alone for sure; a code of a moment is no weaker for that. */
const totpOf = (secret: string, label?: string) =>
  new TOTP({ issuer, label: label ?? '', secret: Secret.fromBase32(secret), digits: 6, period: periodSeconds });

export const totpCodes: TotpCodes = {
  newSecret: () => new Secret({ size: 20 }).base32,
  uri: (secret, signInName) => totpOf(secret, signInName).toString(),
  stepOf(secret, code, now) {
    const delta = totpOf(secret).validate({ token: code, timestamp: now, window: 1 });
    return delta === null ? null : Math.floor(now / 1000 / periodSeconds) + delta;
  },
};
