import type {
  ChangeQrCodeStatusDataDto,
  ChangeQrCodeStatusDto,
  CheckQrCodeStatusDataDto,
  EndedDevicesDto,
  ExchangeTicketDto,
  GeneQrCodeDataDto,
  MyConsentDto,
  MyDeviceDto,
  MyLoggedInAppDto,
  MyLoginHistoryDto,
  OidcIntrospection,
  OidcTokenResponse,
  OidcUserInfo,
  ResetPasswordDto,
  ResetTokenDto,
  SecurityInfoDto,
  SendEmailDto,
  SendSmsDto,
  SetDeviceStatusDataDto,
  SetDeviceStatusDto,
  SignInDto,
  SignUpDto,
  SystemDto,
  TokenSetDto,
  UpdatePasswordDto,
  UpdateProfileDto,
  UserDto,
  VerifyResetPasswordDto,
} from '@passbeam/protocol';
import { toBase64 } from './base64.ts';
import { ApiError, ConfigurationError, PassbeamError, StateMismatchError, TicketMismatchError } from './errors.ts';
import { type IdTokenClaims, verifyIdToken } from './id-token.ts';
import { type KeySet, keySet } from './key-set.ts';
import { checkedHeaderText, checkedHost, checkedText } from './options.ts';
import { type GeneQrCodeInput, geneQrCodeCall, type PollOptions, qrCodeStatusCall } from './qr.ts';
import {
  type AuthorizeUrl,
  type AuthorizeUrlInput,
  authorizeUrl,
  isAnswer,
  keepBegun,
  type LoginStorage,
  takeAnswer,
} from './redirect-login.ts';
import {
  type Call,
  type CallOptions,
  type Connection,
  type ConnectionOptions,
  callBare,
  callV3,
  callV3WithoutData,
  connect,
} from './request.ts';
import { sdkVersion } from './version.ts';
import { type WatchOptions, watchCode } from './watch.ts';

/** How the application proves itself where tokens are issued. It must equal the application's own setting. */
export type TokenEndpointAuthMethod = 'client_secret_post' | 'client_secret_basic' | 'none';

export interface AuthenticationClientOptions extends ConnectionOptions {
  /** The application's secret. Needed unless the method is `none`; for servers only, never in a browser or a phone. */
  appSecret?: string;
  /** Default `client_secret_post`. Applications that cannot keep a secret (pages, phones) use `none`. */
  tokenEndpointAuthMethod?: TokenEndpointAuthMethod;
  /** Space-separated, with `openid`. Default `openid profile`; `offline_access` adds a refresh token. */
  scope?: string;
  /** The user's access token to start with; see `setAccessToken`. */
  accessToken?: string;
  /** The `iss` of ID tokens. Default `<host>/oidc`; set it when the server's PUBLIC_URL is not the `host` you call. */
  issuer?: string;
  /** Clock for ID tokens and key ages, epoch milliseconds. Default `Date.now`. */
  now?: () => number;
}

/** Options of a call on a user's behalf. */
export interface UserCallOptions extends CallOptions {
  /** This user's access token, for this call only: what a backend with many users passes. */
  accessToken?: string;
}

/** A sign-in without the application's credentials, which this client adds. */
export type SignInInput = Omit<SignInDto, 'client_id' | 'client_secret'>;

export interface PasswordSignIn {
  /** Plain text, unless `options.passwordEncryptType` says otherwise. */
  password: string;
  /** With `autoRegister`, a username, an address or a phone that is nobody's gets a new account. */
  options?: SignInDto['options'];
}

/** A sign-in with a one-time code of `CHANNEL_LOGIN`. */
export interface PassCodeSignIn {
  passCode: string;
  /** With `autoRegister`, an address that belongs to nobody gets a new account. */
  options?: SignInDto['options'];
}

/** A registration with a one-time code of `CHANNEL_REGISTER`; the address is verified by it. */
export interface PassCodeSignUp extends Pick<SignUpDto, 'profile' | 'options'> {
  passCode: string;
}

/** A phone number whose country code stands in front of it (`+8613800000001`) or in `phoneCountryCode`. */
export interface PhoneNumber {
  phone: string;
  phoneCountryCode?: string;
}

/** Which logins to list. `start` and `end` are epoch milliseconds and belong to the range. */
export interface MyLoginHistoryInput extends PageInput {
  appId?: string;
  clientIp?: string;
  /** True: successful logins only. False: failed attempts only. Default: both. */
  success?: boolean;
  start?: number;
  end?: number;
}

export interface PageInput {
  /** From 1. */
  page?: number;
  /** At most 50; default 10. */
  limit?: number;
}

export interface GeneQrCodeOptions extends CallOptions {
  /**
   * Proves the application with its secret. If the application has `savesCustomData` on, the declared custom fields in
   * `customData` are then saved in the profile of the person who confirms. For backends. Default false.
   */
  authenticated?: boolean;
}

export interface ExchangeInput {
  ticket: string;
  /** The QR code that your page showed in this browser's session. With it, the exchange refuses the ticket of any other (threats T10). */
  qrcodeId?: string;
  /** Required when the QR code was made with a `pollChallenge`. */
  pollSecret?: string;
  /** Default: the scope of this client. */
  scope?: string;
}

/** What the exchange compares before it gives out tokens. */
export interface ExchangeOptions extends CallOptions {
  /**
   * The state from the visitor's cookie, with which the page made its QR code: the tickets of other codes are refused. Always give
   * it if your pages have one. A visitor without the cookie must be refused: therefore `null` and an empty text throw, too.
   */
  state?: string | null;
}

/** OpenID Connect userinfo: `sub` is the user's id; the other claims depend on the scope. */
export type UserInfo = OidcUserInfo & Record<string, unknown>;

export interface LogoutUrlInput {
  /** Where the browser goes afterwards; must be registered with the application. */
  redirectUri?: string;
  /** An ID token of the login to end. Without it the server may ask the person. */
  idToken?: string;
  /** Comes back unchanged at `redirectUri`. */
  state?: string;
}

export interface RedirectInput extends AuthorizeUrlInput {
  storage: LoginStorage;
  /** Comes back from `handleRedirectCallback`, for example where the person was going. Must survive JSON; never leaves the storage. */
  customState?: unknown;
  /** Default: `location.assign`. */
  navigate?: (url: string) => unknown;
}

export interface CallbackInput extends CallOptions {
  /** The storage of `loginWithRedirect`. */
  storage: LoginStorage;
  /** The whole address that the browser came back to. Default: the address of this page. */
  url?: string;
}

export interface FinishedLogin {
  tokens: OidcTokenResponse;
  /** Of the ID token, checked. */
  claims: IdTokenClaims;
  customState: unknown;
}

export interface VerifyIdTokenOptions {
  /** The nonce of your authorization request, when there was one. */
  nonce?: string;
  /** How far the two clocks may differ. Default 30. */
  clockToleranceSeconds?: number;
}

/**
 * Sign-in, QR codes, tickets and the user's own account, for a backend, a page or a phone.
 *
 * Unlike the vendor's clients, v3 methods resolve with the reply's `data` alone and reject on every refusal, so there is
 * no `statusCode` to remember. Each can reject with `ApiError`, `NetworkError` or `TimeoutError`; `code` tells them apart.
 * No call is repeated automatically.
 *
 * @example
 * const client = new AuthenticationClient({ host: 'https://login.example.com', appId, appSecret });
 * const tokens = await client.exchangeTokenSetWithQrCodeTicket({ ticket, pollSecret }, { state });
 * const { sub } = await client.verifyIdToken(tokens.id_token ?? '');
 */
export class AuthenticationClient {
  readonly #connection: Connection;
  readonly #appId: string;
  readonly #appSecret: string | null;
  readonly #authMethod: TokenEndpointAuthMethod;
  readonly #scope: string;
  readonly #issuer: string;
  readonly #keys: KeySet;
  readonly #now: () => number;
  #accessToken: string | null = null;

  /** @throws ConfigurationError (a TypeError) naming the option */
  constructor(options: AuthenticationClientOptions) {
    const connection = connect(options);
    this.#connection = {
      ...connection,
      headers: { ...connection.headers, 'x-authing-sdk-version': sdkVersion },
    };
    this.#appId = options.appId;
    this.#authMethod = checkedAuthMethod(options.tokenEndpointAuthMethod);
    this.#appSecret = checkedSecret(options.appSecret, this.#authMethod);
    this.#scope = checkedScope(options.scope);
    this.#issuer = options.issuer === undefined ? `${connection.host}/oidc` : checkedIssuer(options.issuer);
    this.#now = options.now ?? Date.now;
    this.#keys = keySet({
      now: this.#now,
      fetchKeys: () => callBare(this.#connection, { method: 'GET', path: '/oidc/.well-known/jwks.json' }),
    });
    if (options.accessToken !== undefined) this.setAccessToken(options.accessToken);
  }

  /**
   * Sets the access token that later calls on a user's behalf carry. One client serves one user this way: a backend with many
   * users passes `{ accessToken }` with each call instead.
   */
  setAccessToken(accessToken: string): void {
    this.#accessToken = checkedHeaderText('accessToken', accessToken);
  }

  // Sign-in and sign-up ---------------------------------------------------------------------------------------------

  /**
   * Signs in (wire 4.1). The scope defaults to this client's. The application's credentials are added as
   * `tokenEndpointAuthMethod` says.
   *
   * @returns a token set; its lifetime (`expires_in`, also as `expire_in`) is in seconds
   * @throws ApiError wrong_credentials, account_locked, user_suspended, client_auth_failed, too_many_requests
   */
  signInByCredentials(input: SignInInput, callOptions: CallOptions = {}): Promise<TokenSetDto> {
    const options = { ...input.options, scope: input.options?.scope ?? this.#scope };
    return this.#callAsClient('/api/v3/signin', { ...input, options }, callOptions);
  }

  /** Signs in by user name; result and errors as `signInByCredentials`. */
  signInByUsernamePassword(input: PasswordSignIn & { username: string }): Promise<TokenSetDto> {
    return this.#signInByPassword({ username: input.username }, input);
  }

  /** Signs in by e-mail; result and errors as `signInByCredentials`. */
  signInByEmailPassword(input: PasswordSignIn & { email: string }): Promise<TokenSetDto> {
    return this.#signInByPassword({ email: input.email }, input);
  }

  /** Signs in by phone number; result and errors as `signInByCredentials`. */
  signInByPhonePassword(input: PasswordSignIn & { phone: string }): Promise<TokenSetDto> {
    return this.#signInByPassword({ phone: input.phone }, input);
  }

  /** Signs in by whatever the person typed: user name, e-mail or phone; result and errors as `signInByCredentials`. */
  signInByAccountPassword(input: PasswordSignIn & { account: string }): Promise<TokenSetDto> {
    return this.#signInByPassword({ account: input.account }, input);
  }

  /**
   * Creates the person's account (wire 4.2). Nobody is signed in by it.
   *
   * @throws ApiError user_exists, password_too_weak, registration_disabled, invalid_argument
   */
  signUp(input: SignUpDto, { signal }: CallOptions = {}): Promise<UserDto> {
    return callV3(this.#connection, { method: 'POST', path: '/api/v3/signup', json: input, signal });
  }

  /** Creates an account with a user name; result and errors as `signUp`. */
  signUpByUsernamePassword(
    input: { username: string; password: string } & Pick<SignUpDto, 'profile' | 'options'>,
  ): Promise<UserDto> {
    const { username, password, profile, options } = input;
    return this.signUp({ connection: 'PASSWORD', passwordPayload: { username, password }, profile, options });
  }

  /** Creates an account with an e-mail address; result and errors as `signUp`. */
  signUpByEmailPassword(
    input: { email: string; password: string } & Pick<SignUpDto, 'profile' | 'options'>,
  ): Promise<UserDto> {
    const { email, password, profile, options } = input;
    return this.signUp({ connection: 'PASSWORD', passwordPayload: { email, password }, profile, options });
  }

  // One-time codes --------------------------------------------------------------------------------------------------

  /**
   * Sends a one-time code by e-mail: six digits, valid for five minutes and one use (wire 4.1). The answer does not tell whether
   * the address has an account.
   *
   * @throws ApiError too_many_requests (one a minute for each address), not_implemented (the server has no way to send: its
   * message names the settings that the operator must make), invalid_argument
   */
  async sendEmail(input: SendEmailDto, { signal }: CallOptions = {}): Promise<void> {
    await callV3WithoutData(this.#connection, { method: 'POST', path: '/api/v3/send-email', json: input, signal });
  }

  /** Sends a one-time code by SMS; rules and errors as `sendEmail`. */
  async sendSms(input: SendSmsDto, { signal }: CallOptions = {}): Promise<void> {
    await callV3WithoutData(this.#connection, { method: 'POST', path: '/api/v3/send-sms', json: input, signal });
  }

  /**
   * Signs in with a one-time code sent by e-mail; result as `signInByCredentials`.
   *
   * @throws ApiError passcode_invalid (wrong, expired or used), user_not_found, user_suspended, client_auth_failed
   */
  signInByEmailPassCode({ email, passCode, options }: PassCodeSignIn & { email: string }): Promise<TokenSetDto> {
    return this.signInByCredentials({ connection: 'PASSCODE', passCodePayload: { email, passCode }, options });
  }

  /** Signs in with a one-time code sent by SMS; result and errors as `signInByEmailPassCode`. */
  signInByPhonePassCode(input: PassCodeSignIn & PhoneNumber): Promise<TokenSetDto> {
    const { options, ...passCodePayload } = input;
    return this.signInByCredentials({ connection: 'PASSCODE', passCodePayload, options });
  }

  /** Creates an account with a one-time code sent by e-mail; result as `signUp`. @throws ApiError passcode_invalid, and as `signUp` */
  signUpByEmailPassCode(input: PassCodeSignUp & { email: string }): Promise<UserDto> {
    const { email, passCode, profile, options } = input;
    return this.signUp({ connection: 'PASSCODE', passCodePayload: { email, passCode }, profile, options });
  }

  /** Creates an account with a one-time code sent by SMS; result and errors as `signUpByEmailPassCode`. */
  signUpByPhonePassCode(input: PassCodeSignUp & PhoneNumber): Promise<UserDto> {
    const { profile, options, ...passCodePayload } = input;
    return this.signUp({ connection: 'PASSCODE', passCodePayload, profile, options });
  }

  /**
   * The first step after a forgotten password: exchanges a one-time code of `CHANNEL_RESET_PASSWORD` for a token, with which
   * `resetPassword` sets one new password.
   *
   * @throws ApiError passcode_invalid, user_suspended
   */
  verifyResetPasswordRequest(input: VerifyResetPasswordDto, { signal }: CallOptions = {}): Promise<ResetTokenDto> {
    const path = '/api/v3/verify-reset-password-request';
    return callV3(this.#connection, { method: 'POST', path, json: input, signal });
  }

  /**
   * The second step after a forgotten password: sets the new one. Every login of the person ends.
   *
   * @throws ApiError passcode_invalid (the token is wrong, expired or used), password_too_weak (the token stays valid)
   */
  async resetPassword(input: ResetPasswordDto, { signal }: CallOptions = {}): Promise<void> {
    await callV3WithoutData(this.#connection, { method: 'POST', path: '/api/v3/reset-password', json: input, signal });
  }

  // Codes -----------------------------------------------------------------------------------------------------------

  /** Creates a QR code to show (wire 2.1): see `geneQrCode` of `@passbeam/sdk/qr`. */
  geneQrCode(input: GeneQrCodeInput = {}, callOptions: GeneQrCodeOptions = {}): Promise<GeneQrCodeDataDto> {
    const call = geneQrCodeCall(input, callOptions);
    return callOptions.authenticated === true || input.browser !== undefined
      ? this.#callAsClient(call.path, call.json as object, callOptions)
      : callV3(this.#connection, call);
  }

  /** Asks once for the status of a QR code (wire 2.2): see `getQrCodeStatus` of `@passbeam/sdk/qr`. */
  async getQrCodeStatus(
    { qrcodeId }: { qrcodeId: string },
    options: PollOptions = {},
  ): Promise<CheckQrCodeStatusDataDto> {
    return callV3(this.#connection, qrCodeStatusCall('get-qrcode-status', qrcodeId, options));
  }

  /** The same under its older name, which the published documentation still uses. */
  async checkQrCodeStatus(
    { qrcodeId }: { qrcodeId: string },
    options: PollOptions = {},
  ): Promise<CheckQrCodeStatusDataDto> {
    return callV3(this.#connection, qrCodeStatusCall('check-qrcode-status', qrcodeId, options));
  }

  /**
   * Follows a QR code to its end and yields each change as it happens: see `watchQrCodeStatus` of `@passbeam/sdk/qr`.
   *
   * @example
   * for await (const { status, ticket } of client.watchQrCodeStatus({ qrcodeId, pollSecret })) show(status);
   */
  watchQrCodeStatus({
    qrcodeId,
    ...options
  }: { qrcodeId: string } & WatchOptions): AsyncGenerator<CheckQrCodeStatusDataDto, void, undefined> {
    return watchCode(this.#connection, (endpoint, how) => qrCodeStatusCall(endpoint, qrcodeId, how), options);
  }

  /**
   * Tells the server what the phone does with a QR code, with its user's access token (wire 2.3): `SCAN` right after scanning,
   * then `CONFIRM` or `CANCEL`. Repeating a move is harmless. With `SCAN`, `door` may tell how the app came to the code.
   *
   * @returns `success`. After `SCAN` also `consent`: who is asking, to show before the person decides; `expiresIn`, the seconds
   * left; `customData`, the page's own word
   * @throws ApiError not_signed_in, qr_not_found, qr_expired, qr_wrong_status, qr_other_pool, permission_denied (another
   * user or device scanned first, or this login itself came from a scan), qr_conflict · PassbeamError access_token_missing
   */
  setQrCodeStatus(input: ChangeQrCodeStatusDto, options: UserCallOptions = {}): Promise<ChangeQrCodeStatusDataDto> {
    return this.#moveQrCode('/api/v3/set-qrcode-status', input, options);
  }

  /**
   * As `setQrCodeStatus`, for a device without a browser whose link was scanned (`parseDeviceLink`): `SCAN`, then `CONFIRM` or `CANCEL`.
   *
   * @returns `success`. After `SCAN` also `consent`: the application, its scopes and where the device is, to show before the person decides
   * @throws ApiError not_signed_in, qr_not_found (unknown or expired), permission_denied (another user or login scanned first, or this app
   * may not approve), qr_wrong_status, too_many_requests
   */
  async setDeviceStatus(
    { userCode, action }: SetDeviceStatusDto,
    options: UserCallOptions = {},
  ): Promise<SetDeviceStatusDataDto> {
    const call = this.#asUser(
      { method: 'POST', path: '/api/v3/set-device-status', json: { userCode, action } },
      options,
    );
    const moved = await callV3WithoutData<SetDeviceStatusDataDto>(this.#connection, call);
    return { ...moved, success: true };
  }

  /** The same under its older name, which the published documentation still uses. */
  changeQrCodeStatus(input: ChangeQrCodeStatusDto, options: UserCallOptions = {}): Promise<ChangeQrCodeStatusDataDto> {
    return this.#moveQrCode('/api/v3/change-qrcode-status', input, options);
  }

  /**
   * Exchanges the ticket of a confirmed QR code for a token set (wire 2.4). Call it from your backend: a ticket works once. This
   * client adds the application's credentials. An exchange that the server refuses leaves the ticket as it was.
   *
   * Draw a `state` for the visitor with `createState`, keep it in their own session, let the page make its code with it, and pass it
   * here. Only this comparison notices an attacker who posts the ticket of a login of their own to your backend (threats T10).
   * After the exchange, start a fresh session id. A backend that made the code itself may pass its `qrcodeId` instead.
   *
   * @returns a token set; `qrcodeId` names the code it came from; lifetimes are in seconds
   * @throws StateMismatchError (the login began in another browser) and TicketMismatchError (the ticket belongs to another code):
   * log nobody in · ApiError ticket_invalid (unknown, expired, used), client_auth_failed, permission_denied (needs the secret)
   */
  async exchangeTokenSetWithQrCodeTicket(input: ExchangeInput, options: ExchangeOptions = {}): Promise<TokenSetDto> {
    const { state, ...callOptions } = options;
    // A visitor without a state began no login: they must not get an exchange that compares nothing.
    if ('state' in options && !state) throw new StateMismatchError();
    const request: ExchangeTicketDto = { ticket: input.ticket, scope: input.scope ?? this.#scope };
    if (state) request.state = state;
    if (input.pollSecret !== undefined) request.poll_secret = input.pollSecret;
    const path = '/api/v3/exchange-tokenset-with-qrcode-ticket';
    const tokenSet = await this.#callAsClient<TokenSetDto>(path, request, callOptions).catch((error: unknown) => {
      throw error instanceof ApiError && error.code === 'state_mismatch'
        ? new StateMismatchError({ cause: error })
        : error;
    });
    // A server from before states existed ignores the field and refuses nothing.
    if (state && tokenSet.state !== state) throw new StateMismatchError();
    // A reply without `qrcodeId` is refused, too: the caller asked for a proof.
    if (input.qrcodeId !== undefined && tokenSet.qrcodeId !== input.qrcodeId) throw new TicketMismatchError();
    return tokenSet;
  }

  // The user's own account --------------------------------------------------------------------------------------------

  /**
   * The signed-in user (wire 4.3).
   *
   * @throws ApiError not_signed_in, user_suspended · PassbeamError access_token_missing
   */
  async getProfile(
    include: { withCustomData?: boolean; withIdentities?: boolean; withDepartmentIds?: boolean } = {},
    options: UserCallOptions = {},
  ): Promise<UserDto> {
    const { withCustomData = false, withIdentities = false, withDepartmentIds = false } = include;
    const query = {
      withCustomData: String(withCustomData),
      withIdentities: String(withIdentities),
      withDepartmentIds: String(withDepartmentIds),
    };
    return callV3(this.#connection, this.#asUser({ method: 'GET', path: '/api/v3/get-profile', query }, options));
  }

  /**
   * Changes the signed-in user's profile; null clears a field, an absent one stays (wire 4.3).
   *
   * @throws ApiError not_signed_in, invalid_argument, user_exists · PassbeamError access_token_missing
   */
  async updateProfile(input: UpdateProfileDto, options: UserCallOptions = {}): Promise<UserDto> {
    const call = this.#asUser({ method: 'POST', path: '/api/v3/update-profile', json: input }, options);
    return callV3(this.#connection, call);
  }

  /**
   * Changes the signed-in user's password (wire 4.3).
   *
   * @throws ApiError wrong_old_password, password_too_weak, not_signed_in · PassbeamError access_token_missing
   */
  async updatePassword(input: UpdatePasswordDto, options: UserCallOptions = {}): Promise<void> {
    const call = this.#asUser({ method: 'POST', path: '/api/v3/update-password', json: input }, options);
    await callV3WithoutData(this.#connection, call);
  }

  // The user's own logins ---------------------------------------------------------------------------------------------

  /**
   * Where the user is logged in now, newest first: phones, and the browsers they logged in by a scan (wire 4.3).
   *
   * @returns `list`, each with the `device.deviceId` that ends it; `confirmedCount` says how many logins would end with that phone
   * @throws ApiError not_signed_in · PassbeamError access_token_missing
   */
  async getMyDevices(
    page: PageInput = {},
    options: UserCallOptions = {},
  ): Promise<{ totalCount: number; list: MyDeviceDto[] }> {
    const call = this.#asUser({ method: 'GET', path: '/api/v3/mydevices/list', query: queryOf(page) }, options);
    // The published list is an array, so the total count stands beside it, outside of `data`.
    const { data, totalCount } = await callBare<{ data: MyDeviceDto[]; totalCount: number }>(this.#connection, call);
    return { totalCount, list: data };
  }

  /**
   * Ends one of the user's logins: its tokens are refused at once. Ending a phone's login also ends the logins it confirmed in browsers.
   *
   * @returns `ended`, the number of logins that ended
   * @throws ApiError invalid_argument (none of the user's logins), not_signed_in · PassbeamError access_token_missing
   */
  revokeSession(deviceId: string, options: UserCallOptions = {}): Promise<EndedDevicesDto> {
    return this.#endDevice('/api/v3/mydevices/revoke-session', deviceId, options);
  }

  /** Ends every login of that browser and forgets the browser: its next login counts as its first. Result and errors as `revokeSession`. */
  unbindDevice(deviceId: string, options: UserCallOptions = {}): Promise<EndedDevicesDto> {
    return this.#endDevice('/api/v3/mydevices/unbind', deviceId, options);
  }

  /**
   * The user's logins, including those that ended, and the attempts that failed; newest first (wire 4.3).
   *
   * @throws ApiError not_signed_in, invalid_argument · PassbeamError access_token_missing
   */
  async getMyLoginHistory(input: MyLoginHistoryInput = {}, options: UserCallOptions = {}): Promise<MyLoginHistoryDto> {
    const call: Call = { method: 'GET', path: '/api/v3/get-my-login-history', query: queryOf(input) };
    return callV3(this.#connection, this.#asUser(call, options));
  }

  /** The applications that the user has logged in to; `active` marks those with a login that has not ended. Errors as `getMyLoginHistory`. */
  async getMyLoggedInApps(options: UserCallOptions = {}): Promise<MyLoggedInAppDto[]> {
    return callV3(this.#connection, this.#asUser({ method: 'GET', path: '/api/v3/get-my-logged-in-apps' }, options));
  }

  /** What the user agreed to give applications on the page of the server, newest first. Errors as `getMyLoginHistory`. */
  async getMyConsents(options: UserCallOptions = {}): Promise<MyConsentDto[]> {
    return callV3(this.#connection, this.#asUser({ method: 'GET', path: '/api/v3/get-my-consents' }, options));
  }

  /**
   * Takes back what the user agreed to give an application: its logins end, and it asks again the next time.
   *
   * @returns `ended`, the number of logins that ended
   * @throws ApiError not_signed_in, qr_born_login · PassbeamError access_token_missing
   */
  async withdrawMyConsent(appId: string, options: UserCallOptions = {}): Promise<EndedDevicesDto> {
    const call: Call = { method: 'POST', path: '/api/v3/withdraw-my-consent', json: { appId } };
    return callV3(this.#connection, this.#asUser(call, options));
  }

  /** How well the user's account is protected. Errors as `getMyLoginHistory`. */
  async getSecurityInfo(options: UserCallOptions = {}): Promise<SecurityInfoDto> {
    return callV3(this.#connection, this.#asUser({ method: 'GET', path: '/api/v3/get-security-info' }, options));
  }

  // Tokens ------------------------------------------------------------------------------------------------------------

  /** The claims of the user behind an access token. The token travels in a header, never in the URL (wire 4.4). */
  async getUserInfoByAccessToken(accessToken: string, options: CallOptions = {}): Promise<UserInfo> {
    return callBare(
      this.#connection,
      this.#asUser({ method: 'GET', path: '/oidc/me' }, { accessToken, signal: options.signal }),
    );
  }

  /**
   * Exchanges a refresh token for a new token set. A refresh token works once: store the new one before you do anything else.
   *
   * @throws ApiError invalid_grant (unknown, expired, used before: the person must sign in again), invalid_client
   */
  getNewAccessTokenByRefreshToken(refreshToken: string, options: CallOptions = {}): Promise<OidcTokenResponse> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return this.#callOidcAsClient('/oidc/token', form, options);
  }

  /** Short name of `getNewAccessTokenByRefreshToken`. */
  refreshToken(refreshToken: string, options: CallOptions = {}): Promise<OidcTokenResponse> {
    return this.getNewAccessTokenByRefreshToken(refreshToken, options);
  }

  /** A token for the application itself, with no user behind it. Scope is space-separated. */
  getAccessTokenByClientCredentials(scope: string, options: CallOptions = {}): Promise<OidcTokenResponse> {
    return this.#callOidcAsClient('/oidc/token', { grant_type: 'client_credentials', scope }, options);
  }

  /**
   * Asks the server whether an access or refresh token is valid at this moment (RFC 7662). The reply has `active`, and for a valid
   * token its claims, with instants in epoch seconds.
   */
  introspectToken(token: string, options: CallOptions = {}): Promise<OidcIntrospection> {
    return this.#callOidcAsClient('/oidc/token/introspection', { token }, options);
  }

  /** Ends the login behind an access, ID or refresh token, with all tokens of that login (RFC 7009). An unknown token is no error. */
  async revokeToken(token: string, options: CallOptions = {}): Promise<void> {
    await this.#callOidcAsClient('/oidc/token/revocation', { token }, options);
  }

  /**
   * Verifies an ID token: its RS256 signature against the server's keys, `iss`, `aud`, `exp`, and `nonce` when you give one. Keys
   * are kept for ten minutes; an unknown key id fetches them again, at most twice a minute.
   *
   * @returns the claims; instants in epoch seconds
   * @throws IdTokenError naming the failed check · PassbeamError crypto_unavailable · errors of fetching the keys
   */
  verifyIdToken(idToken: string, options: VerifyIdTokenOptions = {}): Promise<IdTokenClaims> {
    return verifyIdToken(idToken, this.#keys, {
      issuer: this.#issuer,
      audience: this.#appId,
      nonce: options.nonce,
      clockToleranceSeconds: options.clockToleranceSeconds ?? 30,
      now: this.#now(),
    });
  }

  /** The vendor's name for `verifyIdToken`. Unlike the vendor's function, it checks the claims, too. */
  parseIDToken(idToken: string, options: VerifyIdTokenOptions = {}): Promise<IdTokenClaims> {
    return this.verifyIdToken(idToken, options);
  }

  // Login by redirect -----------------------------------------------------------------------------------------------

  /**
   * Where to send the browser for a login on the server's own page. PKCE is always on, so the address comes as a promise, unlike the
   * vendor's. Keep `state`, `nonce` and `codeVerifier` in the visitor's own session until they are back; `loginWithRedirect` does.
   *
   * @throws ConfigurationError · PassbeamError crypto_unavailable
   */
  buildAuthorizeUrl(input: AuthorizeUrlInput): Promise<AuthorizeUrl> {
    return authorizeUrl({ host: this.#connection.host, appId: this.#appId, scope: this.#scope }, input);
  }

  /**
   * Exchanges the code that came back for a token set, once. `redirectUri` and `codeVerifier` are those of `buildAuthorizeUrl`. Compare
   * the state before, and the nonce after with `verifyIdToken`; `handleRedirectCallback` does all of it.
   *
   * @throws ApiError invalid_grant (used, expired, or of another address, verifier or application), invalid_client
   */
  getAccessTokenByCode(
    code: string,
    { redirectUri, codeVerifier }: { redirectUri: string; codeVerifier: string },
    options: CallOptions = {},
  ): Promise<OidcTokenResponse> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    return this.#callOidcAsClient('/oidc/token', form, options);
  }

  /**
   * Keeps a new login in `storage` and sends the browser to the login page. In a page the storage is `sessionStorage`; a backend hands in
   * the visitor's own session, and `navigate`, which redirects its reply.
   *
   * @example
   * await client.loginWithRedirect({ redirectUri: 'https://www.example.com/callback', storage: sessionStorage });
   * // at /callback:
   * const { tokens, claims } = await client.handleRedirectCallback({ storage: sessionStorage });
   */
  async loginWithRedirect({ storage, customState = null, navigate = assign, ...input }: RedirectInput): Promise<void> {
    const { url, state, nonce, codeVerifier } = await this.buildAuthorizeUrl(input);
    await keepBegun(storage, state, { nonce, codeVerifier, redirectUri: input.redirectUri, customState });
    await navigate(url);
  }

  /** Whether an address holds the answer of a login page. Default: the address of this page. */
  isRedirectCallback(url: string = locationOf()): boolean {
    return isAnswer(url);
  }

  /**
   * Finishes a login at the address the browser came back to. Checks state, `iss` and the ID token with its nonce, and takes the login out
   * of the storage: an answer counts once.
   *
   * @throws RedirectError login_refused with the server's `error`, login_not_begun, issuer_mismatch · IdTokenError · as
   * `getAccessTokenByCode`
   */
  async handleRedirectCallback({ storage, url = locationOf(), signal }: CallbackInput): Promise<FinishedLogin> {
    const { code, begun } = await takeAnswer(url, storage, this.#issuer);
    const { redirectUri, codeVerifier, nonce, customState } = begun;
    const tokens = await this.getAccessTokenByCode(code, { redirectUri, codeVerifier }, { signal });
    const claims = await this.verifyIdToken(tokens.id_token ?? '', { nonce });
    return { tokens, claims, customState };
  }

  /** Where to send the browser to end its login session (OpenID Connect RP-initiated logout). */
  buildLogoutUrl({ redirectUri, idToken, state }: LogoutUrlInput = {}): string {
    const query = new URLSearchParams({ client_id: this.#appId });
    if (idToken !== undefined) query.set('id_token_hint', idToken);
    if (redirectUri !== undefined) query.set('post_logout_redirect_uri', redirectUri);
    if (state !== undefined) query.set('state', state);
    return `${this.#connection.host}/oidc/session/end?${query}`;
  }

  /** The server's version and public keys for encrypted passwords (wire 4.5). */
  getSystemInfo({ signal }: CallOptions = {}): Promise<SystemDto> {
    return callBare(this.#connection, { method: 'GET', path: '/api/v3/system', signal });
  }

  #signInByPassword(
    identifier: Omit<NonNullable<SignInDto['passwordPayload']>, 'password'>,
    { password, options }: PasswordSignIn,
  ): Promise<TokenSetDto> {
    return this.signInByCredentials({
      connection: 'PASSWORD',
      passwordPayload: { ...identifier, password },
      options,
    });
  }

  async #moveQrCode(
    path: string,
    { qrcodeId, action, door }: ChangeQrCodeStatusDto,
    options: UserCallOptions,
  ): Promise<ChangeQrCodeStatusDataDto> {
    const call = this.#asUser({ method: 'POST', path, json: { qrcodeId, action, door } }, options);
    const moved = await callV3WithoutData<ChangeQrCodeStatusDataDto>(this.#connection, call);
    return { success: true, ...moved };
  }

  async #endDevice(path: string, deviceId: string, options: UserCallOptions): Promise<EndedDevicesDto> {
    return callV3(this.#connection, this.#asUser({ method: 'POST', path, json: { deviceId } }, options));
  }

  #asUser(call: Call, { accessToken, signal }: UserCallOptions): Call {
    const token = accessToken === undefined ? this.#accessToken : checkedHeaderText('accessToken', accessToken);
    if (token === null) throw new PassbeamError('access_token_missing', 'This call needs a user’s access token');
    return { ...call, signal, headers: { ...call.headers, authorization: `Bearer ${token}` } };
  }

  #callAsClient<T>(path: string, json: object, { signal }: CallOptions): Promise<T> {
    const { headers, fields } = this.#clientCredentials();
    return callV3(this.#connection, { method: 'POST', path, json: { ...json, ...fields }, headers, signal });
  }

  #callOidcAsClient<T>(path: string, form: Record<string, string>, { signal }: CallOptions): Promise<T> {
    const { headers, fields } = this.#clientCredentials();
    // An application without a secret still sends its id to these endpoints (RFC 6749 section 3.2.1).
    const id: Record<string, string> = this.#authMethod === 'none' ? { client_id: this.#appId } : {};
    const call: Call = { method: 'POST', path, form: { ...form, ...id, ...fields }, headers, signal };
    return callBare(this.#connection, call);
  }

  #clientCredentials(): { headers: Record<string, string>; fields: Record<string, string> } {
    if (this.#appSecret === null || this.#authMethod === 'none') return { headers: {}, fields: {} };
    if (this.#authMethod === 'client_secret_post') {
      return { headers: {}, fields: { client_id: this.#appId, client_secret: this.#appSecret } };
    }
    // RFC 6749 asks for percent-encoding, but no client of this wire does it (wire 2.4).
    const pair = new TextEncoder().encode(`${this.#appId}:${this.#appSecret}`);
    return { headers: { authorization: `Basic ${toBase64(pair)}` }, fields: {} };
  }
}

function page(): { href: string; assign(url: string): void } {
  const { location } = globalThis as { location?: { href: string; assign(url: string): void } };
  if (location === undefined) throw new ConfigurationError('url', 'and `navigate` are required outside of a page');
  return location;
}

const assign = (url: string) => page().assign(url);
const locationOf = () => page().href;

/** Writes numbers and booleans as text, and leaves out what is undefined. */
function queryOf(input: object): Record<string, string> {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function checkedAuthMethod(method: unknown = 'client_secret_post'): TokenEndpointAuthMethod {
  if (method === 'client_secret_post' || method === 'client_secret_basic' || method === 'none') return method;
  throw new ConfigurationError(
    'tokenEndpointAuthMethod',
    'must be `client_secret_post`, `client_secret_basic` or `none`',
  );
}

function checkedSecret(secret: unknown, method: TokenEndpointAuthMethod): string | null {
  if (secret !== undefined) return checkedText('appSecret', secret);
  if (method === 'none') return null;
  throw new ConfigurationError(
    'appSecret',
    `is required with tokenEndpointAuthMethod \`${method}\`; an application that cannot keep a secret uses \`none\``,
  );
}

function checkedScope(scope: unknown = 'openid profile'): string {
  const text = checkedText('scope', scope);
  if (!text.split(' ').includes('openid')) throw new ConfigurationError('scope', 'must contain `openid`');
  return text;
}

function checkedIssuer(issuer: unknown): string {
  try {
    checkedHost(issuer);
  } catch {
    throw new ConfigurationError('issuer', 'must be an http(s) address such as https://login.example.com/oidc');
  }
  return issuer as string;
}
