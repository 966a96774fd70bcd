import {
  CreatedUserPoolDto,
  CreateUserPoolDto,
  envelope,
  RefusedOriginsDto,
  SecurityReportDto,
  UpdateUserPoolDto,
  UserPoolDto,
  UserPoolListDto,
  WarningListDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { fieldsOfPool, whoManages } from '../../../../core/directory/managed-fields.ts';
import type { UserPool } from '../../../../core/directory/pool.ts';
import { administratorOf } from '../../../callers/administrator.ts';
import { callerOf } from '../../../callers/caller.ts';
import { languageOf } from '../../../requests/errors.ts';
import type { Parts } from '../../../requests/parts.ts';
import { ok } from '../../../requests/reply.ts';
import type { App } from '../../../server/app.ts';
import { securityChecks, warningText } from '../../../wire/warnings.ts';

const bodyLimit = 4 * 1024;

/** User pools and what is unwise about them, extensions of ours. */
export function userPoolRoutes(app: App, parts: Parts): void {
  const { userPools, listWarnings, refusedOrigins } = parts;

  app.post(
    '/api/v3/list-userpools',
    {
      bodyLimit,
      schema: {
        summary: 'List the user pools that the caller may see',
        description: 'Its own; for administrators of all pools every one, oldest first. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(UserPoolListDto) },
      },
    },
    async (request) => ok(request, { list: userPools.list(await administratorOf(request, parts)).map(userPoolDto) }),
  );

  app.post(
    '/api/v3/get-userpool',
    {
      bodyLimit,
      schema: {
        summary: 'Read the user pool',
        description:
          'Without its secret. managed says which fields the configuration file writes. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(UserPoolDto) },
      },
    },
    async (request) => ok(request, userPoolDto(userPools.get(await administratorOf(request, parts)))),
  );

  app.post(
    '/api/v3/create-userpool',
    {
      bodyLimit,
      schema: {
        summary: 'Make a user pool',
        description:
          'For owners of all pools, by a console login with a fresh proof. The reply alone holds its secret. With an idempotencyKey of your own a repeat shows the same pool and secret, until the secret changes. ' +
          'Errors: 403 for everybody else, 400 the key was used for another request. An extension of ours.',
        body: CreateUserPoolDto,
        response: { 200: envelope(CreatedUserPoolDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const pool = await userPools.create(admin, request.body, callerOf(request));
      return ok(request, { ...userPoolDto(pool), secret: pool.secret });
    },
  );

  app.post(
    '/api/v3/update-userpool',
    {
      bodyLimit,
      schema: {
        summary: 'Change the name of the user pool, or what its new applications begin with',
        description:
          'Fields that are not named stay. Errors: 409 managed_by_file, version_conflict. An extension of ours.',
        body: UpdateUserPoolDto,
        response: { 200: envelope(UserPoolDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, userPoolDto(await userPools.update(admin, request.body, callerOf(request))));
    },
  );

  app.post(
    '/api/v3/list-warnings',
    {
      bodyLimit,
      schema: {
        summary: 'List what is unwise about the state of the user pool',
        description:
          'What stands now; a warning goes with its cause. In the language of the lang header. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(WarningListDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const language = languageOf(request);
      const list = await listWarnings(admin);
      return ok(request, {
        list: list.map((warning) => ({ ...warning, message: warningText(warning.type, language) })),
      });
    },
  );

  app.post(
    '/api/v3/get-security-report',
    {
      bodyLimit,
      schema: {
        summary: 'Read what protects the user pool, and what does not',
        description:
          'Everything that list-warnings can warn of: whether it is as it should be, and why or where not. In the language of the lang header. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(SecurityReportDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { list: securityChecks(await listWarnings(admin), languageOf(request)) });
    },
  );

  app.post(
    '/api/v3/list-refused-origins',
    {
      bodyLimit,
      schema: {
        summary: 'List the pages that asked in vain',
        description:
          'Origins outside the allowed ones, latest first, 50 at most, of the last seven days; other nodes write theirs once a minute. Those allowed since then are left out. ' +
          'Browsers ask for leave without naming a pool: where there are several, such pages are shown to administrators of all. An extension of ours.',
        body: Type.Object({}),
        response: { 200: envelope(RefusedOriginsDto) },
      },
    },
    async (request) => {
      const list = await refusedOrigins.list(await administratorOf(request, parts));
      return ok(request, { list: list.map((one) => ({ ...one, lastAt: new Date(one.lastAt).toISOString() })) });
    },
  );
}

function userPoolDto(pool: UserPool): UserPoolDto {
  const { userPoolName } = whoManages('pool', fieldsOfPool(pool), pool.managed);
  return {
    userPoolId: pool.id,
    userPoolName: pool.name,
    defaults: pool.defaults,
    configuration: pool.managed.configuration,
    createdAt: new Date(pool.createdAt).toISOString(),
    updatedAt: new Date(pool.updatedAt).toISOString(),
    version: pool.version,
    updatedBy: pool.updatedBy,
    managed: { userPoolName: userPoolName ?? 'console', 'defaults.pollBinding': 'console' },
  };
}
