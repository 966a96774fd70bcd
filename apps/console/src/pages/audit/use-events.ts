import type { AuditEventDto, AuditEventPageDto, ListAuditEventsDto } from '@passbeam/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/call.ts';
import { usePool } from '../../api/pool.ts';

const pageSize = 50;

/**
 * Events of a filter, a page after the other. Where a search stops at its budget before it found a page, it goes on by itself
 * while the page is visible, until it is stopped.
 */
export function useEvents(
  filter: ListAuditEventsDto,
  limit = pageSize,
  name: 'list-audit-events' | 'list-administrator-events' = 'list-audit-events',
) {
  const pool = usePool();
  const [isStopped, setStopped] = useState(false);
  const query = useInfiniteQuery({
    queryKey: [pool, name, 'pages', filter, limit],
    queryFn: ({ pageParam, signal }) =>
      call<AuditEventPageDto>(`/api/v3/${name}`, {
        ...(pool !== '' && { pool }),
        body: { ...filter, limit, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const pages = query.data?.pages ?? [];
  const last = pages.at(-1);
  const events: AuditEventDto[] = pages.flatMap(({ list }) => list);
  const isSearching =
    last !== undefined && last.searchedTo !== null && last.nextCursor !== null && last.list.length === 0;
  const { fetchNextPage, isFetching } = query;
  useEffect(() => {
    if (isSearching && !isStopped && !isFetching && document.visibilityState === 'visible') fetchNextPage();
  }, [isSearching, isStopped, isFetching, fetchNextPage]);
  return {
    query,
    events,
    searchedTo: last?.searchedTo ?? null,
    isSearching: isSearching && !isStopped,
    hasMore: last?.nextCursor != null,
    more: () => {
      setStopped(false);
      return fetchNextPage();
    },
    stop: () => setStopped(true),
  };
}
