import { useMemo } from 'react';
import { useLanguage } from './language.tsx';
import type { Language } from './texts.ts';

const localeOf = (language: Language) => (language === 'zh' ? 'zh-CN' : 'en-GB');
const spans = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Dates, numbers and spans of time in a language. */
export function formatsOf(language: Language) {
  const locale = localeOf(language);
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const utc = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const span = (seconds: number, unit: (typeof spans)[number][0], size: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(
      seconds / size,
    );
  return {
    exact: (at: string | number) => exact.format(new Date(at)),
    short: (at: string | number) => short.format(new Date(at)),
    day: (at: string | number) => day.format(new Date(at)),
    utc: (at: string | number) => `${utc.format(new Date(at))} UTC`,
    number: (n: number) => number.format(n),
    percent: (part: number) => percent.format(part),
    list: (items: string[]) => list.format(items),
    /** `3 minutes ago`, `in 2 days`. */
    ago(at: string | number, now = Date.now()) {
      const seconds = Math.round((new Date(at).getTime() - now) / 1000);
      const [unit, size] = spans.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
      return relative.format(Math.round(seconds / size), unit);
    },
    /** `2 minutes`, `90 seconds`: the largest unit that divides it. */
    span(seconds: number) {
      const [unit, size] = spans.find(([, size]) => seconds >= size && seconds % size === 0) ?? ['second', 1];
      return span(seconds, unit, size);
    },
    /** `3.2 seconds`, `1.5 minutes`: roughly. */
    roughly(seconds: number) {
      const [unit, size] = spans.find(([, size]) => seconds >= size) ?? ['second', 1];
      return span(seconds, unit, size);
    },
  };
}

export type Formats = ReturnType<typeof formatsOf>;

export function useFormats(): Formats {
  const { language } = useLanguage();
  return useMemo(() => formatsOf(language), [language]);
}
