/** Access and ID tokens (contract 6.3). */
export const accessTokenSeconds = 7200;

/** From the login on, however often the token is rotated (threat model T35). */
export const refreshTokenSeconds = 30 * 86_400;

/** A rotated refresh token that comes back this soon is a lost reply or a double click, later it is a leak (T35). */
export const refreshReuseGraceMs = 10_000;

/** V2 login tokens: 15 days (contract 6.5, `authingTokenExpiresIn`). */
export const v2LoginTokenSeconds = 1_296_000;
