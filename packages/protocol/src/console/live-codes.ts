import { type Static, Type } from 'typebox';
import { cappedCount, idField, momentField, nullable } from './fields.ts';

/** `POST /api/v3/list-live-codes` and `end-qrcodes`, extensions of ours: the QR codes that nobody finished yet. */

export const liveCodeStatuses = ['PENDING', 'SCANNED'] as const;
export const maxLiveCodes = 50;

export const ListLiveCodesDto = Type.Object({
  appId: Type.Optional(idField()),
  status: Type.Optional(Type.Enum([...liveCodeStatuses])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxLiveCodes, description: `Default ${maxLiveCodes}` })),
});
export type ListLiveCodesDto = Static<typeof ListLiveCodesDto>;

export const LiveCodeDto = Type.Object({
  code: Type.String({ description: 'The hash of the QR code: nobody can poll with it' }),
  appId: Type.String(),
  status: Type.Enum([...liveCodeStatuses]),
  createdAt: momentField(''),
  expiresAt: momentField(''),
  maker: Type.Object(
    {
      isServer: Type.Boolean({ description: 'The application made it, with its secret' }),
      ip: nullable(Type.String(), ''),
      browser: nullable(Type.String(), ''),
      os: nullable(Type.String(), ''),
    },
    { description: 'Who asked for it' },
  ),
  scanner: Type.Optional(Type.Object({ userId: Type.String(), name: Type.String() })),
  bound: Type.Boolean({ description: 'Only the browser or server that asked for it can follow it' }),
  foreignPoll: Type.Boolean({ description: 'Somebody else has tried to follow it' }),
});
export type LiveCodeDto = Static<typeof LiveCodeDto>;

export const LiveCodesDto = Type.Object({
  unfinished: Type.Object({
    n: Type.Integer(),
    isCapped: Type.Boolean({ description: 'There are more than n' }),
    cap: nullable(Type.Integer(), 'How many one application may have at a time; null: any number'),
  }),
  applications: Type.Array(Type.Object({ appId: Type.String(), unfinished: cappedCount('') }), {
    description: 'Applications that have any, most first',
  }),
  list: Type.Array(LiveCodeDto, { description: 'Newest first' }),
});
export type LiveCodesDto = Static<typeof LiveCodesDto>;

export const EndQrCodesDto = Type.Object({
  codes: Type.Optional(
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{16,64}$' }), {
      minItems: 1,
      maxItems: 50,
      description: 'code of list-live-codes, or its first 16 characters and more',
    }),
  ),
  appId: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'All of this application instead' })),
});
export type EndQrCodesDto = Static<typeof EndQrCodesDto>;

export const EndedQrCodesDto = Type.Object({
  ended: Type.Integer({ description: 'How many were unfinished; their pages read CANCELLED' }),
  isCapped: Type.Boolean({ description: 'There are more: call again' }),
});
export type EndedQrCodesDto = Static<typeof EndedQrCodesDto>;
