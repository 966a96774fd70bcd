import type { TokenSetDto } from '@passbeam/protocol';
import type { TokenSet } from '../../core/tokens/token-set.ts';

/** The token set in v3's words (wire 6.3), with the lifetime under both spellings (wire 9, row 11). */
export function tokenSetDto(tokenSet: TokenSet): TokenSetDto {
  const { scope, accessToken, idToken, refreshToken, expiresInSeconds } = tokenSet;
  return {
    scope,
    access_token: accessToken,
    ...(idToken === null ? {} : { id_token: idToken }),
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    token_type: 'Bearer',
    expire_in: expiresInSeconds,
    expires_in: expiresInSeconds,
  };
}
