import { type Static, Type } from 'typebox';
import { idField, momentField, nextCursor, nullable, pageFields } from './fields.ts';

/**
 * Imports of people as a job, extensions of ours: `create-user-import`, then `upload-user-import` for each part of the file, then
 * `get-user-import` until it has ended.
 */

export const importStates = ['uploading', 'running', 'finished', 'stopped', 'failed'] as const;
/** Characters of one uploaded part, and parts of one file: 50 MB. */
export const maxImportPart = 512 * 1024;
export const maxImportParts = 100;
export const maxImportRows = 200_000;

export const CreateUserImportDto = Type.Object({
  format: Type.Enum(['csv', 'json'], { description: 'json: a list of objects, or one object a line' }),
  columns: Type.Optional(
    Type.Record(Type.String({ maxLength: 128 }), Type.String({ maxLength: 128 }), {
      maxProperties: 100,
      description: 'Fields by column of the file; an empty text leaves one out. Default: columns are named as fields',
    }),
  ),
  mode: Type.Optional(
    Type.Enum(['new', 'newAndChanged'], {
      description:
        'new, the default: who is there already is refused. newAndChanged: who has the same externalId, or else username, e-mail or phone, is changed',
    }),
  ),
  passwords: Type.Optional(
    Type.Enum(['none', 'hashes', 'plain'], {
      description: 'What password holds; default none. hashes: bcrypt, or argon2 in PHC form',
    }),
  ),
  dryRun: Type.Boolean({ description: 'true: checks every row and writes nobody' }),
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
  text: Type.String({ maxLength: maxImportPart }),
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
});
export type UserImportDto = Static<typeof UserImportDto>;

export const UserImportListDto = Type.Array(UserImportDto, { description: 'Newest first, at most 50' });

export const GetUserImportReportDto = Type.Object({ importId: idField(), ...pageFields(1000, 100) });
export type GetUserImportReportDto = Static<typeof GetUserImportReportDto>;

export const UserImportRefusalDto = Type.Object({
  line: Type.Integer({ description: 'Of the file, from 1' }),
  field: nullable(Type.String(), ''),
  reason: Type.String({ description: 'In the language of the call' }),
});

export const UserImportReportDto = Type.Object({ list: Type.Array(UserImportRefusalDto), nextCursor });
export type UserImportReportDto = Static<typeof UserImportReportDto>;
