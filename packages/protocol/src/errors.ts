/**
 * Every refusal the product knows: one closed list, whose names never change. Each row says what each wire generation shows.
 *
 * `statusCode` and `apiCode` stand in v3 bodies (wire 7.1, 7.2); a row without `apiCode` sends none.
 * `code` stands in v2 bodies (wire 7.3). `http` is the HTTP status where it is not 200 (wire 2.0).
 */
interface ErrorRow {
  statusCode: number;
  apiCode?: number;
  code: number;
  http?: number;
  en: string;
  zh: string;
}

export const errors = {
  invalid_argument: {
    statusCode: 400,
    apiCode: 2231,
    code: 2231,
    en: 'A parameter is missing or not valid',
    zh: '参数缺失或不合法',
  },
  unsupported_type: {
    statusCode: 400,
    apiCode: 2231,
    code: 2231,
    en: 'This kind is not served here',
    zh: '不支持该类型',
  },
  app_id_required: {
    statusCode: 400,
    apiCode: 2101,
    code: 2101,
    en: 'Name the application in the x-authing-app-id or x-genauth-app-id header',
    zh: '请在 x-authing-app-id 或 x-genauth-app-id 请求头中指定应用 ID',
  },
  app_id_conflict: {
    statusCode: 400,
    apiCode: 2231,
    code: 2231,
    en: 'The application or user pool headers contradict each other',
    zh: '应用或用户池请求头互相矛盾',
  },
  app_not_found: { statusCode: 404, apiCode: 2011, code: 2011, en: 'The application does not exist', zh: '应用不存在' },
  app_identifier_taken: {
    statusCode: 409,
    apiCode: 2039,
    code: 2039,
    en: 'Another application of the user pool has this identifier',
    zh: '应用标识已被占用',
  },
  pool_not_found: {
    statusCode: 404,
    apiCode: 2224,
    code: 2224,
    en: 'The user pool does not exist',
    zh: '用户池不存在',
  },
  not_signed_in: {
    statusCode: 401,
    apiCode: 2020,
    code: 2020,
    en: 'Not signed in: send a valid access token in the authorization header',
    zh: '尚未登录：请在 authorization 请求头中携带有效的 access token',
  },
  qr_born_login: {
    statusCode: 403,
    apiCode: 1001,
    code: 1001,
    en: 'A login that came from a scan can neither approve codes nor change or end anything but its nickname, its photo and itself: use the app',
    zh: '扫码得到的登录态不能确认其他二维码，除昵称、头像和退出自身外也不能更改任何内容：请在 App 中操作',
  },
  recent_login_required: {
    statusCode: 401,
    apiCode: 2020,
    code: 2206,
    en: 'Sign in again: this needs a login of the last ten minutes',
    zh: '请重新登录：该操作需要最近十分钟内的登录',
  },
  wrong_credentials: {
    statusCode: 403,
    apiCode: 2333,
    code: 2333,
    en: 'Wrong account or password',
    zh: '账号或密码错误',
  },
  passcode_invalid: {
    statusCode: 400,
    apiCode: 2001,
    code: 2001,
    en: 'The code is wrong, expired or used: ask for a new one',
    zh: '验证码错误、已过期或已被使用，请重新获取',
  },
  messages_not_configured: {
    statusCode: 501,
    code: 2231,
    en: 'This server cannot send codes yet',
    zh: '服务器尚未配置验证码发送',
  },
  wrong_old_password: { statusCode: 400, apiCode: 2203, code: 2203, en: 'The old password is wrong', zh: '原密码错误' },
  password_too_weak: {
    statusCode: 400,
    apiCode: 2029,
    code: 2029,
    en: 'This password is too short or too common',
    zh: '密码过短或过于常见',
  },
  // A `statusCode` of 3xx tells the login flow what to do next (wire 7.1): Guard opens its form for a new password.
  password_reset_required: {
    statusCode: 302,
    apiCode: 1639,
    code: 1639,
    en: 'A new password is due: set one with the token in data',
    zh: '请先设置新密码：使用 data 中的 token 重置',
  },
  password_decryption_failed: {
    statusCode: 400,
    apiCode: 2016,
    code: 2016,
    en: 'The password could not be decrypted with the current public key',
    zh: '密码解密失败',
  },
  account_locked: {
    statusCode: 403,
    apiCode: 2005,
    code: 2005,
    en: 'Too many failed attempts: try again later',
    zh: '失败次数过多，请稍后再试',
  },
  user_suspended: {
    statusCode: 403,
    apiCode: 2120008,
    code: 2005,
    en: 'This account is not active',
    zh: '账号未处于启用状态',
  },
  user_not_found: { statusCode: 404, apiCode: 2004, code: 2004, en: 'The user does not exist', zh: '用户不存在' },
  user_exists: {
    statusCode: 409,
    apiCode: 2026,
    code: 2026,
    en: 'A user with this identifier exists already',
    zh: '用户已存在',
  },
  registration_disabled: { statusCode: 403, apiCode: 2031, code: 2031, en: 'Registration is closed', zh: '注册已关闭' },
  qr_not_found: { statusCode: 404, apiCode: 2241, code: 2241, en: 'The QR code does not exist', zh: '二维码不存在' },
  qr_expired: {
    statusCode: 422,
    apiCode: 2241,
    code: 2241,
    en: 'The QR code has expired: create a new one',
    zh: '二维码已过期，请重新生成',
  },
  qr_not_scanned: {
    statusCode: 422,
    apiCode: 2231,
    code: 2231,
    en: 'The code must be scanned first: send SCAN before CONFIRM or CANCEL',
    zh: '请先扫码：CONFIRM 或 CANCEL 之前必须先 SCAN',
  },
  qr_finished: {
    statusCode: 422,
    apiCode: 2231,
    code: 2231,
    en: 'This code is finished: create a new one',
    zh: '二维码已结束，请重新生成',
  },
  qr_other_user: {
    statusCode: 403,
    apiCode: 1001,
    code: 1001,
    en: 'Another user or device scanned this code first',
    zh: '该二维码已被其他用户或设备扫描',
  },
  qr_other_pool: {
    statusCode: 403,
    apiCode: 2036,
    code: 2036,
    en: 'The user and the code belong to different user pools',
    zh: '用户与二维码不属于同一用户池',
  },
  qr_conflict: {
    statusCode: 409,
    apiCode: 2231,
    code: 2231,
    en: 'The code is being changed by another request: try again',
    zh: '二维码正在被其他请求修改，请重试',
  },
  approval_not_allowed: {
    statusCode: 403,
    apiCode: 1001,
    code: 1001,
    en: 'This application may not approve codes',
    zh: '该应用无权确认二维码',
  },
  ticket_invalid: {
    statusCode: 400,
    apiCode: 2300,
    code: 2300,
    en: 'The ticket is unknown, expired or used',
    zh: 'ticket 不存在、已过期或已被使用',
  },
  state_mismatch: {
    statusCode: 403,
    apiCode: 2300,
    code: 2300,
    en: 'The login was begun by another browser: the state is not the one its code was made with',
    zh: '登录由另一个浏览器发起：state 与创建二维码时不一致',
  },
  refresh_token_invalid: {
    statusCode: 401,
    apiCode: 2020,
    code: 2206,
    en: 'The refresh token is unknown, expired, used or revoked: sign in again',
    zh: 'refresh token 不存在、已过期、已被使用或已被撤销，请重新登录',
  },
  login_token_invalid: {
    statusCode: 401,
    apiCode: 2020,
    code: 2206,
    en: 'The login token is unknown, expired, of another application, or its login ended: sign in again',
    zh: '登录 token 不存在、已过期、属于其他应用或其登录已结束，请重新登录',
  },
  exchange_needs_server: {
    statusCode: 403,
    apiCode: 1001,
    code: 1001,
    en: 'Exchange the ticket from your backend, with the application secret',
    zh: '请在服务端使用应用密钥换取用户信息',
  },
  client_auth_failed: {
    statusCode: 401,
    apiCode: 1001,
    code: 1001,
    en: 'Client authentication failed: check the application id and secret',
    zh: '应用身份验证失败：请检查应用 ID 与密钥',
  },
  signature_wrong: {
    statusCode: 401,
    apiCode: 1300,
    code: 1300,
    en: 'The access key or the signature of the request is wrong',
    zh: 'AccessKey 或请求签名错误',
  },
  signature_method_unsupported: {
    statusCode: 401,
    apiCode: 1301,
    code: 1301,
    en: 'Sign with the method HMAC-SHA1',
    zh: '签名方法应为 HMAC-SHA1',
  },
  signature_version_unsupported: {
    statusCode: 401,
    apiCode: 1302,
    code: 1302,
    en: 'Sign with the signature version 1.0',
    zh: '签名版本应为 1.0',
  },
  signature_date_invalid: {
    statusCode: 401,
    apiCode: 1303,
    code: 1303,
    en: 'The date header is neither an HTTP date nor Unix milliseconds',
    zh: 'date 请求头既不是 HTTP 日期，也不是 Unix 毫秒时间戳',
  },
  signature_date_missing: {
    statusCode: 401,
    apiCode: 1304,
    code: 1304,
    en: 'A signed request needs a date header',
    zh: '签名请求缺少 date 请求头',
  },
  signature_date_skewed: {
    statusCode: 401,
    apiCode: 1305,
    code: 1305,
    en: "The date of the signature is too far from the server's clock",
    zh: '签名时间与服务器时间相差过大',
  },
  signature_replayed: {
    statusCode: 401,
    apiCode: 1306,
    code: 1306,
    en: 'This signed request was received before: sign each request with a new nonce',
    zh: '签名已被使用：每个请求须使用新的 nonce',
  },
  access_key_not_found: {
    statusCode: 404,
    code: 404,
    en: 'The access key does not exist',
    zh: 'AccessKey 不存在',
  },
  permission_denied: { statusCode: 403, apiCode: 1001, code: 1001, en: 'Not permitted', zh: '没有权限' },
  too_many_requests: {
    statusCode: 429,
    code: 1000,
    http: 429,
    en: 'Too many requests: try again later',
    zh: '请求过于频繁，请稍后再试',
  },
  payload_too_large: { statusCode: 413, code: 2231, http: 413, en: 'The request body is too large', zh: '请求体过大' },
  malformed_request: {
    statusCode: 400,
    code: 2231,
    http: 400,
    en: 'The request could not be read',
    zh: '无法解析请求',
  },
  unsupported_media_type: {
    statusCode: 415,
    code: 2231,
    http: 415,
    en: 'Send the body as application/json',
    zh: '请以 application/json 发送请求体',
  },
  not_implemented: { statusCode: 501, code: 2231, en: 'This feature is not served here', zh: '此功能未提供' },
  route_not_found: { statusCode: 404, code: 404, http: 404, en: 'No such endpoint', zh: '接口不存在' },
  unavailable: {
    statusCode: 503,
    code: 1000,
    http: 503,
    en: 'A store is not reachable: try again shortly',
    zh: '存储暂不可用，请稍后再试',
  },
  internal: {
    statusCode: 500,
    code: 1000,
    en: 'Internal error: report the requestId',
    zh: '内部错误：请反馈 requestId',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errors;
export type Language = 'en' | 'zh';

/** The table with its optional columns visible to the type checker. */
export const errorTable: Readonly<Record<ErrorCode, ErrorRow>> = errors;
