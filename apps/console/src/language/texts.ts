export type Language = 'en' | 'zh';

type Text = string | ((...filled: never[]) => string);

/** The texts of a page: each an English and a Chinese one, so that one without the other does not compile. */
export type Texts = Readonly<Record<string, readonly [en: Text, zh: Text]>>;

/** The texts in one language. */
export type Words<T extends Texts> = { readonly [Name in keyof T]: Wide<T[Name][0]> };
type Wide<T> = T extends string ? string : T;

const cache = new WeakMap<Texts, Partial<Record<Language, unknown>>>();

export function wordsOf<T extends Texts>(texts: T, language: Language): Words<T> {
  const known = cache.get(texts) ?? {};
  cache.set(texts, known);
  known[language] ??= Object.fromEntries(
    Object.entries(texts).map(([name, [en, zh]]) => [name, language === 'zh' ? zh : en]),
  );
  return known[language] as Words<T>;
}

const oneOrMany = new Intl.PluralRules('en');
/** `1 person`, `1,200 people`. `more` follows a number that is only the beginning: `1,000+ people`. */
export const counted = (n: number, one: string, many: string, more = '') =>
  `${n.toLocaleString('en')}${more} ${oneOrMany.select(n) === 'one' ? one : many}`;
