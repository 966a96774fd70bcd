import { type Static, Type } from 'typebox';
import { idField, momentField, nextCursor, nullable, pageFields } from './fields.ts';

/**
 * Imports of people as a job, extensions of ours: `create-user-import`, then `upload-user-import` for each part of the file, then
 * `get-user-import` until it has ended. A user pool has one at a time.
 */

export const importStates = ['uploading', 'running', 'paused', 'finished', 'stopped', 'failed'] as const;
/** Characters of one uploaded part. */
export const maxImportPart = 512 * 1024;
/** Parts of one file; together they are at most `maxImportBytes` long. */
export const maxImportParts = 200;
export const maxImportBytes = 50 * 1024 * 1024;
export const maxImportRows = 200_000;
/** Refusals that are kept for the report; those beyond are counted alone. */
export const maxImportRefusals = 10_000;

/** Fields of a person that a file may bring, beside those of the profile and `customData.…`. `userId` of new people is for owners. */
export const importFields = [
  'userId',
  'username',
  'email',
  'emailVerified',
  'phone',
  'phoneCountryCode',
  'phoneVerified',
  'externalId',
  'status',
  'password',
  'resetPasswordOnNextLogin',
] as const;

export const CreateUserImportDto = Type.Object({
  format: Type.Enum(['csv', 'json'], { description: 'json: a list of objects, or one object a line' }),
  columns: Type.Optional(
    Type.Record(Type.String({ maxLength: 128 }), Type.String({ maxLength: 128 }), {
      maxProperties: 100,
      description:
        'Fields by column of the file; an empty text leaves one out. Columns not named here are named as their fields, and customData.NAME is a field for each NAME',
    }),
  ),
  mode: Type.Optional(
    Type.Enum(['new', 'newAndChanged'], {
      description:
        'new, the default: who is there already is refused. newAndChanged: who has the same userId, or else externalId, username, e-mail or phone, is changed; what the file leaves empty stays, and so does a password',
    }),
  ),
  passwords: Type.Optional(
    Type.Enum(['none', 'hashes', 'plain'], {
      description:
        'What password holds; default none, and then it is not kept. hashes: bcrypt, or argon2 in PHC form. plain: for owners, at the console after a fresh proof',
    }),
  ),
  dryRun: Type.Optional(Type.Boolean({ description: 'true, the default: checks every row and writes nobody' })),
});
export type CreateUserImportDto = Static<typeof CreateUserImportDto>;

export const UserImportIdDto = Type.Object({ importId: idField() });
export type UserImportIdDto = Static<typeof UserImportIdDto>;

export const UploadUserImportDto = Type.Object({
  importId: idField(),
  part: Type.Integer({
    minimum: 0,
    maximum: maxImportParts - 1,
    description: 'From 0, in order; a repeat is no error',
  }),
  text: Type.String({
    maxLength: maxImportPart,
    description: 'Any piece of the file; a row may begin in one part and end in the next',
  }),
  isLast: Type.Boolean({ description: 'true: the file is complete, and the import begins' }),
});
export type UploadUserImportDto = Static<typeof UploadUserImportDto>;

export const UserImportDto = Type.Object({
  importId: Type.String(),
  state: Type.Enum([...importStates]),
  format: Type.Enum(['csv', 'json']),
  mode: Type.Enum(['new', 'newAndChanged']),
  passwords: Type.Enum(['none', 'hashes', 'plain']),
  dryRun: Type.Boolean(),
  parts: Type.Integer({ description: 'Uploaded so far' }),
  rows: Type.Integer({ description: 'Read so far; once it runs, all rows there are' }),
  done: Type.Integer({ description: 'Rows looked at: created, changed, unchanged and refused' }),
  created: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  refused: Type.Integer(),
  progress: Type.Number({ description: 'Part of the file that is done, 0 to 1' }),
  failure: nullable(Type.String(), 'Why it failed as a whole'),
  createdAt: momentField(''),
  startedAt: nullable(Type.String(), 'ISO 8601'),
  endedAt: nullable(Type.String(), 'ISO 8601'),
  createdBy: Type.String({ description: 'The administrator or access key' }),
});
export type UserImportDto = Static<typeof UserImportDto>;

export const UserImportListDto = Type.Array(UserImportDto, { description: 'Newest first, at most 50' });

export const GetUserImportReportDto = Type.Object({ importId: idField(), ...pageFields(1000, 100) });
export type GetUserImportReportDto = Static<typeof GetUserImportReportDto>;

export const UserImportRefusalDto = Type.Object({
  row: Type.Integer({ description: 'From 1, without the header' }),
  line: Type.Integer({ description: 'Of the file, from 1' }),
  field: nullable(Type.String(), ''),
  reason: Type.String({ description: 'In the language of the call' }),
});
export type UserImportRefusalDto = Static<typeof UserImportRefusalDto>;

export const UserImportReportDto = Type.Object({ list: Type.Array(UserImportRefusalDto), nextCursor });
export type UserImportReportDto = Static<typeof UserImportReportDto>;
