import type {
  AccessKeyDto,
  AdminAuditLogPageDto,
  ApplicationDto,
  ApplicationPageDto,
  ApplicationSecretDto,
  ApplicationSimpleInfoDto,
  ApplicationSimpleInfoPageDto,
  ApproveQrCodeDto,
  ChangeQrCodeStatusDataDto,
  CheckQrCodeStatusDataDto,
  CreateAccessKeyDto,
  CreateApplicationDto,
  CreateUserDto,
  CustomFieldDto,
  GeneQrCodeDataDto,
  GetAdminAuditLogsDto,
  GetUserActionLogsDto,
  ListUsersDto,
  ManagementTokenDto,
  MfaSettingsDto,
  SecuritySettingsDto,
  SetCustomFieldsDto,
  SigningKeyDto,
  SigningKeyIdDto,
  TokenSetDto,
  UpdateAccessKeyDto,
  UpdateApplicationDto,
  UpdateSecuritySettingsDto,
  UpdateUserDto,
  UserActionLogPageDto,
  UserDto,
  UserLoggedInAppDto,
  UserLoginHistoryPageDto,
} from '@passbeam/protocol';
import { ConfigurationError } from './errors.ts';
import { OperatorCalls } from './management-operators.ts';
import type {
  CustomDataTarget,
  IsUserExistsInput,
  Pagination,
  UserDetails,
  UserIdType,
  UserPage,
  UserSelector,
} from './management-users.ts';
import { checkedHeaderText, checkedText } from './options.ts';
import { type GeneQrCodeInput, geneQrCodeCall, type PollOptions, qrCodeStatusCall } from './qr.ts';
import {
  type Call,
  type CallOptions,
  type Connection,
  type ConnectionOptions,
  callV3,
  connectWithoutApp,
  streamV3,
} from './request.ts';
import { type Brand, sign } from './signature.ts';
import { sdkVersion } from './version.ts';
import { webCrypto } from './web-crypto.ts';

export interface ManagementClientOptions extends Omit<ConnectionOptions, 'appId' | 'userPoolId'> {
  /** The user pool's id, or the id of an access key. */
  accessKeyId: string;
  /** The pool's secret, or the access key's. For servers only: never ship it to a browser or a phone. */
  accessKeySecret: string;
  /** The application that QR codes are made for. Needed when the pool has more than one; other calls do not use it. */
  appId?: string;
  /** Header family and authorization scheme. Default `authing`; the server takes both. */
  brand?: Brand;
  /** Clock for the `date` header, epoch milliseconds. Default `Date.now`. */
  now?: () => number;
}

/** A page of applications. Every application of the server is self-built. */
export interface ListApplicationsInput extends Pagination {
  /** Part of the name, the identifier or the id. */
  keywords?: string;
  ssoEnabled?: boolean;
  isIntegrateApp?: boolean;
  isSelfBuiltApp?: boolean;
}

export interface LoginHistoryInput extends UserSelector, Pagination {
  appId?: string;
  clientIp?: string;
  /** Epoch milliseconds, both included. */
  start?: number;
  end?: number;
}

export interface Success {
  success: boolean;
}

/**
 * Calls the server with a pool's authority: each request is signed with HMAC-SHA1 (wire 5.1). Methods and fields have the
 * vendor's names (wire 5.2). Like all v3 calls here they resolve with the reply's `data` and reject on every refusal: with
 * `ApiError`, `NetworkError` or `TimeoutError`, whose `code` says why. A call that names a user or an application can reject with
 * `user_not_found` or `app_not_found`; every call with `invalid_argument`, `permission_denied` and the `signature_…` codes.
 *
 * @example
 * const management = new ManagementClient({ host, accessKeyId: poolId, accessKeySecret: poolSecret });
 * const { totalCount, list } = await management.listUsers({ keywords: 'ann' });
 */
export class ManagementClient extends OperatorCalls {
  readonly #connection: Connection;
  readonly #accessKeyId: string;
  readonly #accessKeySecret: string;
  readonly #brand: Brand;
  readonly #now: () => number;

  /** @throws ConfigurationError naming the option */
  constructor(options: ManagementClientOptions) {
    super();
    const connection = connectWithoutApp(options);
    const brand = options.brand ?? 'authing';
    if (brand !== 'authing' && brand !== 'genauth') {
      throw new ConfigurationError('brand', 'must be `authing` or `genauth`');
    }
    this.#brand = brand;
    this.#accessKeyId = checkedHeaderText('accessKeyId', options.accessKeyId);
    this.#accessKeySecret = checkedText('accessKeySecret', options.accessKeySecret);
    this.#now = options.now ?? Date.now;
    const headers: Record<string, string> = { ...connection.headers };
    if (options.appId !== undefined) headers['x-authing-app-id'] = checkedHeaderText('appId', options.appId);
    const rename = ([name, value]: [string, string]) => [name.replace('x-authing-', `x-${brand}-`), value];
    this.#connection = { ...connection, headers: Object.fromEntries(Object.entries(headers).map(rename)) };
  }

  // Codes -----------------------------------------------------------------------------------------------------------

  /** Creates a QR code (wire 2.1): see `geneQrCode` of `@passbeam/sdk/qr`. */
  geneQrCode(input: GeneQrCodeInput = {}, options: CallOptions = {}): Promise<GeneQrCodeDataDto> {
    return this.#call(geneQrCodeCall(input, options));
  }

  /**
   * Scans, confirms or cancels a QR code for a person of your own login. For an access key whose scopes hold `approve`, which can do
   * nothing else. Take `person` from your own session of the app that calls you, never from its request. SCAN resolves with what the app
   * must show before the person decides (`consent`); CONFIRM and CANCEL belong to the same person and session. A repeated move resolves
   * alike.
   *
   * Rejects with `qr_not_found`, `qr_expired`, `qr_finished`, `qr_not_scanned`, `qr_other_user`, `user_not_found`, `user_suspended`,
   * `not_signed_in` when the login of that session was ended here, `too_many_requests`.
   *
   * @example
   * const { consent } = await backend.approveQrCode({ qrcodeId, action: 'SCAN', person: { subject: me.id }, session: me.sessionId });
   */
  approveQrCode(input: ApproveQrCodeDto, options: CallOptions = {}): Promise<ChangeQrCodeStatusDataDto> {
    return this.#post('approve-qrcode', input, options);
  }

  /** Asks once for the status of a QR code (wire 2.2): see `getQrCodeStatus` of `@passbeam/sdk/qr`. */
  getQrCodeStatus({ qrcodeId }: { qrcodeId: string }, options: PollOptions = {}): Promise<CheckQrCodeStatusDataDto> {
    return this.#call(qrCodeStatusCall('get-qrcode-status', qrcodeId, options));
  }

  /** The same under its older name, which the published documentation still uses. */
  checkQrCodeStatus({ qrcodeId }: { qrcodeId: string }, options: PollOptions = {}): Promise<CheckQrCodeStatusDataDto> {
    return this.#call(qrCodeStatusCall('check-qrcode-status', qrcodeId, options));
  }

  /**
   * Exchanges a ticket for tokens with the pool's authority (wire 2.4). Prefer `AuthenticationClient`, which also compares the
   * ticket's QR code with the one your page showed.
   */
  exchangeTokenSetWithQrCodeTicket(
    { ticket, pollSecret, scope }: { ticket: string; pollSecret?: string; scope?: string },
    options: CallOptions = {},
  ): Promise<TokenSetDto> {
    return this.#post('exchange-tokenset-with-qrcode-ticket', { ticket, poll_secret: pollSecret, scope }, options);
  }

  // People ----------------------------------------------------------------------------------------------------------

  /** A page of the pool's users: 50 at most. */
  listUsers(input: ListUsersDto = {}, options: CallOptions = {}): Promise<UserPage> {
    return this.#post('list-users', input, options);
  }

  /** The user with this id, or with another name of the given `userIdType`. */
  getUser(input: UserSelector & UserDetails, options: CallOptions = {}): Promise<UserDto> {
    return this.#get('get-user', input, options);
  }

  /** The users with these ids; an id that nobody has is left out. */
  getUserBatch(
    input: { userIds: string[]; userIdType?: UserIdType } & UserDetails,
    options: CallOptions = {},
  ): Promise<UserDto[]> {
    return this.#get('get-user-batch', input, options);
  }

  /** Creates a user. @throws ApiError user_exists, password_too_weak */
  createUser(input: CreateUserDto, options: CallOptions = {}): Promise<UserDto> {
    return this.#post('create-user', input, options);
  }

  /** Creates several users: all of them, or none. */
  createUsersBatch(
    input: { list: Omit<CreateUserDto, 'options'>[]; options?: CreateUserDto['options'] },
    options: CallOptions = {},
  ): Promise<UserDto[]> {
    return this.#post('create-users-batch', input, options);
  }

  /** Changes the fields that are given. */
  updateUser(input: UpdateUserDto, options: CallOptions = {}): Promise<UserDto> {
    return this.#post('update-user', input, options);
  }

  deleteUsersBatch(
    input: { userIds: string[]; options?: { userIdType?: UserIdType } },
    options: CallOptions = {},
  ): Promise<Success> {
    return this.#post('delete-users-batch', input, options);
  }

  /** Whether the pool has a user with one of these names. */
  isUserExists(input: IsUserExistsInput, options: CallOptions = {}): Promise<{ exists: boolean }> {
    return this.#post('is-user-exists', input, options);
  }

  /** Ends a person's logins to these applications, or to all when `appIds` is absent. */
  kickUsers(
    input: { userId: string; appIds?: string[]; options?: { userIdType?: UserIdType } },
    options: CallOptions = {},
  ): Promise<Success> {
    return this.#post('kick-users', input, options);
  }

  /** A page of a person's logins, newest first. */
  getUserLoginHistory(input: LoginHistoryInput, options: CallOptions = {}): Promise<UserLoginHistoryPageDto> {
    return this.#get('get-user-login-history', input, options);
  }

  /** The applications a person has logged in to. */
  getUserLoggedinApps(input: UserSelector, options: CallOptions = {}): Promise<UserLoggedInAppDto[]> {
    return this.#get('get-user-loggedin-apps', input, options);
  }

  setCustomData(
    input: CustomDataTarget & { list: { key: string; value: unknown }[] },
    options: CallOptions = {},
  ): Promise<Success> {
    return this.#post('set-custom-data', input, options);
  }

  getCustomData(input: CustomDataTarget, options: CallOptions = {}): Promise<Record<string, unknown>> {
    return this.#get('get-custom-data', input, options);
  }

  /** Declares fields of custom data. */
  setCustomFields(input: SetCustomFieldsDto, options: CallOptions = {}): Promise<CustomFieldDto[]> {
    return this.#post('set-custom-fields', input, options);
  }

  /** The declared fields. */
  getCustomFields(input: { targetType: 'USER' }, options: CallOptions = {}): Promise<CustomFieldDto[]> {
    return this.#get('get-custom-fields', input, options);
  }

  // Logs ------------------------------------------------------------------------------------------------------------

  /** A page of what people did, newest first. */
  getUserActionLogs(input: GetUserActionLogsDto = {}, options: CallOptions = {}): Promise<UserActionLogPageDto> {
    return this.#post('get-user-action-logs', input, options);
  }

  /** A page of what administrators did, newest first. */
  getAdminAuditLogs(input: GetAdminAuditLogsDto = {}, options: CallOptions = {}): Promise<AdminAuditLogPageDto> {
    return this.#post('get-admin-audit-logs', input, options);
  }

  // Applications ----------------------------------------------------------------------------------------------------

  /** The whole application, without its secret. */
  getApplication(input: { appId: string }, options: CallOptions = {}): Promise<ApplicationDto> {
    return this.#get('get-application', input, options);
  }

  listApplications(input: ListApplicationsInput = {}, options: CallOptions = {}): Promise<ApplicationPageDto> {
    return this.#get('list-applications', input, options);
  }

  getApplicationSimpleInfo(input: { appId: string }, options: CallOptions = {}): Promise<ApplicationSimpleInfoDto> {
    return this.#get('get-application-simple-info', input, options);
  }

  listApplicationSimpleInfo(
    input: ListApplicationsInput = {},
    options: CallOptions = {},
  ): Promise<ApplicationSimpleInfoPageDto> {
    return this.#get('list-application-simple-info', input, options);
  }

  createApplication(input: CreateApplicationDto, options: CallOptions = {}): Promise<ApplicationDto> {
    return this.#post('create-application', input, options);
  }

  /** Changes the fields that are given. `enabled: false` ends the application's logins and stops its QR codes. */
  updateApplication(input: UpdateApplicationDto, options: CallOptions = {}): Promise<ApplicationDto> {
    return this.#post('update-application', input, options);
  }

  /** Deletes the application. Its logins end, and so do the logins that they confirmed in other applications. */
  deleteApplication(input: { appId: string }, options: CallOptions = {}): Promise<Success> {
    return this.#post('delete-application', input, options);
  }

  getApplicationSecret(input: { appId: string }, options: CallOptions = {}): Promise<ApplicationSecretDto> {
    return this.#get('get-application-secret', input, options);
  }

  /** Gives the application a new secret. The old one stops working at once. */
  refreshApplicationSecret(input: { appId: string }, options: CallOptions = {}): Promise<ApplicationSecretDto> {
    return this.#post('refresh-application-secret', input, options);
  }

  // Settings --------------------------------------------------------------------------------------------------------

  getSecuritySettings(options: CallOptions = {}): Promise<SecuritySettingsDto> {
    return this.#get('get-security-settings', {}, options);
  }

  /** Changes the fields that are given, from the next request on. Resolves with all settings. */
  updateSecuritySettings(input: UpdateSecuritySettingsDto, options: CallOptions = {}): Promise<SecuritySettingsDto> {
    return this.#post('update-security-settings', input, options);
  }

  getGlobalMfaSettings(options: CallOptions = {}): Promise<MfaSettingsDto> {
    return this.#get('get-global-mfa-settings', {}, options);
  }

  // Access keys -----------------------------------------------------------------------------------------------------

  /**
   * The pool's access keys without their secrets, newest first; `getAccessKey` shows the secret of one. `cursor` is the `accessKeyId` of
   * the last key of the page before.
   */
  listAccessKey(
    input: { userId?: string; status?: AccessKeyDto['status'][]; limit?: number; cursor?: string } = {},
    options: CallOptions = {},
  ): Promise<AccessKeyDto[]> {
    return this.#get('list-access-key', input, options);
  }

  getAccessKey(input: { accessKeyId: string }, options: CallOptions = {}): Promise<AccessKeyDto> {
    return this.#get('get-access-key', input, options);
  }

  async createAccessKey(input: CreateAccessKeyDto = {}, options: CallOptions = {}): Promise<AccessKeyDto> {
    const made = await this.#post<AccessKeyDto | AccessKeyDto[]>('create-access-key', input, options);
    const [key] = [made].flat();
    if (key === undefined) throw new TypeError('the reply holds no access key');
    return key;
  }

  /**
   * Switches a key on or off, renames it, changes its role or its end. Fields that are not given stay.
   * @throws ApiError managed_by_file for another role of a key that the configuration file brings
   */
  updateAccessKey(input: UpdateAccessKeyDto, options: CallOptions = {}): Promise<Success> {
    return this.#post('update-access-key', input, options);
  }

  /** @throws ApiError managed_by_file for a key that the configuration file brings: switch it off, or take it out of the file */
  deleteAccessKey(input: { accessKeyId: string }, options: CallOptions = {}): Promise<Success> {
    return this.#post('delete-access-key', input, options);
  }

  // Signing keys ----------------------------------------------------------------------------------------------------

  /** The keys of the key set: the first signs new tokens, the others still verify older ones. Needs the secret of the user pool. */
  listSigningKeys(options: CallOptions = {}): Promise<SigningKeyDto[]> {
    return this.#get('list-signing-keys', {}, options);
  }

  /** Lets a new key sign tokens from now on. Needs the secret of the user pool; possible once an hour. */
  rotateSigningKey(options: CallOptions = {}): Promise<SigningKeyIdDto> {
    return this.#post('rotate-signing-key', {}, options);
  }

  /** A token for programs that do not sign their calls: they send it as `authorization: Bearer`. Default: for this client's own key. */
  getManagementToken(
    input: { accessKeyId?: string; accessKeySecret?: string } = {},
    options: CallOptions = {},
  ): Promise<ManagementTokenDto> {
    const { accessKeyId = this.#accessKeyId, accessKeySecret = this.#accessKeySecret } = input;
    return this.#post('get-management-token', { accessKeyId, accessKeySecret }, options);
  }

  protected override post<T>(name: string, json: object, options: CallOptions): Promise<T> {
    return this.#post(name, json, options);
  }

  protected override async file(name: string, json: object, options: CallOptions): Promise<AsyncIterable<Uint8Array>> {
    const call = { method: 'POST', path: `/api/v3/${name}`, json, signal: options.signal } as const;
    return streamV3(this.#connection, await this.#signed(call));
  }

  #get<T>(name: string, input: object, { signal }: CallOptions): Promise<T> {
    return this.#call({ method: 'GET', path: `/api/v3/${name}`, query: queryOf(input), signal });
  }

  #post<T>(name: string, json: object, { signal }: CallOptions): Promise<T> {
    return this.#call({ method: 'POST', path: `/api/v3/${name}`, json, signal });
  }

  async #call<T>(call: Call): Promise<T> {
    return callV3(this.#connection, await this.#signed(call));
  }

  async #signed(call: Call): Promise<Call> {
    const prefix = `x-${this.#brand}`;
    const headers: Record<string, string> = {
      ...call.headers,
      date: new Date(this.#now()).toUTCString(),
      [`${prefix}-sdk-version`]: sdkVersion,
      [`${prefix}-signature-method`]: 'HMAC-SHA1',
      [`${prefix}-signature-nonce`]: nonce(),
      [`${prefix}-signature-version`]: '1.0',
    };
    const { method, path } = call;
    const parameters = method === 'GET' ? (call.query ?? {}) : { ...(call.json as object) };
    const signed = { method, path, parameters, headers: { ...this.#connection.headers, ...headers } };
    const signature = await sign(signed, this.#brand, this.#accessKeySecret);
    const scheme = this.#brand === 'authing' ? 'authing' : 'GenAuth';
    headers.authorization = `${scheme} ${this.#accessKeyId}:${signature}`;
    return { ...call, headers };
  }
}

/** Writes a query's values as text. An empty list is left out: it would be signed, yet has no item to send. */
function queryOf(input: object): Record<string, string | string[]> {
  const entries = Object.entries(input).flatMap(([name, value]): [string, string | string[]][] => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return [[name, String(value)]];
    return value.length === 0 ? [] : [[name, value.map(String)]];
  });
  return Object.fromEntries(entries);
}

/** 16 random bytes as 32 hexadecimal digits. The server refuses a nonce that it has seen before. */
function nonce(): string {
  const bytes = webCrypto().getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
