import { type Language, shortened } from '@passbeam/widget/parts';
import type { Contact, Identifier } from './offers.ts';

export type Words = typeof en;

/** The words of errors: what happened, and what to do. */
export interface Told {
  title: string;
  text: string;
}

/** British English, for its lists have no comma before the last word. */
const or = new Intl.ListFormat('en-GB', { type: 'disjunction' });

const namesEn: Record<Identifier, string> = { username: 'username', email: 'e-mail', phone: 'phone number' };
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const en = {
  tag: 'en',
  otherLanguage: '中文',
  otherLanguageTag: 'zh-CN',
  titleOf: (step: string, app: string | undefined) => (app === undefined ? step : `${step} · ${app}`),

  stillWorking: 'Still working…',
  nextTry: (time: string) => `Next try in ${time}`,
  tryNow: 'Try now',
  tryAgain: 'Try again',
  back: 'Back',
  cancel: (app: string) => `Cancel and return to ${shortened(app)}`,
  requestId: 'Request id',
  terms: 'Terms',

  signIn: 'Sign in',
  waysToSignIn: 'Ways to sign in',
  scan: 'Scan',
  openApp: 'App',
  password: 'Password',
  oneTimeCode: 'One-time code',
  account: (fields: readonly Identifier[]) => capital(or.format(fields.map((field) => namesEn[field]))),
  show: 'Show',
  hide: 'Hide',
  showPassword: 'Show password',
  forgotPassword: 'Forgot password?',
  noAccountYet: 'No account yet?',
  createAccount: 'Create an account',
  haveAccount: 'Already have an account?',
  required: 'Fill this in.',
  noWay: 'This application offers no way to sign in here. Tell the people who run it.',

  again: (name: string) => `You are signed in as ${name}. Sign in once more to confirm it is you.`,
  otherPerson: (name: string, app: string) => `You are signed in as ${name}, but ${app} asked for somebody else.`,
  asked: (name: string) => `You are signed in as ${name}. Sign in with another account.`,

  address: (channels: readonly Contact[]) => capital(or.format(channels.map((channel) => namesEn[channel]))),
  sendCode: 'Send code',
  codeSent: (address: string) => `If ${address} can be used here, a code is on its way.`,
  passcode: 'Code from the message',
  resend: 'Send again',
  resendIn: (time: string) => `Send again in ${time}`,
  otherAddress: 'Change address',

  signUp: 'Create your account',
  newPassword: 'New password',
  choosePassword: 'Choose a password',
  agree: 'By creating an account you accept the',
  agreeEnd: '.',
  termsLong: 'terms of use',

  resetPassword: 'Reset your password',
  resetHint: 'We send a code to your address. With it you choose a new password.',
  savePassword: 'Save and sign in',
  passwordDue: 'Choose a new password',
  passwordDueHint: 'Your password has to be changed before you can go on.',

  chooseAccount: 'Choose an account',
  continueAs: (name: string) => `Continue as ${name}`,
  useOther: 'Use another account',

  consent: (app: string) => `Allow ${app} access?`,
  consentLead: (app: string) => `${app} wants to:`,
  scopes: {
    openid: 'Recognise you when you come back',
    profile: 'See your name, picture and profile',
    email: 'See your e-mail address',
    phone: 'See your phone number',
    address: 'See your postal address',
    username: 'See your username',
    roles: 'See your roles',
    extended_fields: 'See further fields of your profile',
  } as Record<string, string>,
  otherScope: (scope: string) => `Use “${scope}”`,
  offlineAccess: 'Keep this access while you are away',
  notYou: 'Not you?',
  allow: 'Allow',
  deny: 'Deny',

  device: 'Connect a device',
  deviceLead: (app: string) => `A device wants to sign in to ${app} with your account. It shows this code:`,
  deviceWarning: 'Allow this only if you see the same code on a device in front of you that you started yourself.',
  deviceFrom: 'Asked for by',

  leaving: (app: string) => `Returning to ${app}`,
  leavingText: 'One moment…',
  leavingSlow: 'If nothing happens, continue by hand. If the application is already open, you may close this window.',
  goOn: 'Continue',

  startAgain: (app: string) => `Start again at ${shortened(app)}`,
  missing: {
    title: 'Start at the application',
    text: 'This page belongs to a sign-in that begins in an application. Open the application and choose “Sign in” there.',
  },
  over: {
    title: 'This sign-in has ended',
    text: 'It was open for too long, or is finished already. Go back to the application and sign in again.',
  },
  foreign: {
    title: 'Continue in the browser where you began',
    text: 'This sign-in was begun in another browser, or this browser keeps no cookies. Allow cookies for this site, then start again at the application.',
  },
  network: { title: 'No connection', text: 'Trying again by itself.' },
  busy: { title: 'Busy right now', text: 'Trying again by itself.' },
  fault: {
    title: 'Something went wrong',
    text: 'It is our fault, not yours. Try again; if it stays, give the request id to support.',
  },

  formNetwork: 'No connection. Check it and try again.',
  formFault: 'Something went wrong. Try again; if it stays, give support this request id:',
  mistake: (field: string, mistake: string) => `${field} ${mistake}.`,
  tooMany: 'Too many attempts.',
  tryAgainIn: (time: string) => `Try again in ${time}.`,
  changedElsewhere: 'Something changed in another window, so this page was renewed. Please look again.',
  refusals: {
    wrong_credentials: 'The account or the password is wrong.',
    account_locked: 'This account is locked for now, after too many attempts. Try again later, or reset the password.',
    user_suspended: 'This account is suspended. Contact support.',
    passcode_invalid: 'The code is wrong or no longer valid.',
    user_not_found: 'There is no such account.',
    user_exists: 'There is an account with this already. Sign in instead.',
    registration_disabled: 'New accounts cannot be created here.',
    messages_not_configured: 'Messages cannot be sent at the moment. Choose another way to sign in.',
  } as Record<string, string>,
};

const namesZh: Record<Identifier, string> = { username: '用户名', email: '邮箱', phone: '手机号' };
const orZh = (names: readonly string[]) => names.join(' / ');

const zh: Words = {
  tag: 'zh-CN',
  otherLanguage: 'English',
  otherLanguageTag: 'en',
  titleOf: (step, app) => (app === undefined ? step : `${step} · ${app}`),

  stillWorking: '仍在处理…',
  nextTry: (time) => `${time} 后重试`,
  tryNow: '立即重试',
  tryAgain: '重试',
  back: '返回',
  cancel: (app) => `取消并返回“${shortened(app)}”`,
  requestId: '请求编号',
  terms: '服务条款',

  signIn: '登录',
  waysToSignIn: '登录方式',
  scan: '扫码',
  openApp: 'App',
  password: '密码',
  oneTimeCode: '验证码',
  account: (fields) => orZh(fields.map((field) => namesZh[field])),
  show: '显示',
  hide: '隐藏',
  showPassword: '显示密码',
  forgotPassword: '忘记密码？',
  noAccountYet: '还没有账号？',
  createAccount: '注册账号',
  haveAccount: '已有账号？',
  required: '请填写此项。',
  noWay: '该应用未在此开放任何登录方式，请联系应用管理员。',

  again: (name) => `您已登录为“${name}”。为确认是您本人，请再次登录。`,
  otherPerson: (name, app) => `您当前登录为“${name}”，但“${app}”要求使用其他账号。`,
  asked: (name) => `您当前登录为“${name}”。请使用其他账号登录。`,

  address: (channels) => orZh(channels.map((channel) => namesZh[channel])),
  sendCode: '发送验证码',
  codeSent: (address) => `如果 ${address} 可在此使用，验证码将很快送达。`,
  passcode: '消息中的验证码',
  resend: '重新发送验证码',
  resendIn: (time) => `${time} 后可重新发送`,
  otherAddress: '更换地址',

  signUp: '注册账号',
  newPassword: '新密码',
  choosePassword: '设置密码',
  agree: '注册即表示您同意',
  agreeEnd: '。',
  termsLong: '服务条款',

  resetPassword: '重置密码',
  resetHint: '我们会向您发送验证码，凭验证码设置新密码。',
  savePassword: '保存并登录',
  passwordDue: '请设置新密码',
  passwordDueHint: '继续之前，需要先修改您的密码。',

  chooseAccount: '选择账号',
  continueAs: (name) => `以“${name}”继续`,
  useOther: '使用其他账号',

  consent: (app) => `允许“${app}”访问？`,
  consentLead: (app) => `“${app}”申请：`,
  scopes: {
    openid: '在您再次访问时识别您',
    profile: '查看您的姓名、头像和个人资料',
    email: '查看您的邮箱',
    phone: '查看您的手机号',
    address: '查看您的通讯地址',
    username: '查看您的用户名',
    roles: '查看您的角色',
    extended_fields: '查看您资料中的扩展字段',
  },
  otherScope: (scope) => `使用“${scope}”`,
  offlineAccess: '在您离开后仍保留以上权限',
  notYou: '不是您本人？',
  allow: '允许',
  deny: '拒绝',

  device: '连接设备',
  deviceLead: (app) => `一台设备请求使用您的账号登录“${app}”，该设备上显示的代码是：`,
  deviceWarning: '仅当您面前由您本人操作的设备上显示相同代码时，才可允许。',
  deviceFrom: '请求来自',

  leaving: (app) => `正在返回“${app}”`,
  leavingText: '请稍候…',
  leavingSlow: '如果页面没有跳转，请点击继续。如果应用已打开，您可以关闭此窗口。',
  goOn: '继续',

  startAgain: (app) => `在“${shortened(app)}”中重新开始`,
  missing: { title: '请从应用开始登录', text: '此页面用于完成由应用发起的登录。请打开应用，并在其中选择“登录”。' },
  over: { title: '本次登录已结束', text: '页面停留时间过长，或登录已经完成。请返回应用重新登录。' },
  foreign: {
    title: '请在最初的浏览器中继续',
    text: '本次登录是在其他浏览器中开始的，或此浏览器未启用 Cookie。请允许本站使用 Cookie，然后在应用中重新开始。',
  },
  network: { title: '网络连接失败', text: '正在自动重试。' },
  busy: { title: '服务繁忙', text: '稍后将自动重试。' },
  fault: { title: '出错了', text: '这是我们的问题，与您无关。请重试；如仍未解决，请将请求编号告知客服。' },

  formNetwork: '网络连接失败，请检查网络后重试。',
  formFault: '出错了。请重试；如仍未解决，请将此请求编号告知客服：',
  mistake: (field, mistake) => `${field}：${mistake}`,
  tooMany: '尝试次数过多。',
  tryAgainIn: (time) => `请在 ${time} 后重试。`,
  changedElsewhere: '其他窗口中的状态已变化，本页已更新，请重新确认。',
  refusals: {
    wrong_credentials: '账号或密码错误。',
    account_locked: '尝试次数过多，账号已暂时锁定。请稍后再试，或重置密码。',
    user_suspended: '该账号已被停用，请联系客服。',
    passcode_invalid: '验证码错误或已失效。',
    user_not_found: '该账号不存在。',
    user_exists: '该账号已存在，请直接登录。',
    registration_disabled: '此处暂不开放注册。',
    messages_not_configured: '暂时无法发送消息，请选择其他登录方式。',
  },
};

export const words: Readonly<Record<Language, Words>> = { en, zh };
