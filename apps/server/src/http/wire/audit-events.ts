import type { AuditEventDto } from '@passbeam/protocol';
import { outcomeOf } from '../../core/audit/outcomes.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { describeUserAgent } from '../../core/ground/user-agent.ts';
import type { NamedEvent } from '../../core/management/events/event-log.ts';

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
    head: `${columns.join(',')}\r\n`,
    line: (event: AuditEventDto) => `${columns.map((name) => cell(event[name])).join(',')}\r\n`,
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (event: AuditEventDto) => `${JSON.stringify(event)}\n`,
  },
};

/** Spreadsheets run a cell that begins so as a formula, and strangers choose some of these texts: an apostrophe makes it a text. */
const formula = /^[=+\-@\t\r\n]/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
