import type { Language } from './errors.ts';

/** The texts of a reason, or a function that fills values into them. */
export type ReasonRow = Texts | ((...filled: never[]) => Texts);

type Texts = [en: string, zh: string];

/** What can be wrong with a field, a closed list. English texts read on after its name: `deviceId is none of your logins`. */
export const reasons = {
  // What a message's schema asks for. Lengths have two rows because their Chinese texts differ between GraphQL and JSON replies.
  required: ['is required', '必填'],
  invalid: ['is not valid', '不合法'],
  notOfSchemaType: (type: string) => [`must be of type ${type}`, `应为 ${type}`],
  notInSchema: (values: unknown[]) => [`must be one of ${values.join(', ')}`, `应为 ${values.join(' | ')}`],
  tooShort: (min: number) => [`must have at least ${min} character(s)`, '不能为空或过短'],
  tooShortInGraphql: (min: number) => [`must have at least ${min} character(s)`, `至少 ${min} 个字符`],
  tooLong: (max: number) => [`must have at most ${max} characters`, `长度不能超过 ${max}`],
  tooLongInGraphql: (max: number) => [`must have at most ${max} characters`, `最多 ${max} 个字符`],
  notOfPattern: (pattern: string) => [`must match ${pattern}`, '格式不正确'],

  // Single values.
  notNumber: ['must be a number', '应为数字'],
  notText: ['must be a text', '应为文本'],
  notTextOrNumber: ['must be a text or a number', '应为文本或数字'],
  notBoolean: ['must be true or false', '应为 true 或 false'],
  notZeroOrOne: ['must be 0 or 1', '应为 0 或 1'],
  notOrOrAnd: ['must be or, or and', '应为 or 或 and'],
  targetNotUser: ['must be USER', '应为 USER'],
  notServedKind: (kind: string, given: string) => [`must be ${kind}, not ${given}`, `应为 ${kind}，而不是 ${given}`],
  notOneOf: (names: readonly string[]) => [`must be one of ${names.join(', ')}`, `应为以下之一：${names.join(', ')}`],
  notOfType: (type: string) => [`must be of type ${type}`, `类型应为 ${type}`],

  // What the configuration file manages.
  writtenByFile: (key: string, line: number) => [
    `is written by the key ${key} in line ${line} of the configuration file`,
    `由配置文件第 ${line} 行的 ${key} 设置`,
  ],
  namedByFile: [
    'is named by the configuration file: write enabled: false there, or take its entry out first',
    '在配置文件中已声明：请在其中设置 enabled: false，或先移除该条目',
  ],
  keyOfFile: [
    'comes from the configuration file: change its entry there, or switch the key off',
    '由配置文件设定：请在其中修改该条目，或停用该密钥',
  ],

  notOfAllPools: [
    'only owners of all user pools, signed in at the console, may do this',
    '仅限在控制台登录的所有用户池的所有者',
  ],

  // Lists and objects.
  notList: ['must be a list', '应为数组'],
  notListOfNames: ['must be a list of names', '应为字段名数组'],
  notObject: ['must be an object', '应为对象'],
  notObjectOfOneKey: ['must be an object with one key', '应为只有一个键的对象'],
  notObjectOrItsJson: ['must be an object, or one as JSON text', '应为对象，或对象的 JSON 文本'],
  notJsonPairs: ['must be a JSON list of {key, value}', '应为 {key, value} 的 JSON 数组'],
  notJsonTexts: ['must be a JSON list of texts, or of {value}', '应为文本或 {value} 的 JSON 数组'],

  // Forms of texts and numbers.
  notSecondsBetween: (min: number, max: number) => [
    `must be a whole number of seconds from ${min} to ${max}`,
    `应为 ${min} 到 ${max} 之间的整数（秒）`,
  ],
  notInstant: [
    'must be milliseconds, a day, or an ISO 8601 moment with its zone',
    '应为毫秒时间戳、日期，或带时区的 ISO 8601 时间',
  ],
  notIpAddress: ['must be an IP address', '应为 IP 地址'],
  notWebUrl: ['must be an http or https URL', '应为 http 或 https 地址'],
  notCallable: [
    'must be an http or https URL without *, # or a user in it, for example https://www.example.com/logged-out',
    '应为不含 *、# 和用户名的 http 或 https 地址，例如 https://www.example.com/logged-out',
  ],
  notColor: ['must be a colour such as #2456e6', '应为 #2456e6 形式的颜色'],
  notHostName: ['must be a host name, for example www.example.com', '应为主机名，例如 www.example.com'],
  notOrigin: [
    'must be an exact origin without a path, for example https://www.example.com, tauri://localhost, or https://*.preview.example.com for one label of a domain of your own',
    '应为精确的来源，不含路径，例如 https://www.example.com、tauri://localhost，或自有域名的一级通配 https://*.preview.example.com',
  ],
  notRedirectUri: [
    'must be an absolute URI without * or #, for example https://www.example.com/callback',
    '应为不含 * 或 # 的绝对 URI，例如 https://www.example.com/callback',
  ],

  // How many, and how often.
  notNumberTo: (max: number) => [`must be from 1 to ${max}`, `应在 1 到 ${max} 之间`],
  notCountTo: (max: number) => [`must be 1 to ${max}`, `应为 1 到 ${max} 个`],
  tooMany: (max: number) => [`must be at most ${max}`, `最多 ${max} 个`],
  onlyBesideSubject: ['is for a person named by subject', '仅在以 subject 指定用户时使用'],
  severalNamed: ['name one at a time', '一次只能指定一个'],
  notExactlyOne: (names: readonly string[]) => [
    `give exactly one of ${names.join(', ')}`,
    `请只填写其中之一：${names.join(', ')}`,
  ],
  tooManyParameters: (max: number) => [`there are more than ${max} parameters`, `参数不能超过 ${max} 个`],
  givenTwice: ['is given twice', '重复出现'],
  keyOfOther: ['was used for another request: draw a new one', '已用于另一个请求，请重新生成'],
  notDifferent: ['must differ from each other', '各项不能重复'],
  notSameAs: (field: string) => [`must be the same as ${field}, or absent`, `应与 ${field} 相同，或不填`],

  // Characters.
  notCharactersTo: (max: number) => [`must have 1 to ${max} characters`, `应为 1 到 ${max} 个字符`],
  notEachCharactersTo: (max: number) => [`must each have 1 to ${max} characters`, `每项应为 1 到 ${max} 个字符`],
  notVisibleCharactersTo: (max: number) => [`must have 1 to ${max} visible characters`, `应为 1 到 ${max} 个可见字符`],
  brokenText: ['must not contain NUL or broken characters', '包含无效字符'],
  holdsNul: ['holds a NUL', '包含 NUL 字符'],
  holdsControl: ['holds a control character', '包含控制字符'],

  // Sizes of objects.
  tooDeep: (max: number) => [`must not be nested deeper than ${max} levels`, `嵌套不能超过 ${max} 层`],
  tooManyKeys: (max: number) => [`must not have more than ${max} keys`, `不能超过 ${max} 个键`],
  reservedKey: (key: string) => [`must not have a key named ${key}`, `不能有名为 ${key} 的键`],
  tooLarge: (bytes: number) => [`must not be larger than ${bytes} bytes as JSON`, `JSON 大小不能超过 ${bytes} 字节`],

  // What is not served.
  unchangeable: ['cannot be changed here', '不能在此修改'],
  notServed: ['is not served here', '不支持'],
  noUse: (name: string) => [`${name} has no use here`, `不支持 ${name}`],
  noUseBut: (name: string, others: readonly string[]) => [
    `${name} has no use here: use one of ${others.join(', ')}`,
    `不支持 ${name}，请使用以下之一：${others.join(', ')}`,
  ],

  // How people are named.
  usernameUnseen: ['must not contain spaces, line breaks or invisible characters', '不能包含空格、换行或不可见字符'],
  usernameWithAt: ['must not contain @: e-mail addresses have a field of their own', '不能包含 @'],
  usernameLikePhone: ['must not look like a phone number: phones have a field of their own', '不能是手机号的形式'],
  usernameOfSymbols: [
    'must be of letters, digits and ASCII punctuation: no symbols, no styled letters',
    '只能包含文字、数字和 ASCII 标点',
  ],
  usernameLooksTaken: ['looks like the username of somebody else', '与他人的用户名过于相似'],
  notEmail: ['must be an e-mail address', '应为邮箱地址'],
  notPhone: (countryCode: string) => [
    `must be a phone number, with its country in front unless that is ${countryCode}: +49 764 444444`,
    `应为手机号；不是 ${countryCode} 的号码，请在前面加上国家代码`,
  ],
  notCountryCode: ['must look like +86', '格式应如 +86'],
  noUsernameOrContact: ['give a username, an email or a phone', '请填写用户名、邮箱或手机号'],
  notEmailOrPhone: ['give exactly one of email and phone', '请只填写邮箱或手机号之一'],
  identifierMissing: ['or email, phone, externalId is required', '或 email、phone、externalId，至少填写一个'],
  nobodyNamed: ['name somebody', '请指定用户'],
  notPeopleTo: (max: number) => [`must name 1 to ${max} people`, `应指定 1 到 ${max} 个用户`],

  // Passwords, one-time codes, ways to sign in.
  passwordTooLong: (max: number) => [`must be text of at most ${max} characters`, `最多 ${max} 个字符`],
  passwordTooShort: (min: number) => [`must have at least ${min} characters`, `至少 ${min} 个字符`],
  passwordCommon: ['is among the passwords tried first by attackers', '过于常见，容易被猜到'],
  passwordIsIdentifier: ['must not be the username, e-mail address or phone number', '不能与用户名、邮箱或手机号相同'],
  notPasswordHash: [
    'with keepPassword it must be a bcrypt hash, or an argon2 hash in PHC form',
    '使用 keepPassword 时应为 bcrypt 哈希，或 PHC 格式的 argon2 哈希',
  ],
  oldPasswordMissing: ['required: this account has a password', '必填：该账号已设置密码'],
  waitSeconds: (seconds: number) => [`wait ${seconds} seconds`, `请等待 ${seconds} 秒`],
  codeJustSent: ['a code was sent to this address a moment ago', '验证码刚刚已发送'],
  messagesNotSetUp: (setting: string, other: string) => [
    `the operator must set ${setting} and ${other}`,
    `服务器管理员需要设置 ${setting} 和 ${other}`,
  ],
  connectionNotOffered: (connection: string) => [
    `${connection} is not offered here: use PASSWORD or PASSCODE`,
    `不支持 ${connection}，请使用 PASSWORD 或 PASSCODE`,
  ],
  noSubAccounts: ['there are no sub-accounts here: use loginByUsername', '不支持子账号，请使用 loginByUsername'],

  notUserId: [
    'must have 24 letters and digits, as the ids here and those of the cloud service',
    '应为 24 位字母和数字，与此处及云服务的用户 ID 相同',
  ],
  userIdUsed: [
    'belongs to somebody of this server, or did until they were deleted: no id is given twice',
    '已属于本服务器的某个用户，或属于已删除的用户；ID 不会重复使用',
  ],
  userIdOfOther: [
    'is not the id that this person has here, and ids never change: leave it out',
    '与该用户在此处的 ID 不同，且 ID 不可更改：请勿填写',
  ],
  idOfApplication: ['is the id of an application or a user pool', '是某个应用或用户池的 ID'],

  noCaptchas: ['is asked of nobody here: failures slow down whoever guesses', '此处不需要：多次失败会被限速'],

  // What people do with their account.
  boundAlready: ['one is bound already: update it', '已绑定，请使用更换'],
  noneBound: ['none is bound', '尚未绑定'],
  notTheBoundOne: ['must be the one that is bound', '应为已绑定的邮箱或手机号'],
  notCodeToBoundOne: [
    'must be a code to the e-mail address or phone that is bound',
    '应使用发送到已绑定邮箱或手机号的验证码',
  ],
  oldCodeMissing: ['the code of the old address is required', '请填写原邮箱或原手机号收到的验证码'],
  requiredByPool: (endpoint: string) => [
    `is required by the settings of the user pool: ${endpoint}`,
    `用户池设置要求必填：${endpoint}`,
  ],
  nothingToSignInWith: ['cannot be cleared: nothing would be left to sign in with', '不能清空：否则将无法登录'],
  signsInNoDevices: [
    'may not sign devices in: set signsInDevices on the application',
    '未开启设备登录：请在应用上设置 signsInDevices',
  ],
  loginOfDevice: ['a login of a device cannot do this', '设备的登录不能执行此操作'],
  loginOfRelyingParty: [
    'tokens of a relying party open userinfo and nothing else',
    '第三方应用的 token 只能访问 userinfo',
  ],
  signsInByRedirect: [
    'is an application of kind relyingParty, which sends people to /oidc/auth and takes no password or code of theirs',
    '是第三方应用（relyingParty）：应跳转到 /oidc/auth 登录，不能收取用户的密码或验证码',
  ],
  relyingPartyApproves: ['is not for relying parties: no one approves codes in them', '第三方应用不能确认二维码'],
  redirectUriNotRegistered: [
    'is none of the redirectUris of the application, letter by letter',
    '不是该应用登记的 redirectUris 之一（须逐字符一致）',
  ],
  redirectUriChanged: ['redirect_uri is not the one of the authorization request', 'redirect_uri 与授权请求不一致'],
  verifierWrong: ['code_verifier does not belong to the code', 'code_verifier 与授权码不匹配'],
  methodNotOffered: ['this way to sign in is not offered here', '此处不提供该登录方式'],
  notYourLogin: ['is none of your logins', '不是您的登录'],
  accountBusy: ['the account is being changed by other requests', '该账号正在被其他请求修改'],

  // Custom fields.
  notFieldKey: [
    'must be 1 to 64 letters, digits, - or _, beginning with a letter',
    '应为 1 到 64 个字母、数字、- 或 _，并以字母开头',
  ],
  fieldReserved: (name: string) => [
    `${name} belongs to the product: choose another name`,
    `${name} 为系统保留，请使用其他名称`,
  ],
  fieldNotDeclared: (name: string) => [
    `${name} is not declared: set-custom-fields declares it`,
    `${name} 未定义，请先用 set-custom-fields 定义`,
  ],
  fieldTypeFixed: (name: string, type: string) => [
    `cannot be changed: ${name} is ${type}`,
    `不能修改：${name} 的类型为 ${type}`,
  ],
  tooManyFields: (max: number) => [`a user pool has at most ${max}`, `每个用户池最多 ${max} 个`],
  optionsMissing: ['a SELECT needs some', 'SELECT 类型需要选项'],
  optionsWithoutUse: ['are for SELECT only', '仅用于 SELECT 类型'],

  // Searches.
  notSearchable: ['cannot be searched', '不支持搜索'],
  nameNotSearchable: (name: string) => [`${name} cannot be searched here`, `不支持按 ${name} 搜索`],
  nameNotText: (name: string) => [`${name} is not a text`, `${name} 不是文本`],
  operatorNotForType: (name: string, type: string, operator: string) => [
    `${name} is of type ${type}: ${operator} is not for it`,
    `${name} 的类型为 ${type}，不支持 ${operator}`,
  ],
  operatorTakes: (operator: string, count: number) => [`${operator} takes ${count}`, `${operator} 需要 ${count} 个值`],
  operatorTakesBetween: (operator: string, min: number, max: number) => [
    `${operator} takes ${min} to ${max}`,
    `${operator} 需要 ${min} 到 ${max} 个值`,
  ],
  tooManyClauses: (max: number) => [`must not have more than ${max} clauses`, `不能超过 ${max} 个子句`],
  rangeWithoutEnd: ['needs gte, gt, lte or lt', '需要 gte、gt、lte 或 lt'],

  tooFarBack: [
    'is further back than one call reads: narrow the search, by time for example, or use the call that goes on by cursor',
    '超出单次读取的范围：请缩小搜索条件（例如时间范围），或改用支持 cursor 的接口',
  ],
  tooManyReads: ['too many long searches of this user pool at once', '该用户池同时进行的长时间搜索过多'],
  noSuchEvent: (name: string) => [`no event is named ${name}`, `没有名为 ${name} 的事件`],
  exportUnderWay: ['an export of this user pool is under way', '该用户池正在导出'],

  // Imports of people, and their rows.
  importUnderWay: (importId: string) => [
    `the import ${importId} of this user pool has not ended: stop it, or wait`,
    `该用户池的导入任务 ${importId} 尚未结束：请停止它或等待`,
  ],
  importNot: (state: string) => [`the import is ${state}`, `导入任务的状态为 ${state}`],
  partExpected: (part: number) => [`must be ${part}, the next one`, `应为下一部分 ${part}`],
  importTooLarge: (bytes: number) => [`makes the file larger than ${bytes} bytes`, `文件大小超过 ${bytes} 字节`],
  importTooLong: (rows: number) => [`makes the file longer than ${rows} rows`, `文件超过 ${rows} 行`],
  importEmpty: ['the file has no rows', '文件没有数据行'],
  importIdle: ['nothing was done with it for too long', '长时间没有操作'],
  importUnreadable: [
    'what was uploaded cannot be opened: the key that sealed it is gone',
    '无法打开已上传的内容：其加密密钥已不存在',
  ],
  recordTooLong: (line: number, max: number) => [
    `the row that begins in line ${line} is longer than ${max} characters: is a quote or brace missing there`,
    `从第 ${line} 行开始的记录超过 ${max} 个字符：是否缺少引号或括号`,
  ],
  quoteOpen: ['a quote is not closed', '引号未闭合'],
  rowNotJson: ['is not a JSON object', '不是 JSON 对象'],
  rowTooWide: (columns: number) => [
    `has more than the ${columns} cells of the header`,
    `单元格多于表头的 ${columns} 列`,
  ],
  columnTwice: ['is the name of two columns', '列名重复'],
  fieldTwice: (field: string) => [`${field} comes from two columns`, `${field} 来自两列`],
  notImported: (field: string) => [
    `${field} is no field of a person: name its field in columns, or leave it out with an empty text`,
    `${field} 不是用户字段：请在 columns 中指定字段，或用空文本忽略该列`,
  ],
  sameAsLine: (line: number) => [`is the same as in line ${line}`, `与第 ${line} 行相同`],
  severalPeople: ['names another person than the rest of the row', '与该行其他字段指向不同的用户'],
  ofSelfRegistered: [
    'belongs to somebody who registered by themselves and never proved it: nobody knows that it is this person',
    '属于一个自行注册且未验证该信息的用户：无法确认是同一个人',
  ],
  sessionsNotNarrowed: [
    'say which logins: by appId, userId, code, from, to or amr',
    '请指明登录范围：appId、userId、code、from、to 或 amr',
  ],
  notAfterFrom: ['must be later than from', '应晚于 from'],
  tooManyPoints: (max: number) => [
    `gives more than ${max} points: take a greater one, or a shorter time`,
    `数据点超过 ${max} 个：请使用更大的步长或更短的时间范围`,
  ],
  minutesNotKept: ['must be 3600 or 86400: minutes are kept for two days', '应为 3600 或 86400：分钟数据只保留两天'],
  foreignCursor: ['belongs to another request, or is no cursor', '不属于此请求，或不是有效的 cursor'],

  // What else operators do.
  onlyOidc: ['oidc is served', '仅支持 oidc'],
  requiredOfAdministrators: ['is required of administrators', '管理员调用时必填'],
  foreignLoginsNotKept: ['logins of others are not kept here', '不保存外部身份源的登录'],
  notKept: ['these are not kept here', '不保存此类数据'],

  // Which application, which user pool.
  applicationOfOtherPool: ['the application does not belong to the user pool named', '应用不属于所指定的用户池'],
  credentialsOfOtherPool: ['the credentials belong to another user pool', '凭证属于其他用户池'],
  noEnabledApplication: ['the user pool has none that is enabled', '用户池没有已启用的应用'],
  notApplicationOfHeader: ['is not the application named in the header', '与请求头中的应用不一致'],
  clientIdNotOfHeader: ['the client_id is not the application named in the header', 'client_id 与请求头中的应用不一致'],
  browserUnproved: ['browser is taken beside the secret of the application only', 'browser 仅在同时提供应用密钥时有效'],
  originNotAllowed: ['is not among the allowedOrigins', '不在 allowedOrigins 之中'],

  // Client authentication and tokens.
  twoAuthentications: ['send one kind of client authentication, not two', '只能使用一种客户端认证方式'],
  secretNotInBody: ['send client_id and client_secret in the body', '请在请求体中发送 client_id 和 client_secret'],
  secretNotInHeader: [
    'send authorization: Basic with the application id and secret',
    '请发送 authorization: Basic，包含应用 ID 与密钥',
  ],
  grantNeedsSecret: ['this grant needs the application secret', '该授权方式需要应用密钥'],
  requiredByGrant: (grant: string) => [`is required by the grant ${grant}`, `授权方式 ${grant} 必填`],
  scopeNotGranted: ['asks for more than was granted at sign-in', '超出了登录时授予的范围'],
  // Of a token of the company's own. Only who holds a token that is signed well reads these.
  tokenClaimExpected: (claim: string, expected: string) => [
    `the token's ${claim} must be ${expected}`,
    `token 的 ${claim} 应为 ${expected}`,
  ],
  tokenClaimNotSubject: (claim: string) => [
    `the token's ${claim} must be a text of 1 to 255 characters`,
    `token 的 ${claim} 应为 1 到 255 个字符的文本`,
  ],
  tokenExpired: ['the token has expired: get a new one', 'token 已过期，请重新获取'],
  tokenFromLater: (claim: string) => [`the token's ${claim} is ahead of the clock`, `token 的 ${claim} 晚于当前时间`],
  tokenLivesTooLong: (max: number) => [`the token lives longer than ${max} seconds`, `token 的有效期超过 ${max} 秒`],
  tokenBoundToKey: [
    'the token is bound to a key (cnf), which is not checked here',
    'token 绑定了密钥（cnf），此处不支持',
  ],
  tokenOfOtherCode: ['the token was made for another code', '该 token 不是为此二维码签发的'],
  phoneLoginEnded: ['the login of this phone was ended: sign in again', '该手机的登录已被结束，请重新登录'],
  externalIdOfCompany: ['is what the company calls you, and not yours to change', '由公司指定，不能自行更改'],
  personUnknown: ['nobody here is known by this token', '此处没有与该 token 对应的用户'],
  noScanToken: ['required: send what SCAN was answered with', '必填：请发送 SCAN 返回的值'],
  tokenOfOtherApplication: ['the token was issued to another application', '该 token 属于其他应用'],
  notTokenOfHeader: ['is not the token of the authorization header', '与 authorization 请求头中的 token 不一致'],
  notOurIdToken: ['is not an ID token of this server', '不是本服务签发的 ID token'],
  notApplicationOfIdToken: ['is not the one the ID token was issued to', '与 ID token 所属的应用不一致'],
  notLogoutRedirectUri: ["is not one of the application's logoutRedirectUris", '不在应用的 logoutRedirectUris 之中'],
  askTokenAgain: ['ask accessToken again, with the secret', '请使用密钥重新获取 accessToken'],

  // Signed calls and management tokens.
  signOrSendToken: [
    'sign the request with an access key, or send a management token',
    '请使用 access key 签名，或携带管理 token',
  ],
  scopesMissing: ['is for keys with scopes only', '仅用于带 scopes 的密钥'],
  signToApprove: [
    'sign the request with an access key whose scopes hold approve',
    '请使用 scopes 含 approve 的 access key 签名',
  ],
  totpOrRecoveryCode: ['name totp or recoveryCode, and not both', '请提供 totp 或 recoveryCode 其中之一'],
  loginsToEnd: ['name loginIds or others', '请提供 loginIds 或 others'],
  ownerOfThosePools: ['only an owner of those user pools may do this', '只有这些用户池的所有者可以执行此操作'],
  notOneself: ['nobody does this to themselves', '不能对自己执行此操作'],
  grantOfUnknownPool: (id: string) => [`names no user pool: ${id}`, `用户池不存在：${id}`],
  grantTwice: (id: string) => [`names the user pool twice: ${id}`, `重复的用户池：${id}`],
  noGrantInPool: ['you have no role in this user pool', '您在该用户池中没有角色'],
  poolNotNamed: [
    'name the user pool in the x-authing-userpool-id header',
    '请在 x-authing-userpool-id 请求头中指定用户池',
  ],
  consoleNeedsHttps: [
    'the console works over https, or at localhost: set PUBLIC_URL',
    '控制台只能通过 https 或 localhost 使用：请设置 PUBLIC_URL',
  ],
  onlyAtConsole: [
    'only administrators who are signed in at the console may do this',
    '只有登录控制台的管理员可以执行此操作',
  ],
  linkOfPersonBroken: [
    'the linked person was changed since: prove it another way and link again',
    '关联用户已变更：请使用其他方式验证后重新关联',
  ],
  linkedByOtherApp: [
    'the person was linked with another app, or with one that is signed in elsewhere: prove it another way and link again',
    '关联时使用的是其他 App 或其他登录来源：请使用其他方式验证后重新关联',
  ],
  keyIsNoPhone: [
    'an access key approved, which stands for anybody: the console believes a phone that is signed in itself',
    '由 access key 代为确认，而它可以代表任何人：控制台只认可自行登录的手机',
  ],
  scopesHaveNoRole: ['is for keys without scopes only', '仅用于不带 scopes 的密钥'],
  notInFuture: ['must be in the future', '应为将来的时间'],
  callOfNoRole: ['this call is open to no role', '没有任何角色可以调用此接口'],
  roleTooLow: (role: string) => [`this needs the role ${role} in the user pool`, `需要在用户池中拥有 ${role} 角色`],
  keyMayOnlyApprove: ['this access key may only approve codes', '该 access key 只能用于确认二维码'],
  keyMayNotApprove: [
    'only an access key whose scopes hold approve may approve for others',
    '只有 scopes 含 approve 的 access key 才能代用户确认',
  ],
  signWithPoolSecret: ['sign with the secret of the user pool', '请使用用户池密钥签名'],
  managementTokenEnded: ['the management token is not valid any more', '管理 token 已失效'],
  signatureMalformed: [
    'authorization must read: <scheme> <access key id>:<signature>',
    'authorization 格式应为：<scheme> <access key id>:<signature>',
  ],
  notSigned: ['is not signed', '未包含在签名中'],
  notPrintable: ['must be of printable ASCII characters', '只能包含可打印的 ASCII 字符'],
  blankOrTwice: ['must hold no blank, and be given once', '不能包含空格，且只能出现一次'],
  queryNotSigned: [
    'the query of a signed call with a body is not signed: omit it',
    '带请求体的签名调用不签查询参数，请去掉查询参数',
  ],

  // How requests are written.
  notJson: ['the body is not valid JSON', '请求体不是合法的 JSON'],
  notUtf8: ['the body is not valid UTF-8', '请求体不是合法的 UTF-8'],
  compressed: ['compressed request bodies are not read', '不支持压缩的请求体'],
  nestedTooDeep: (max: number) => [`nesting is deeper than ${max}`, `嵌套超过 ${max} 层`],
  forbiddenKey: ['is not an allowed key', '不允许使用该键'],
  brokenKey: ['a key holds a NUL or a broken character', '包含无效字符'],
  brokenString: ['a text holds a NUL or a broken character', '包含无效字符'],
  numberNotKept: ['a number cannot be kept as sent', '包含无法按原样保存的数字'],
  eventStreamNotAccepted: ['must allow text/event-stream', '应允许 text/event-stream'],

  // GraphQL documents.
  notOneOperation: ['must hold exactly one operation', '只能包含一个操作'],
  notOneField: [
    'must ask for exactly one field, without a fragment at its root',
    '根上只能查询一个字段，且不能使用片段',
  ],
  selectionsTooDeep: (max: number) => [`must not nest deeper than ${max} selections`, `选择嵌套不能超过 ${max} 层`],
  unreadableAt: (place: string) => [`cannot be read at ${place}`, `无法解析：${place}`],
  againstSchemaAt: (place: string) => [`does not fit the schema at ${place}`, `不符合 schema：${place}`],
  unknownField: ['is not a field of the schema', '不是 schema 中的字段'],
  missingOrOfOtherType: ['is missing or of another type than the schema says', '缺失，或类型与 schema 不符'],
  introspectionOff: ['introspection is off', '已关闭内省'],

  // QR codes, and who waits for them.
  noPollChallenge: [
    'this application binds its codes by a poll secret: send base64url(SHA-256(secret))',
    '该应用用轮询密钥绑定二维码，请发送 base64url(SHA-256(secret))',
  ],
  noPollSecret: ['required: the code was created with a pollChallenge', '必填：该二维码创建时使用了 pollChallenge'],
  codeGone: ['the code is gone or was scanned', '二维码已失效或已被扫描'],
  tooManyUnfinished: ['too many unfinished codes', '未完成的二维码过多'],
  tooManyScanned: ['confirm or cancel the codes you scanned before', '请先确认或取消之前扫描的二维码'],
  tooManyWaiting: ['too many pages wait here already: poll instead', '等待中的页面过多，请改用轮询'],
  nodeStopping: ['this node is stopping', '该节点正在停止'],
} satisfies Record<string, ReasonRow>;

type Reasons = typeof reasons;

/** A name such as `'required'`; or, where values are filled into the text, a name with its values: `['tooMany', 50]`. */
export type Reason = {
  [Name in keyof Reasons]: Reasons[Name] extends (...filled: infer Filled) => unknown ? [Name, ...Filled] : Name;
}[keyof Reasons];

export function reasonText(reason: Reason, language: Language): string {
  const [name, ...filled] = typeof reason === 'string' ? [reason] : reason;
  const row: ReasonRow = reasons[name];
  const [en, zh] = typeof row === 'function' ? row(...(filled as never[])) : row;
  return { en, zh }[language];
}
