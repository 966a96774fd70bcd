import type { ReasonTable } from './table.ts';

/** How people are named, how they sign in, and what they may do with their account. */
export const peopleReasons = {
  usernameUnseen: {
    en: 'must not contain spaces, line breaks or invisible characters',
    zh: '不能包含空格、换行或不可见字符',
  },
  usernameWithAt: {
    en: 'must not contain @: e-mail addresses have a field of their own',
    zh: '不能包含 @',
  },
  usernameLikePhone: {
    en: 'must not look like a phone number: phones have a field of their own',
    zh: '不能是手机号的形式',
  },
  usernameOfSymbols: {
    en: 'must be of letters, digits and ASCII punctuation: no symbols, no styled letters',
    zh: '只能包含文字、数字和 ASCII 标点',
  },
  usernameLooksTaken: { en: 'looks like the username of somebody else', zh: '与他人的用户名过于相似' },
  notEmail: { en: 'must be an e-mail address', zh: '应为邮箱地址' },
  notPhone: (countryCode: string) => ({
    en: `must be a phone number, with its country in front unless that is ${countryCode}: +49 764 444444`,
    zh: `应为手机号；不是 ${countryCode} 的号码，请在前面加上国家代码`,
  }),
  notCountryCode: { en: 'must look like +86', zh: '格式应如 +86' },
  nameless: { en: 'give a username, an email or a phone', zh: '请填写用户名、邮箱或手机号' },
  notEmailOrPhone: { en: 'give exactly one of email and phone', zh: '请只填写邮箱或手机号之一' },
  noneNamed: { en: 'or email, phone, externalId is required', zh: '或 email、phone、externalId，至少填写一个' },
  nobodyNamed: { en: 'name somebody', zh: '请指定用户' },
  notPeopleTo: (max: number) => ({ en: `must name 1 to ${max} people`, zh: `应指定 1 到 ${max} 个用户` }),

  passwordTooLong: (max: number) => ({ en: `must be text of at most ${max} characters`, zh: `最多 ${max} 个字符` }),
  passwordTooShort: (min: number) => ({ en: `must have at least ${min} characters`, zh: `至少 ${min} 个字符` }),
  passwordCommon: { en: 'is among the passwords tried first by attackers', zh: '过于常见，容易被猜到' },
  passwordIsIdentifier: {
    en: 'must not be the username, e-mail address or phone number',
    zh: '不能与用户名、邮箱或手机号相同',
  },
  notPasswordHash: {
    en: 'with keepPassword it must be a bcrypt hash, or an argon2 hash in PHC form',
    zh: '使用 keepPassword 时应为 bcrypt 哈希，或 PHC 格式的 argon2 哈希',
  },
  oldPasswordMissing: { en: 'required: this account has a password', zh: '必填：该账号已设置密码' },
  waitSeconds: (seconds: number) => ({ en: `wait ${seconds} seconds`, zh: `请等待 ${seconds} 秒` }),
  codeJustSent: { en: 'a code was sent to this address a moment ago', zh: '验证码刚刚已发送' },
  messagesNotSetUp: (...settings: [string, string]) => ({
    en: `the operator must set ${settings.join(' and ')}`,
    zh: `服务器管理员需要设置 ${settings.join(' 和 ')}`,
  }),
  connectionNotOffered: (connection: string) => ({
    en: `${connection} is not offered here: use PASSWORD or PASSCODE`,
    zh: `不支持 ${connection}，请使用 PASSWORD 或 PASSCODE`,
  }),
  noSubAccounts: {
    en: 'there are no sub-accounts here: use loginByUsername',
    zh: '不支持子账号，请使用 loginByUsername',
  },

  boundAlready: { en: 'one is bound already: update it', zh: '已绑定，请使用更换' },
  noneBound: { en: 'none is bound', zh: '尚未绑定' },
  notTheBoundOne: { en: 'must be the one that is bound', zh: '应为已绑定的邮箱或手机号' },
  notCodeToBoundOne: {
    en: 'must be a code to the e-mail address or phone that is bound',
    zh: '应使用发送到已绑定邮箱或手机号的验证码',
  },
  oldCodeMissing: { en: 'the code of the old address is required', zh: '请填写原邮箱或原手机号收到的验证码' },
  requiredByPool: (endpoint: string) => ({
    en: `is required by the settings of the user pool: ${endpoint}`,
    zh: `用户池设置要求必填：${endpoint}`,
  }),
  nothingToSignInWith: {
    en: 'cannot be cleared: nothing would be left to sign in with',
    zh: '不能清空：否则将无法登录',
  },
  notYourLogin: { en: 'is none of your logins', zh: '不是您的登录' },
  accountBusy: { en: 'the account is being changed by other requests', zh: '该账号正在被其他请求修改' },
} satisfies ReasonTable;
