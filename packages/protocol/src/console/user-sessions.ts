import { type Static, Type } from 'typebox';
import { idField, instantField, momentField, nextCursor, nullable, pageFields } from './fields.ts';

/** `POST /api/v3/list-user-sessions`, `end-user-sessions` and `end-sessions`, extensions of ours. */

export const ListUserSessionsDto = Type.Object({
  userId: idField(),
  state: Type.Optional(Type.Enum(['standing', 'ended', 'all'], { description: 'Default standing' })),
  ...pageFields(100, 50),
});
export type ListUserSessionsDto = Static<typeof ListUserSessionsDto>;

export const UserSessionDto = Type.Object({
  sessionId: Type.String(),
  appId: Type.String(),
  appName: nullable(Type.String(), 'Null when the application is gone'),
  amr: Type.Array(Type.String(), { description: 'How the person proved who they are; qr: by a scan' }),
  createdAt: momentField(''),
  expiresAt: momentField('When it ends by itself'),
  endedAt: nullable(Type.String(), 'ISO 8601. Null: it stands, or it ended by itself'),
  ip: nullable(Type.String(), ''),
  browser: nullable(Type.String(), ''),
  os: nullable(Type.String(), ''),
  confirmedBy: nullable(Type.String(), 'sessionId of the phone that confirmed it; null: it did not come of a scan'),
  confirmedCount: Type.Integer({ description: 'Standing logins that it confirmed, and that end with it' }),
});
export type UserSessionDto = Static<typeof UserSessionDto>;

export const UserSessionPageDto = Type.Object({ list: Type.Array(UserSessionDto), nextCursor });
export type UserSessionPageDto = Static<typeof UserSessionPageDto>;

export const EndUserSessionsDto = Type.Object({
  userId: idField(),
  sessionIds: Type.Optional(Type.Array(idField(), { minItems: 1, maxItems: 100 })),
  all: Type.Optional(Type.Boolean({ description: 'All of the person, instead of sessionIds' })),
});
export type EndUserSessionsDto = Static<typeof EndUserSessionsDto>;

export const EndedSessionsDto = Type.Object({
  ended: Type.Integer({ description: 'How many stood, those they had confirmed included' }),
});
export type EndedSessionsDto = Static<typeof EndedSessionsDto>;

export const EndSessionsDto = Type.Object({
  appId: Type.Optional(idField()),
  userId: Type.Optional(idField()),
  code: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$', description: 'The hash of the QR code they came of' }),
  ),
  from: Type.Optional(instantField('Of the login, included')),
  to: Type.Optional(instantField('Of the login, included')),
  amr: Type.Optional(Type.String({ pattern: '^[a-z0-9_-]{1,32}$', description: 'For example qr: scans only' })),
  dryRun: Type.Boolean({ description: 'true: only counts' }),
  cursor: pageFields(1, 1).cursor,
});
export type EndSessionsDto = Static<typeof EndSessionsDto>;

export const EndSessionsResultDto = Type.Object({
  n: Type.Integer({ description: 'How many logins ended, or would end' }),
  isCapped: Type.Boolean({ description: 'There are more: call again with nextCursor' }),
  nextCursor,
});
export type EndSessionsResultDto = Static<typeof EndSessionsResultDto>;
