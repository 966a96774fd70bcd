import type { ConsoleMeView, RoleDto } from '@passbeam/protocol';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { own } from './call.ts';
import { usePool } from './pool.ts';

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => own<ConsoleMeView>('me', {}, signal),
  staleTime: 60_000,
});

export function useMe(): ConsoleMeView | undefined {
  return useQuery(meQuery).data;
}

const order = ['viewer', 'operator', 'owner'] satisfies RoleDto[];

/** What the person is in the pool of the address. */
export function useRole(): RoleDto {
  const me = useMe();
  const pool = usePool();
  return me?.pools.find(({ userPoolId }) => userPoolId === pool)?.role ?? 'viewer';
}

/** Whether the person may do in this pool what needs `role`. The server decides; this only says what to offer. */
export function useMay(role: RoleDto): boolean {
  return order.indexOf(useRole()) >= order.indexOf(role);
}

/** What the person is in the whole installation; null: nothing. */
export function useGeneralRole(): RoleDto | null {
  return useMe()?.administrator.grants.find(({ userPoolId }) => userPoolId === '*')?.role ?? null;
}
