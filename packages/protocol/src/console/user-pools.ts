import { type Static, Type } from 'typebox';
import { ifVersion, versionedFields } from './versions.ts';

/** User pools as operators see them. Names are the vendor's where there are any; the fields are ours. */

const name = Type.String({ minLength: 1, maxLength: 256 });
const pollBinding = Type.Enum(['cookie', 'secret', 'none'], {
  description: 'Who may follow the codes of applications made from now on',
});
const configuration = Type.Enum(['seed', 'managed'], {
  description: 'managed: what the configuration file writes, it owns; seed: it wrote once, when the pool was made',
});

export const UserPoolDto = Type.Object({
  userPoolId: Type.String(),
  userPoolName: Type.String(),
  defaults: Type.Object({ pollBinding }),
  configuration: Type.Union([configuration, Type.Null()], {
    description: 'null: the configuration file names no such pool',
  }),
  createdAt: Type.String({ description: 'ISO 8601' }),
  updatedAt: Type.String({ description: 'ISO 8601' }),
  ...versionedFields,
});
export type UserPoolDto = Static<typeof UserPoolDto>;

/** `data` of `POST /api/v3/list-userpools`: the pools that the caller may see. */
export const UserPoolListDto = Type.Object({ list: Type.Array(UserPoolDto) });
export type UserPoolListDto = Static<typeof UserPoolListDto>;

/** `POST /api/v3/create-userpool`. */
export const CreateUserPoolDto = Type.Object({
  userPoolName: name,
  defaults: Type.Optional(Type.Object({ pollBinding: Type.Optional(pollBinding) })),
  idempotencyKey: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 128,
      description:
        'Drawn by the caller for one pool: asked again with it, the same pool and secret are shown; with another body, 400',
    }),
  ),
});
export type CreateUserPoolDto = Static<typeof CreateUserPoolDto>;

/** The only reply that holds the secret of the pool. */
export const CreatedUserPoolDto = Type.Object({ ...UserPoolDto.properties, secret: Type.String() });
export type CreatedUserPoolDto = Static<typeof CreatedUserPoolDto>;

/** `POST /api/v3/update-userpool`: of the caller's pool; fields that are not named stay. */
export const UpdateUserPoolDto = Type.Object({
  userPoolName: Type.Optional(name),
  defaults: Type.Optional(Type.Object({ pollBinding: Type.Optional(pollBinding) })),
  ifVersion,
});
export type UpdateUserPoolDto = Static<typeof UpdateUserPoolDto>;
