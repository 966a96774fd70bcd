import { lazy, Suspense } from 'react';
import { useGeneralRole, useMe } from '../api/me.ts';

const PoolMenu = lazy(async () => ({ default: (await import('./pool-menu.tsx')).PoolMenu }));

/** Which user pool the pages are about. With a single one it is only named, but for those who may make another. */
export function PoolSwitcher({ pool }: { pool: string }) {
  const pools = useMe()?.pools ?? [];
  const mayMake = useGeneralRole() === 'owner';
  const current = pools.find(({ userPoolId }) => userPoolId === pool);
  if (current === undefined) return null;
  const name = <p className="pool-name">{current.name}</p>;
  if (pools.length < 2 && !mayMake) return name;
  return (
    <Suspense fallback={name}>
      <PoolMenu pools={pools} current={current} mayMake={mayMake} />
    </Suspense>
  );
}
