import type { SecuritySettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading, usePool } from '../../../api/pool.ts';
import { Loaded } from '../../../parts/states.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { LoginForm } from './login-form.tsx';

/** Security › Basic › Login: the page that the published documents send operators to. */
export function LoginPage() {
  const settings = useQuery(reading<SecuritySettingsDto>(usePool(), 'get-security-settings'));
  return (
    <SettingsLayout>
      <Loaded query={settings} rows={10}>
        {(stored) => <LoginForm stored={stored} />}
      </Loaded>
    </SettingsLayout>
  );
}
