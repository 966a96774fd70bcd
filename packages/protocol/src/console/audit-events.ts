import { type Static, Type } from 'typebox';
import { idField, instantField, momentField, nextCursor, nullable, pageFields } from './fields.ts';

/** `POST /api/v3/list-audit-events` and `export-audit-events`, extensions of ours: everything that is recorded about a pool. */

/** What became of the deed that an event tells of. An alarm is something that an operator should look at. */
export const auditOutcomes = ['success', 'failure', 'alarm'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

const filterFields = {
  from: Type.Optional(instantField('Included')),
  to: Type.Optional(instantField('Included')),
  types: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: 100,
      description: 'Names of events; a name and .* for all that begin with it, for example qr.*',
    }),
  ),
  userId: Type.Optional(idField()),
  appId: Type.Optional(idField()),
  ip: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  requestId: Type.Optional(idField()),
  code: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{16,64}$',
      description: 'The hash of a QR code as in code of the events, or at least its first 16 characters',
    }),
  ),
  accessKeyId: Type.Optional(idField()),
  administratorId: Type.Optional(idField()),
  outcome: Type.Optional(Type.Enum([...auditOutcomes])),
  order: Type.Optional(Type.Enum(['newest', 'oldest'], { description: 'Which come first; default newest' })),
};

export const ListAuditEventsDto = Type.Object({ ...filterFields, ...pageFields(100, 50) });
export type ListAuditEventsDto = Static<typeof ListAuditEventsDto>;

/** `POST /api/v3/list-administrator-events`: the same about administrators, whose deeds among themselves belong to no pool. */
export const ListAdministratorEventsDto = Type.Pick(ListAuditEventsDto, [
  ...(['from', 'to', 'types', 'ip', 'requestId', 'administratorId', 'outcome', 'order', 'limit', 'cursor'] as const),
]);

export const AuditEventDto = Type.Object({
  eventId: Type.String(),
  type: Type.String({ description: 'For example qr.scanned' }),
  at: momentField('When it happened'),
  outcome: Type.Enum([...auditOutcomes]),
  userId: nullable(Type.String(), 'Whom it is about'),
  userName: nullable(Type.String(), 'Null when the person is gone'),
  appId: nullable(Type.String(), 'Which application it is about'),
  appName: nullable(Type.String(), 'Null when the application is gone'),
  sessionId: nullable(Type.String(), 'The login it is about'),
  code: nullable(Type.String(), 'The hash of the QR code: nobody can poll with it'),
  accessKeyId: nullable(Type.String(), 'The access key that acted; the id of the user pool for its secret'),
  administratorId: nullable(Type.String(), 'The administrator who acted'),
  administratorName: nullable(Type.String(), 'As it was then'),
  ip: nullable(Type.String(), 'Null when there was no request'),
  userAgent: nullable(Type.String(), 'As sent'),
  browser: nullable(Type.String(), 'Read from userAgent'),
  os: nullable(Type.String(), 'Read from userAgent'),
  requestId: nullable(Type.String(), 'Of the request that caused it'),
  count: Type.Integer({ description: 'How often it happened within the minute of at' }),
  detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]), {
    description: 'Small facts; originValue and targetValue are JSON before and after a change',
  }),
});
export type AuditEventDto = Static<typeof AuditEventDto>;

export const AuditEventPageDto = Type.Object({
  list: Type.Array(AuditEventDto),
  nextCursor,
  searchedTo: nullable(
    Type.String(),
    'ISO 8601. How far the search got, when it stopped before its end: go on with nextCursor, although list may be empty',
  ),
});
export type AuditEventPageDto = Static<typeof AuditEventPageDto>;

export const ExportAuditEventsDto = Type.Object({
  ...filterFields,
  format: Type.Enum(['csv', 'jsonl'], { description: 'jsonl: one JSON object a line, as in list-audit-events' }),
});
export type ExportAuditEventsDto = Static<typeof ExportAuditEventsDto>;
