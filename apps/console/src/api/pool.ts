import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { call } from './call.ts';

/** The user pool that the address names. */
export function usePool(): string {
  const { pool } = useParams({ strict: false });
  return pool ?? '';
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A read of the management API by GET, as published. */
export const reading = <Result>(pool: string, name: string, query: Query = {}) =>
  queryOptions({
    queryKey: [pool, name, query],
    queryFn: ({ signal }) => call<Result>(`/api/v3/${name}`, { pool, query, signal }),
  });

/** A read by POST, whose conditions do not fit into an address. */
export const asking = <Result>(pool: string, name: string, body: object = {}) =>
  queryOptions({
    queryKey: [pool, name, body],
    queryFn: ({ signal }) => call<Result>(`/api/v3/${name}`, { pool, body, signal }),
  });

export const writing = <Result>(pool: string, name: string, body: object) =>
  call<Result>(`/api/v3/${name}`, { pool, body });

/** Has what was read under these names read again. */
export function useForget(): (...names: string[]) => Promise<unknown> {
  const pool = usePool();
  const queries = useQueryClient();
  return (...names) => Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: [pool, name] })));
}
