import type { ReactNode } from 'react';
import { useLanguage } from '../../language/language.tsx';
import { Mark } from '../../parts/icons.tsx';
import './frame.css';

/** The page of those who are not signed in: a card on the ground, as people's own sign-in page is. */
export function Frame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { language, choose } = useLanguage();
  return (
    <main className="door">
      <div className="door-card">
        <div className="door-brand">
          <Mark size={34} /> <strong>passbeam</strong>
        </div>
        <h1>{title}</h1>
        {lead && <p className="soft">{lead}</p>}
        {children}
      </div>
      <button
        type="button"
        className="text-button door-language"
        lang={language === 'en' ? 'zh-CN' : 'en'}
        onClick={() => choose(language === 'en' ? 'zh' : 'en')}
      >
        {language === 'en' ? '简体中文' : 'English'}
      </button>
    </main>
  );
}
