/** What people can cause by what they type, in Chinese. A number in a reason is carried over. */
const translations: [RegExp, string][] = [
  [/^is required$/, '必填'],
  [/^must have at least (\d+) characters$/, '至少 $1 个字符'],
  [/^must have 1 to (\d+) characters$/, '应为 1 到 $1 个字符'],
  [/^must be text of at most (\d+) characters$/, '最多 $1 个字符'],
  [/^must not contain NUL or broken characters$/, '包含无效字符'],
  [/^must not contain spaces, line breaks or invisible characters$/, '不能包含空格、换行或不可见字符'],
  [/^must not contain @: .*$/, '不能包含 @'],
  [/^must not look like a phone number: .*$/, '不能是手机号的形式'],
  [/^is among the passwords tried first by attackers$/, '过于常见，容易被猜到'],
  [/^must not be the username, e-mail address or phone number$/, '不能与用户名、邮箱或手机号相同'],
  [/^required: this account has a password$/, '必填：该账号已设置密码'],
  [/^give a username, an email or a phone$/, '请填写用户名、邮箱或手机号'],
  [/^give exactly one of email and phone$/, '请只填写邮箱或手机号之一'],
  [/^one is bound already: update it$/, '已绑定，请使用更换'],
  [/^none is bound$/, '尚未绑定'],
  [/^the code of the old address is required$/, '请填写原邮箱或原手机号收到的验证码'],
  [/^cannot be cleared: nothing would be left to sign in with$/, '不能清空：否则将无法登录'],
  [/^a code was sent to this address a moment ago$/, '验证码刚刚已发送'],
  [/^wait (\d+) seconds$/, '请等待 $1 秒'],
];

/** The reason in Chinese where there is one; otherwise as it stands: those are for developers. */
export function chineseReason(reason: string): string {
  const found = translations.find(([pattern]) => pattern.test(reason));
  return found === undefined ? reason : reason.replace(...found);
}
