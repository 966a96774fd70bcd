import type { Language } from '@passbeam/protocol';

/** What the page behind a link in a code says. `app` is the name of the app, already safe in HTML; null where several may be meant, or none is known. */
export interface LinkPageWords {
  tag: string;
  title(app: string | null): string;
  /** In a browser inside another app, which links do not leave. */
  leaveThisApp(app: string | null): string;
  open(app: string): string;
  appleHint(app: string | null): string;
  scanAgain(app: string | null): string;
  fromThePhone: string;
  getIt: string;
  appStore: string;
  androidStore: string;
  warning: string;
}

export const linkPageWords: Record<Language, LinkPageWords> = {
  en: {
    tag: 'en',
    title: (app) => (app === null ? 'Log in with your app' : `Log in with ${app}`),
    leaveThisApp: (app) =>
      `This page was opened inside another app. Open the menu (···) and choose “Open in browser”, or scan the code with ${app ?? 'the app you log in with'} itself.`,
    open: (app) => `Open ${app}`,
    appleHint: (app) => `If your phone offers to open ${app ?? 'the app'} at the top of this page, tap “Open”.`,
    scanAgain: (app) => `In ${app ?? 'the app you log in with'}, choose “Scan” and point it at the code again.`,
    fromThePhone: 'The code is for your phone: this page does not log you in.',
    getIt: 'Not installed yet?',
    appStore: 'For iPhone',
    androidStore: 'For Android',
    warning: 'Only continue if this code is on a screen in front of you that you opened yourself.',
  },
  zh: {
    tag: 'zh-CN',
    title: (app) => (app === null ? '使用应用登录' : `使用“${app}”登录`),
    leaveThisApp: (app) =>
      `此页面是在其他应用内打开的。请点右上角菜单（···），选择“在浏览器中打开”；或直接用${app === null ? '您的登录应用' : `“${app}”`}扫描二维码。`,
    open: (app) => `打开“${app}”`,
    appleHint: (app) => `如果页面顶部提示打开${app === null ? '应用' : `“${app}”`}，请点“打开”。`,
    scanAgain: (app) => `请在${app === null ? '您的登录应用' : `“${app}”`}中选择“扫一扫”，再次对准二维码。`,
    fromThePhone: '二维码需用手机应用扫描，本页面不会完成登录。',
    getIt: '尚未安装？',
    appStore: 'iPhone 版',
    androidStore: 'Android 版',
    warning: '仅当二维码显示在您面前、由您本人打开的屏幕上时，才可继续。',
  },
};

/** The language that the browser ranks higher; English where it names neither. */
export function languageOfPage(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .slice(0, 256)
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: /^(en|zh)(-|$)/.exec(tag)?.[1] as Language | undefined, weight: Number(weight ?? 1) };
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return ranked[0]?.language ?? 'en';
}
