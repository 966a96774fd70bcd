import type { View } from './follow.ts';

export type Language = 'en' | 'zh';

/** The words for one state. Screen readers announce `title` and `detail`; `action` is the label of the veil's button. */
export interface Wording {
  title: string;
  detail: string;
  action?: string;
}

interface Words {
  /** Name of the whole widget for assistive technology. */
  label: string;
  codeAlt: string;
  notMe: string;
  validFor(time: string): string;
  nextTry(time: string): string;
  loading: Wording;
  pending: Wording;
  open(app: string): string;
  otherDevice: string;
  scanned(name: string | undefined): Wording;
  authorized(name: string | undefined): Wording;
  cancelled: Wording;
  expired: Wording;
  network: Wording;
  busy: Wording;
  origin(origin: string | undefined): Wording;
  image: Wording;
  error: Wording;
  stopped: Wording;
}

const en: Words = {
  label: 'Sign in with your phone',
  codeAlt: 'QR code for signing in: scan it with the app on your phone',
  notMe: 'Not you? Get a new code',
  validFor: (time) => `Valid for ${time}`,
  nextTry: (time) => `Next try in ${time}`,
  loading: { title: 'Preparing your code', detail: 'Just a moment…' },
  pending: { title: 'Scan to sign in', detail: 'Use the app on your phone.' },
  open: (app) => `Open ${app}`,
  otherDevice: 'Use another device',
  scanned: (name) => ({
    title: name ? `Scanned by ${name}` : 'Code scanned',
    detail: 'Confirm on your phone to sign in.',
  }),
  authorized: (name) => ({ title: name ? `Welcome, ${name}` : 'Confirmed', detail: 'Signing you in…' }),
  cancelled: {
    title: 'Sign-in declined',
    detail: 'It was cancelled on the phone.',
    action: 'Get a new code',
  },
  expired: {
    title: 'Code expired',
    detail: 'Codes last a short time, for your safety.',
    action: 'Get a new code',
  },
  network: { title: 'No connection', detail: 'Trying again by itself.', action: 'Try now' },
  busy: { title: 'Busy right now', detail: 'Trying again by itself.' },
  origin: (origin) => ({
    title: 'This site is not set up yet',
    detail: `For its developers: add ${origin} to allowedOrigins.`,
    action: 'Try now',
  }),
  image: {
    title: 'The code did not load',
    detail: 'Check your connection and try again.',
    action: 'Try again',
  },
  error: {
    title: 'Something went wrong',
    detail: 'Sign-in by code is not available here at the moment.',
    action: 'Try again',
  },
  stopped: { title: 'Paused', detail: 'Get a code when you are ready to scan.', action: 'Get a code' },
};

const zh: Words = {
  label: '使用手机登录',
  codeAlt: '登录二维码：请使用手机 App 扫描',
  notMe: '不是本人？换一个二维码',
  validFor: (time) => `有效时间 ${time}`,
  nextTry: (time) => `${time} 后重试`,
  loading: { title: '正在生成二维码', detail: '请稍候…' },
  pending: { title: '扫码登录', detail: '请使用手机 App 扫描' },
  open: (app) => `打开 ${app}`,
  otherDevice: '使用其他设备',
  scanned: (name) => ({ title: name ? `${name} 已扫码` : '已扫码', detail: '请在手机上确认登录' }),
  authorized: (name) => ({ title: name ? `欢迎，${name}` : '已确认', detail: '正在登录…' }),
  cancelled: { title: '登录已取消', detail: '已在手机上取消本次登录', action: '换一个二维码' },
  expired: { title: '二维码已失效', detail: '二维码仅在短时间内有效', action: '换一个二维码' },
  network: { title: '网络连接失败', detail: '正在自动重试', action: '立即重试' },
  busy: { title: '服务繁忙', detail: '稍后将自动重试' },
  origin: (origin) => ({
    title: '本站尚未完成配置',
    detail: `开发者请将 ${origin} 添加到 allowedOrigins`,
    action: '立即重试',
  }),
  image: { title: '二维码加载失败', detail: '请检查网络后重试', action: '重新加载' },
  error: { title: '出错了', detail: '暂时无法使用扫码登录', action: '重试' },
  stopped: { title: '已暂停', detail: '准备好后再获取二维码', action: '获取二维码' },
};

export const words: Readonly<Record<Language, Words>> = { en, zh };

const longestName = 32;

/** The first tag that is given decides: any kind of Chinese gives Chinese, all others English. */
export function chooseLanguage(tags: ReadonlyArray<string | null | undefined>): Language {
  const tag = tags.find((candidate) => candidate);
  return tag && /^zh\b/i.test(tag) ? 'zh' : 'en';
}

/** Shortens a long name, which would push the rest of the sentence out of sight. */
export function shortened(name: string): string {
  const characters = [...name];
  return characters.length > longestName ? `${characters.slice(0, longestName).join('').trimEnd()}…` : name;
}

export function wordingOf(view: View, language: Language): Wording {
  const said = words[language];
  switch (view.name) {
    case 'loading':
      // During a renewal the words stay, so that screen readers announce nothing.
      return view.isRenewal ? said.pending : said.loading;
    case 'scanned':
    case 'authorized':
      return said[view.name](view.person && shortened(view.person.displayName));
    case 'offline':
      if (view.trouble.kind === 'origin') return said.origin(view.trouble.origin);
      return view.trouble.kind === 'busy' ? said.busy : said.network;
    case 'error':
      return view.trouble.kind === 'image' ? said.image : said.error;
    default:
      return said[view.name];
  }
}
