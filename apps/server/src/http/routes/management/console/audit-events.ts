import { Readable } from 'node:stream';
import {
  AuditEventPageDto,
  type ExportAuditEventsDto as Export,
  ExportAuditEventsDto,
  envelope,
  ListAuditEventsDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import type { EventFilter, NamedEvent } from '../../../../core/management/events/event-log.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf, searchedAddress } from '../../../callers/caller.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';
import { auditEventDto, auditEventPageDto, formats } from '../../../wire/audit-events.ts';

const bodyLimit = 16 * 1024;

/** Everything recorded about a pool, extensions of ours. */
export function auditEventRoutes(app: App, parts: Parts): void {
  const { eventLog, eventExport, directory } = parts;

  app.post(
    '/api/v3/list-audit-events',
    {
      bodyLimit,
      schema: {
        summary: 'List everything that was recorded',
        description:
          'Scans, logins, accounts, settings and alarms of the user pool, by time, type, person, application, address, request, QR code, and who acted. A call looks at a bounded number of events: where searchedTo is set it has not come to the end, although the list may be empty, and nextCursor goes on. An extension of ours.',
        body: ListAuditEventsDto,
        response: { 200: envelope(AuditEventPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { limit = 50, cursor, ...asked } = request.body;
      const found = await eventLog.list(admin, filterOf(asked), { limit, cursor });
      return ok(request, auditEventPageDto(found, directory));
    },
  );

  app.post(
    '/api/v3/export-audit-events',
    {
      bodyLimit,
      schema: {
        summary: 'Export what was recorded',
        description:
          'The events of list-audit-events as a file, oldest first unless asked otherwise: at most a million, one export of a user pool at a time. In CSV, an apostrophe stands where a spreadsheet would see the beginning of a formula. The export is recorded. Errors: 429 another export is under way. An extension of ours.',
        body: ExportAuditEventsDto,
        response: {
          200: {
            description: 'The file; refusals come in the envelope',
            content: {
              'text/csv': { schema: Type.String() },
              'application/jsonl': { schema: Type.String() },
              'application/json': { schema: envelope(Type.Null()) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const admin = await administratorOf(request, parts);
      const { format, ...asked } = request.body;
      const batches = await eventExport.start(admin, filterOf(asked), format, callerOf(request));
      const name = `audit-${new Date(parts.clock.now()).toISOString().slice(0, 10)}.${format}`;
      reply.header('content-type', formats[format].contentType);
      reply.header('content-disposition', `attachment; filename="${name}"`);
      // The types know what a schema describes, and not that a stream of it may be sent.
      return reply.send(Readable.from(textOf(batches, format)) as never);
    },
  );

  async function* textOf(batches: AsyncGenerator<NamedEvent[]>, format: Export['format']): AsyncGenerator<string> {
    const { head, line } = formats[format];
    if (head !== '') yield head;
    for await (const batch of batches) yield batch.map((event) => line(auditEventDto(event, directory))).join('');
  }
}

type Asked = Omit<ListAuditEventsDto, 'limit' | 'cursor'>;

function filterOf({ appId, ip, ...others }: Asked): EventFilter {
  return { ...others, applicationId: appId, ip: searchedAddress(ip) };
}
