import type { SearchUsersDto, UserDto } from '@passbeam/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/call.ts';
import { usePool } from '../../api/pool.ts';

interface Page {
  list: UserDto[];
  nextCursor: string | null;
  searched: number;
  isDeep: boolean;
}

/** People that a search finds. A deep one stops at its budget; it goes on by itself while nothing is found and the page is visible. */
export function usePeople(wanted: Pick<SearchUsersDto, 'text' | 'where' | 'deep'>) {
  const pool = usePool();
  const [isStopped, setStopped] = useState(false);
  const query = useInfiniteQuery({
    queryKey: [pool, 'search-users', wanted],
    queryFn: ({ pageParam, signal }) =>
      call<Page>('/api/v3/search-users', {
        pool,
        body: { ...wanted, limit: 50, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const pages = query.data?.pages ?? [];
  const last = pages.at(-1);
  const isSearching = last?.isDeep === true && last.nextCursor !== null && last.list.length === 0;
  const { fetchNextPage, isFetching } = query;
  useEffect(() => {
    if (isSearching && !isStopped && !isFetching && document.visibilityState === 'visible') fetchNextPage();
  }, [isSearching, isStopped, isFetching, fetchNextPage]);
  return {
    query,
    people: pages.flatMap(({ list }) => list),
    searched: pages.reduce((sum, { searched }) => sum + searched, 0),
    isSearching: isSearching && !isStopped,
    hasMore: last?.nextCursor != null,
    more: () => {
      setStopped(false);
      return fetchNextPage();
    },
    stop: () => setStopped(true),
  };
}
