import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Language, type Texts, type Words, wordsOf } from './texts.ts';

const storageKey = 'passbeam-console-language';

/** What the browser prefers, unless somebody chose here before. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (chosen === 'en' || chosen === 'zh') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

let current: Language = firstLanguage();
/** For what is written outside of components, such as the header that asks the server for a language. */
export const currentLanguage = () => current;

const Chosen = createContext<{ language: Language; choose(language: Language): void }>({
  language: current,
  choose() {},
});

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(current);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const value = useMemo(
    () => ({
      language,
      choose(chosen: Language) {
        current = chosen;
        localStorage.setItem(storageKey, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Chosen value={value}>{children}</Chosen>;
}

export const useLanguage = () => useContext(Chosen);

export function useWords<T extends Texts>(texts: T): Words<T> {
  return wordsOf(texts, useLanguage().language);
}
