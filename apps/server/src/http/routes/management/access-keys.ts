import {
  AccessKeyDto,
  AccessKeyIdDto,
  CreateAccessKeyDto,
  envelope,
  GetAccessKeyQuery,
  IsSuccessDto,
  ListAccessKeysQuery,
  UpdateAccessKeyDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { AccessKey } from '../../../core/management/access-key.ts';
import type { AccessKeys } from '../../../core/management/access-keys.ts';
import { type AdministratorParts, administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import { listOf } from '../../requests/query-list.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

export type AccessKeyParts = AdministratorParts & { accessKeys: AccessKeys };

const tags = ['Management'];
const bodyLimit = 16 * 1024;
/** How many keys a page lists; the published call has one page. */
const maxListed = 200;

/** Access keys (wire 5.2, row 25). */
export function accessKeyRoutes(app: App, parts: AccessKeyParts): void {
  const { accessKeys } = parts;
  const dtoOf = (key: AccessKey) => accessKeyDto(key, accessKeys.managerOf(key));

  app.get(
    '/api/v3/list-access-key',
    {
      schema: {
        tags,
        summary: 'List access keys',
        description: `Newest first, at most ${maxListed}; cursor, the accessKeyId of the last one, goes on after it. Secrets are left out: get-access-key shows one.`,
        querystring: ListAccessKeysQuery,
        response: { 200: envelope(Type.Array(AccessKeyDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, status, 'status[]': statusList, limit, cursor: after } = request.query;
      const statuses = listOf(statusList ?? status);
      const keys = await accessKeys.list(
        admin,
        { userId, statuses: statuses.length === 0 ? undefined : (statuses as AccessKey['status'][]) },
        { limit: Math.min(Number(limit ?? maxListed) || maxListed, maxListed), ...(after !== undefined && { after }) },
      );
      return ok(
        request,
        keys.map((key) => dtoOf({ ...key, secret: '' })),
      );
    },
  );

  app.get(
    '/api/v3/get-access-key',
    {
      schema: {
        tags,
        summary: 'Read one access key',
        description: 'With its secret. Errors: 404 unknown key.',
        querystring: GetAccessKeyQuery,
        response: { 200: envelope(AccessKeyDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, dtoOf(await accessKeys.get(admin, request.query.accessKeyId)));
    },
  );

  app.post(
    '/api/v3/create-access-key',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Create an access key',
        description:
          "The key manages this user pool as its role says, like the pool's secret unless one is given; or, with scopes, it may do that alone for one application. The reply is a list of one, as the published types have it: it shows the secret. Errors: 404 unknown application.",
        body: CreateAccessKeyDto,
        response: { 200: envelope(Type.Array(AccessKeyDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId = null, expiresAt, ...input } = request.body;
      const made = { ...input, userId, ...(expiresAt !== undefined && { expiresAt: instantOf(expiresAt) }) };
      return ok(request, [dtoOf(await accessKeys.create(admin, made, callerOf(request)))]);
    },
  );

  app.post(
    '/api/v3/update-access-key',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Switch an access key on or off, rename it, change its role or its end',
        description:
          'Off is status revoked: it signs nothing, and its tokens end. A key of the configuration file keeps its role. Errors: 404 unknown key, 409 managed_by_file.',
        body: UpdateAccessKeyDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { accessKeyId, enable: isOn, name, role, expiresAt: end } = request.body;
      const changes = {
        isOn,
        name,
        role,
        ...(end !== undefined && { expiresAt: end === null ? null : instantOf(end) }),
      };
      await accessKeys.update(admin, accessKeyId, changes, callerOf(request));
      return ok(request, { success: true });
    },
  );

  app.post(
    '/api/v3/delete-access-key',
    {
      bodyLimit,
      schema: {
        tags,
        summary: 'Delete an access key',
        description:
          'A key of the configuration file is switched off instead. Errors: 404 unknown key, 409 managed_by_file.',
        body: AccessKeyIdDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      await accessKeys.remove(admin, request.body.accessKeyId, callerOf(request));
      return ok(request, { success: true });
    },
  );
}

/** A moment without a zone would mean another one on every machine. */
const isoMoment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/i;

/** @throws DomainError invalid_argument */
function instantOf(text: string): number {
  const at = isoMoment.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new DomainError('invalid_argument', { field: 'expiresAt', reason: 'notInstant' });
  return at;
}

function accessKeyDto(key: AccessKey, managedBy: 'file' | 'console'): AccessKeyDto {
  return {
    accessKeyId: key.id,
    accessKeySecret: key.secret,
    userId: key.userId ?? '',
    createdAt: new Date(key.createdAt).toISOString(),
    status: key.status,
    lastDate: key.lastUsedAt === null ? '' : new Date(key.lastUsedAt).toISOString(),
    userPoolId: key.userPoolId,
    enable: key.status !== 'revoked',
    name: key.name ?? '',
    ...(key.scopes === null ? { role: key.role } : { scopes: [...key.scopes] }),
    expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
    createdBy: key.createdBy,
    managedBy,
    ...(key.applicationId !== null && { applicationId: key.applicationId }),
    ...(key.issuer !== null && { issuer: key.issuer }),
  };
}
