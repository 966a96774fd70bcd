import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { own } from '../api/call.ts';
import { useMe } from '../api/me.ts';
import { useLanguage, useWords } from '../language/language.tsx';
import { Icon } from '../parts/icons.tsx';
import { complain } from '../parts/toast.tsx';
import { AccountButton } from './account-button.tsx';
import { shellWords } from './words.ts';

/** Who is signed in; language, appearance, the way out. */
export function AccountMenu() {
  const words = useWords(shellWords);
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (me === undefined) return null;
  const keep = (change: object) => own('update-me', change).catch(() => {});

  async function signOut() {
    try {
      await own('sign-out');
    } catch (error) {
      complain(error);
      return;
    }
    queries.clear();
    await navigate({ to: '/sign-in' });
  }

  return (
    <Menu position="top-start" width={232}>
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="person" />} onClick={() => navigate({ to: '/account' })}>
          {words.account}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{words.language}</Menu.Label>
        {(['en', 'zh'] as const).map((code) => (
          <Menu.Item
            key={code}
            lang={code === 'zh' ? 'zh-CN' : 'en'}
            rightSection={language === code ? <Icon name="check" size={16} /> : null}
            onClick={() => {
              choose(code);
              keep({ language: code });
            }}
          >
            {code === 'en' ? 'English' : '简体中文'}
          </Menu.Item>
        ))}
        <Menu.Label>{words.theme}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            rightSection={colorScheme === scheme ? <Icon name="check" size={16} /> : null}
            onClick={() => {
              setColorScheme(scheme);
              keep({ theme: scheme === 'auto' ? null : scheme });
            }}
          >
            {scheme === 'auto' ? words.system : words[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="out" />} onClick={signOut}>
          {words.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
