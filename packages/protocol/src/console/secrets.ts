import { type Static, Type } from 'typebox';
import { ifVersion } from './versions.ts';

/** Secrets of applications and of user pools that change with an overlap. Calls of our own. */

/** How long the secret before may go on working, in seconds; 0 ends it at once. */
export const secretOverlapBounds = { min: 0, max: 30 * 86_400 } as const;

const appId = Type.String({ minLength: 1, maxLength: 128 });
const secretId = Type.String({ minLength: 1, maxLength: 64 });

const rotation = {
  overlapSeconds: Type.Optional(
    Type.Integer({
      minimum: secretOverlapBounds.min,
      maximum: secretOverlapBounds.max,
      description: 'How long the secret before goes on working; default 0',
    }),
  ),
  idempotencyKey: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 128,
      description: 'Drawn by the caller for one rotation: asked again with it within a day, the same secret is shown',
    }),
  ),
  nextSecretId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Makes the next secret that was shown the current one; a repeat shows it again',
    }),
  ),
  ifVersion,
} as const;

/** `POST /api/v3/rotate-application-secret`, and without `appId` `POST /api/v3/rotate-userpool-secret`. */
export const RotateApplicationSecretDto = Type.Object({ appId, ...rotation });
export type RotateApplicationSecretDto = Static<typeof RotateApplicationSecretDto>;
export const RotateUserPoolSecretDto = Type.Object(rotation);
export type RotateUserPoolSecretDto = Static<typeof RotateUserPoolSecretDto>;

/** `data` of `POST /api/v3/show-next-application-secret` and `POST /api/v3/show-next-userpool-secret`. */
export const NextSecretDto = Type.Object({
  secretId: Type.String(),
  secret: Type.String({ description: 'Does not work yet: from the rotation on that names it' }),
});
export type NextSecretDto = Static<typeof NextSecretDto>;

export const RotatedSecretDto = Type.Object({
  secretId: Type.String(),
  secret: Type.String({ description: 'Works from now on' }),
  previousEndsAt: Type.Union([Type.String(), Type.Null()], {
    description: 'ISO 8601: when the secret before ends; null: it ended',
  }),
});
export type RotatedSecretDto = Static<typeof RotatedSecretDto>;

/** A secret as it is listed: never the secret itself. */
export const SecretDto = Type.Object({
  secretId: Type.String(),
  state: Type.Enum(['current', 'ending', 'ended']),
  hint: Type.String({ description: 'Its last four characters' }),
  createdAt: Type.String({ description: 'ISO 8601' }),
  lastUsedAt: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601, to the minute; null: never seen' }),
  endsAt: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601; null: it has no end' }),
});
export type SecretDto = Static<typeof SecretDto>;

/** `data` of `POST /api/v3/list-application-secrets` and `POST /api/v3/list-userpool-secrets`: newest first, three at most. */
export const SecretListDto = Type.Object({ list: Type.Array(SecretDto) });
export type SecretListDto = Static<typeof SecretListDto>;

/** `POST /api/v3/end-application-secret`, and without `appId` `POST /api/v3/end-userpool-secret`: the current one cannot be ended, only rotated. */
export const EndApplicationSecretDto = Type.Object({ appId, secretId });
export type EndApplicationSecretDto = Static<typeof EndApplicationSecretDto>;
export const EndUserPoolSecretDto = Type.Object({ secretId });
export type EndUserPoolSecretDto = Static<typeof EndUserPoolSecretDto>;
