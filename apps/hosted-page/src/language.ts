import { attempt, chooseLanguage, type Language } from '@passbeam/widget/parts';

const key = 'passbeam-language';

export interface LanguageChoice {
  now(): Language;
  /** What the server suggests. A choice of the person stands. */
  suggest(language: Language): void;
  change(): void;
}

/** The language of the page: what the person chose in this tab, else what the server says the application and the browser want. */
export function createLanguageChoice(): LanguageChoice {
  const stored = attempt(() => sessionStorage.getItem(key)) ?? null;
  let chosen: Language | null = stored === 'en' || stored === 'zh' ? stored : null;
  let suggested = chooseLanguage([navigator.language]);
  const now = () => chosen ?? suggested;
  return {
    now,
    suggest(language) {
      suggested = language;
    },
    change() {
      chosen = now() === 'en' ? 'zh' : 'en';
      attempt(() => sessionStorage.setItem(key, chosen ?? 'en'));
    },
  };
}
