import { Readable } from 'node:stream';
import {
  CreateUserImportDto,
  envelope,
  GetUserImportReportDto,
  UploadUserImportDto,
  UserImportDto,
  UserImportIdDto,
  UserImportListDto,
  UserImportReportDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import type { UserImport } from '../../../../core/management/imports/import.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import { languageOf } from '../../../requests/errors.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';
import { refusalDto, reportHead, reportLine, userImportDto } from '../../../wire/user-imports.ts';

const bodyLimit = 16 * 1024;
/** A part of the most characters, each as long in UTF-8 and JSON as texts have them. */
const uploadBodyLimit = 2 * 1024 * 1024;

/** Imports of people as jobs, extensions of ours. */
export function userImportRoutes(app: App, parts: Parts): void {
  const { userImports } = parts;
  const response = { 200: envelope(UserImportDto) };

  app.post(
    '/api/v3/create-user-import',
    {
      bodyLimit,
      schema: {
        summary: 'Begin an import of people',
        description:
          'The file is uploaded in parts next. A user pool has one import at a time; it goes on whatever becomes of the caller or of a node. dryRun is the default: it checks every row and writes nobody. ' +
          'Errors: 429 another one has not ended. An extension of ours.',
        body: CreateUserImportDto,
        response,
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const made = await userImports.create(admin, request.body, callerOf(request));
      return ok(request, userImportDto(made, languageOf(request)));
    },
  );

  app.post(
    '/api/v3/upload-user-import',
    {
      bodyLimit: uploadBodyLimit,
      schema: {
        summary: 'Upload a part of the file of an import',
        description:
          'UTF-8, with or without a byte order mark: CSV with a header, by comma, semicolon or tab; or JSON. 50 MB and 200,000 rows at most. After the last part the import begins. ' +
          'Refused are columns that are no field, and what is no such file; a row that is not good is in the report instead. Errors: 404 no such import. An extension of ours.',
        body: UploadUserImportDto,
        response,
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const read = await userImports.upload(admin, request.body, callerOf(request));
      return ok(request, userImportDto(read, languageOf(request)));
    },
  );

  app.post(
    '/api/v3/list-user-imports',
    {
      bodyLimit,
      schema: {
        summary: 'List imports of people',
        description: 'Newest first, at most 50; they are kept for 30 days. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(UserImportListDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const list = await userImports.list(admin);
      return ok(
        request,
        list.map((each) => userImportDto(each, languageOf(request))),
      );
    },
  );

  app.post(
    '/api/v3/get-user-import',
    {
      bodyLimit,
      schema: {
        summary: 'See how far an import of people is',
        description: 'Errors: 404 no such import. An extension of ours.',
        body: UserImportIdDto,
        response,
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, userImportDto(await userImports.get(admin, request.body.importId), languageOf(request)));
    },
  );

  const moves = {
    'pause-user-import': [userImports.pause, 'Pause an import of people', 'It stands still until it is continued.'],
    'continue-user-import': [userImports.goOn, 'Continue a paused import of people', 'It goes on where it stood.'],
    'stop-user-import': [
      userImports.stop,
      'Stop an import of people',
      'For good: people who were written stay, and the rows that are left are removed.',
    ],
  } as const;
  for (const [name, [move, summary, about]] of Object.entries(moves)) {
    const description = `${about} A repeat is no error. Errors: 400 the import is in no state for this, 404 no such import. An extension of ours.`;
    app.post(
      `/api/v3/${name}`,
      { bodyLimit, schema: { summary, description, body: UserImportIdDto, response } },
      async (request) => {
        const admin = await administratorOf(request, parts);
        const moved: UserImport = await move(admin, request.body.importId, callerOf(request));
        return ok(request, userImportDto(moved, languageOf(request)));
      },
    );
  }

  app.post(
    '/api/v3/get-user-import-report',
    {
      bodyLimit,
      schema: {
        summary: 'List the rows of an import that were refused',
        description:
          'By row of the file: its line, the field at fault, and why. The first 10,000 are kept, for 30 days, and nothing of what the rows said. Errors: 404 no such import. An extension of ours.',
        body: GetUserImportReportDto,
        response: { 200: envelope(UserImportReportDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { importId, limit = 100, cursor } = request.body;
      const { refusals, nextCursor } = await userImports.report(admin, importId, { limit, cursor });
      return ok(request, { list: refusals.map((each) => refusalDto(each, languageOf(request))), nextCursor });
    },
  );

  app.post(
    '/api/v3/export-user-import-report',
    {
      bodyLimit,
      schema: {
        summary: 'Download the rows of an import that were refused',
        description:
          'The list of get-user-import-report as CSV. An apostrophe stands where a spreadsheet would see the beginning of a formula. An extension of ours.',
        body: UserImportIdDto,
        response: {
          200: {
            description: 'The file; refusals come in the envelope',
            content: {
              'text/csv': { schema: Type.String() },
              'application/json': { schema: envelope(Type.Null()) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const admin = await administratorOf(request, parts);
      const batches = await userImports.wholeReport(admin, request.body.importId);
      const language = languageOf(request);
      async function* lines() {
        yield reportHead;
        for await (const batch of batches) yield batch.map((each) => reportLine(each, language)).join('');
      }
      reply.header('content-type', 'text/csv; charset=utf-8');
      reply.header('content-disposition', 'attachment; filename="import-report.csv"');
      // The types know what a schema describes, and not that a stream of it may be sent.
      return reply.send(Readable.from(lines()) as never);
    },
  );
}
