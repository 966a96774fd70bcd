import type { ListAuditEventsDto } from '@passbeam/protocol';
import { type EventGroup, eventGroups } from './event-words.ts';

/** The filters as they stand in the address. */
export interface AuditSearch {
  range?: string;
  from?: string;
  to?: string;
  type?: string;
  user?: string;
  app?: string;
  ip?: string;
  request?: string;
  code?: string;
  key?: string;
  by?: string;
  outcome?: string;
  order?: string;
  event?: string;
}
export const searchNames = [
  'range',
  'from',
  'to',
  'type',
  'user',
  'app',
  'ip',
  'request',
  'code',
  'key',
  'by',
  'outcome',
  'order',
  'event',
] as const satisfies (keyof AuditSearch)[];

const hour = 3_600_000;
export const ranges = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour } as const;
export type Range = keyof typeof ranges | 'custom';

export const isGroup = (text: string | undefined): text is EventGroup => text !== undefined && text in eventGroups;

export function rangeOf({ range, from, to }: AuditSearch): Range {
  if (from !== undefined || to !== undefined) return 'custom';
  return range !== undefined && range in ranges ? (range as keyof typeof ranges) : 'week';
}

const outcomes = ['success', 'failure', 'alarm'] as const;
const instantOf = (text: string | undefined) => {
  const at = text === undefined ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? undefined : at;
};

/** The filter as the call takes it. `now` stays as it is while the address does, so that the same address asks the same. */
export function filterOf(search: AuditSearch, now: number): ListAuditEventsDto {
  const range = rangeOf(search);
  const types: string[] =
    search.type === undefined ? [] : isGroup(search.type) ? [...eventGroups[search.type]] : search.type.split(',');
  const outcome = search.type === 'alarms' ? 'alarm' : outcomes.find((one) => one === search.outcome);
  // What is looked for by its id is looked for at any time, unless a period was chosen.
  const isNamed = search.code !== undefined || search.request !== undefined;
  const from =
    range === 'custom'
      ? instantOf(search.from)
      : isNamed && search.range === undefined
        ? undefined
        : now - ranges[range];
  const given = {
    from,
    to: range === 'custom' ? instantOf(search.to) : undefined,
    types: types.length > 0 ? types : undefined,
    userId: search.user,
    appId: search.app,
    ip: search.ip,
    requestId: search.request,
    code: search.code,
    accessKeyId: search.key,
    administratorId: search.by,
    outcome,
    order: search.order === 'oldest' ? ('oldest' as const) : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ListAuditEventsDto;
}

/** What a pasted text is: the filter that it goes into. The ids of applications have no form to know them by. */
export function kindOf(text: string, appIds: readonly string[]): 'app' | 'ip' | 'request' | 'code' | 'user' {
  if (appIds.includes(text)) return 'app';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]{0,4}:[0-9a-f:.]+$/i.test(text)) return 'ip';
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text)) return 'request';
  if (/^[\w-]{16}$/.test(text) || /^[\w-]{43}$/.test(text)) return 'code';
  return 'user';
}
