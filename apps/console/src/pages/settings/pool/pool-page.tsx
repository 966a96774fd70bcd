import type { UserPoolDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { asking, usePool } from '../../../api/pool.ts';
import { Loaded } from '../../../parts/states.tsx';
import { SecretsTab } from '../../applications/detail/secrets-tab.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { PoolForm } from './pool-form.tsx';

export function PoolPage() {
  const pool = useQuery(asking<UserPoolDto>(usePool(), 'get-userpool'));
  return (
    <SettingsLayout>
      <Loaded query={pool} rows={4}>
        {(stored) => <PoolForm stored={stored} />}
      </Loaded>
      <SecretsTab />
    </SettingsLayout>
  );
}
