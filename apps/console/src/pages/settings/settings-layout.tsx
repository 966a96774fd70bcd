import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { Page } from '../../parts/page.tsx';
import { TabRow } from '../../parts/tabs.tsx';
import './settings.css';
import { settingsWords } from './words.ts';

const tabs = [
  { name: 'login', to: '/$pool/settings/security/basic/login' },
  { name: 'web', to: '/$pool/settings/security/basic/web' },
  { name: 'registration', to: '/$pool/settings/security/basic/registration' },
  { name: 'report', to: '/$pool/settings/security/report' },
  { name: 'messages', to: '/$pool/settings/messages' },
  { name: 'fields', to: '/$pool/settings/fields' },
  { name: 'pool', to: '/$pool/settings/pool' },
] as const;

/** The settings of a pool: one page each, their names above. */
export function SettingsLayout({ children }: { children: ReactNode }) {
  const words = useWords(settingsWords);
  const pool = usePool();
  return (
    <Page title={words.title} width="narrow">
      <TabRow label={words.tabs}>
        {tabs.map(({ name, to }) => (
          <Link key={name} to={to} params={{ pool }} className="tab">
            {words[name]}
          </Link>
        ))}
      </TabRow>
      {children}
    </Page>
  );
}
