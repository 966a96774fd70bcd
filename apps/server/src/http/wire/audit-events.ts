import type { AuditEventDto, AuditEventPageDto } from '@passbeam/protocol';
import { outcomeOf } from '../../core/audit/outcomes.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { describeUserAgent } from '../../core/ground/user-agent.ts';
import type { NamedEvent } from '../../core/management/events/event-log.ts';
import { csvLine } from './csv.ts';

/** An event as operators read it. */
export function auditEventDto(event: NamedEvent, directory: Pick<Directory, 'findApplication'>): AuditEventDto {
  const { accessKeyId, administratorId, administratorName, ...detail } = event.detail;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const { browser, os } = describeUserAgent(event.userAgent);
  return {
    eventId: event.id,
    type: event.type,
    at: new Date(event.at ?? 0).toISOString(),
    outcome: outcomeOf(event.type),
    userId: event.userId,
    userName: event.userName,
    appId: event.applicationId,
    appName: event.applicationId === null ? null : (directory.findApplication(event.applicationId)?.name ?? null),
    sessionId: event.loginSessionId,
    code: event.codeHash,
    accessKeyId: text(accessKeyId),
    administratorId: text(administratorId),
    administratorName: text(administratorName),
    ip: event.ip,
    userAgent: event.userAgent,
    browser,
    os,
    requestId: event.requestId,
    count: event.count ?? 1,
    detail,
  };
}

interface FoundEvents {
  events: readonly NamedEvent[];
  nextCursor: string | null;
  searchedTo: number | null;
}

export const auditEventPageDto = (
  { events, nextCursor, searchedTo }: FoundEvents,
  directory: Pick<Directory, 'findApplication'>,
): AuditEventPageDto => ({
  list: events.map((event) => auditEventDto(event, directory)),
  nextCursor,
  searchedTo: searchedTo === null ? null : new Date(searchedTo).toISOString(),
});

const columns = [
  'at',
  'type',
  'outcome',
  'userId',
  'userName',
  'appId',
  'appName',
  'sessionId',
  'code',
  'accessKeyId',
  'administratorId',
  'administratorName',
  'ip',
  'userAgent',
  'requestId',
  'count',
  'detail',
  'eventId',
] as const satisfies (keyof AuditEventDto)[];

export const formats = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: csvLine(columns),
    line: (event: AuditEventDto) => csvLine(columns.map((name) => event[name])),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (event: AuditEventDto) => `${JSON.stringify(event)}\n`,
  },
};
