/** The life of access and ID tokens: two hours (wire 6.3). */
export const accessTokenSeconds = 7200;

/** The life of V2 login tokens: 15 days (wire 6.5, `authingTokenExpiresIn`). */
export const v2LoginTokenSeconds = 1_296_000;
