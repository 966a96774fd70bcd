import type { SecuritySettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading, usePool } from '../../../api/pool.ts';
import { Loaded } from '../../../parts/states.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { OriginsForm } from './origins-form.tsx';

export function WebPage() {
  const settings = useQuery(reading<SecuritySettingsDto>(usePool(), 'get-security-settings'));
  return (
    <SettingsLayout>
      <Loaded query={settings} rows={6}>
        {(stored) => <OriginsForm stored={stored} />}
      </Loaded>
    </SettingsLayout>
  );
}
