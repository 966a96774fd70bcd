import type { ReasonTable } from './table.ts';

/** Who calls, and what the call may do: applications, user pools, signatures, tokens. */
export const callerReasons = {
  applicationOfOtherPool: {
    en: 'the application does not belong to the user pool named',
    zh: '应用不属于所指定的用户池',
  },
  credentialsOfOtherPool: { en: 'the credentials belong to another user pool', zh: '凭证属于其他用户池' },
  noEnabledApplication: { en: 'the user pool has none that is enabled', zh: '用户池没有已启用的应用' },
  notApplicationOfHeader: { en: 'is not the application named in the header', zh: '与请求头中的应用不一致' },
  clientIdNotOfHeader: {
    en: 'the client_id is not the application named in the header',
    zh: 'client_id 与请求头中的应用不一致',
  },
  browserWithoutSecret: {
    en: 'browser is taken beside the secret of the application only',
    zh: 'browser 仅在同时提供应用密钥时有效',
  },
  originNotAllowed: { en: 'is not among the allowedOrigins', zh: '不在 allowedOrigins 之中' },

  twoAuthentications: { en: 'send one kind of client authentication, not two', zh: '只能使用一种客户端认证方式' },
  secretNotInBody: {
    en: 'send client_id and client_secret in the body',
    zh: '请在请求体中发送 client_id 和 client_secret',
  },
  secretNotInHeader: {
    en: 'send authorization: Basic with the application id and secret',
    zh: '请发送 authorization: Basic，包含应用 ID 与密钥',
  },
  grantNeedsSecret: { en: 'this grant needs the application secret', zh: '该授权方式需要应用密钥' },
  requiredByGrant: (grant: string) => ({ en: `is required by the grant ${grant}`, zh: `授权方式 ${grant} 必填` }),
  scopeNotGranted: { en: 'asks for more than was granted at sign-in', zh: '超出了登录时授予的范围' },
  tokenOfOtherApplication: { en: 'the token was issued to another application', zh: '该 token 属于其他应用' },
  notTokenOfHeader: {
    en: 'is not the token of the authorization header',
    zh: '与 authorization 请求头中的 token 不一致',
  },
  notOurIdToken: { en: 'is not an ID token of this server', zh: '不是本服务签发的 ID token' },
  notApplicationOfIdToken: { en: 'is not the one the ID token was issued to', zh: '与 ID token 所属的应用不一致' },
  logoutApplicationMissing: {
    en: 'needs id_token_hint or client_id beside it',
    zh: '需要同时提供 id_token_hint 或 client_id',
  },
  notLogoutRedirectUri: {
    en: "is not one of the application's logoutRedirectUris",
    zh: '不在应用的 logoutRedirectUris 之中',
  },
  askTokenAgain: { en: 'ask accessToken again, with the secret', zh: '请使用密钥重新获取 accessToken' },

  signOrSendToken: {
    en: 'sign the request with an access key, or send a management token',
    zh: '请使用 access key 签名，或携带管理 token',
  },
  signWithPoolSecret: { en: 'sign with the secret of the user pool', zh: '请使用用户池密钥签名' },
  managementTokenEnded: { en: 'the management token is not valid any more', zh: '管理 token 已失效' },
  signatureMalformed: {
    en: 'authorization must read: <scheme> <access key id>:<signature>',
    zh: 'authorization 格式应为：<scheme> <access key id>:<signature>',
  },
  notSigned: { en: 'is not signed', zh: '未包含在签名中' },
  notPrintable: { en: 'must be of printable ASCII characters', zh: '只能包含可打印的 ASCII 字符' },
  blankOrTwice: { en: 'must hold no blank, and be given once', zh: '不能包含空格，且只能出现一次' },
  queryNotSigned: {
    en: 'the query of a signed call with a body is not signed: omit it',
    zh: '带请求体的签名调用不签查询参数，请去掉查询参数',
  },
} satisfies ReasonTable;
