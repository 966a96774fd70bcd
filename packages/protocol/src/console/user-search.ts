import { type Static, Type } from 'typebox';
import { UserDto } from '../user.ts';
import { idField, instantField, nextCursor, nullable, pageFields } from './fields.ts';

/** `POST /api/v3/search-users`, an extension of ours: finds people of a pool of any size without holding up its logins. */
export const SearchUsersDto = Type.Object({
  text: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        'The beginning of an id, username, e-mail address, phone or externalId. With deep: anywhere in these, in the name and in the nickname',
    }),
  ),
  where: Type.Optional(
    Type.Object({
      status: Type.Optional(
        Type.Array(Type.Enum(['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived']), {
          minItems: 1,
          maxItems: 5,
        }),
      ),
      createdFrom: Type.Optional(instantField('Included')),
      createdTo: Type.Optional(instantField('Included')),
      source: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'userSourceType' })),
      hasPassword: Type.Optional(Type.Boolean()),
      customField: Type.Optional(
        Type.Object(
          { key: idField(64), value: Type.Union([Type.String({ maxLength: 1024 }), Type.Number(), Type.Boolean()]) },
          { description: 'A declared field that has this value' },
        ),
      ),
    }),
  ),
  deep: Type.Optional(Type.Boolean({ description: 'Looks at people one after the other, some at each call' })),
  ...pageFields(100, 50),
});
export type SearchUsersDto = Static<typeof SearchUsersDto>;

export const FoundUsersDto = Type.Object({
  list: Type.Array(UserDto, { description: 'Newest first; by the beginning of an identifier, in order of that' }),
  nextCursor,
  searched: Type.Integer({ description: 'How many people this call looked at' }),
  searchedTo: nullable(
    Type.String(),
    'ISO 8601. The search stopped at people made then, before its end: go on with nextCursor, although list may be empty',
  ),
  isDeep: Type.Boolean(),
});
export type FoundUsersDto = Static<typeof FoundUsersDto>;
