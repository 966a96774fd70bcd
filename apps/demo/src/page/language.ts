/** English, or Chinese where the browser prefers it. */
export type Language = 'en' | 'zh';

export const language: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';

export const languageTag = language === 'zh' ? 'zh-CN' : 'en-US';

export const formatTime = (instant: number): string =>
  new Intl.DateTimeFormat(languageTag, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));

export const formatTimeOfDay = (instant: string): string =>
  new Intl.DateTimeFormat(languageTag, { timeStyle: 'short' }).format(new Date(instant));

export function formatAge(seconds: number): string {
  const format = new Intl.RelativeTimeFormat(languageTag, { numeric: 'auto' });
  return seconds < 60
    ? format.format(-Math.max(0, seconds), 'second')
    : format.format(-Math.floor(seconds / 60), 'minute');
}

export const languageName = (tag: string): string =>
  new Intl.DisplayNames(languageTag, { type: 'language' }).of(tag) ?? tag;
