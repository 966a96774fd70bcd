import { Type } from 'typebox';

/** What replies about settings say of their state, and what updates say of the state they were made on. Extensions of ours. */
export const versionedFields = {
  version: Type.Optional(Type.Integer({ description: 'Grows with every change; give it back as ifVersion' })),
  updatedBy: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description:
        'Who changed it last: config_file, the id of an access key, user pool or administrator; null: nobody since the upgrade',
    }),
  ),
  managed: Type.Optional(
    Type.Record(Type.String(), Type.Enum(['file', 'console']), {
      description:
        'Who writes each field, by its path in this message, for example qrcodeLoginStrategy.qrcodeExpiresIn. The file refuses changes to its own',
    }),
  ),
} as const;

export const ifVersion = Type.Optional(
  Type.Integer({
    minimum: 0,
    description: 'The version that was read: refused with version_conflict when somebody changed it since',
  }),
);

/** `data` of the refusal `version_conflict` (409): what is stored now, to show beside what was asked. */
export const VersionConflictDto = Type.Object({
  version: Type.Integer(),
  updatedAt: Type.String({ description: 'ISO 8601' }),
  updatedBy: Type.Union([Type.String(), Type.Null()]),
});
