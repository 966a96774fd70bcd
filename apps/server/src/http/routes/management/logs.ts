import {
  AdminAuditLogPageDto,
  envelope,
  GetAdminAuditLogsDto,
  GetUserActionLogsDto,
  UserActionLogPageDto,
} from '@passbeam/protocol';
import { administratorOf } from '../../callers/administrator.ts';
import { searchedAddress } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { adminAudits, userActions } from '../../wire/logs.ts';

const bodyLimit = 16 * 1024;

/** What people and administrators did (wire 5.2, rows 16, 17). */
export function logRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/get-user-action-logs',
    {
      bodyLimit,
      schema: {
        summary: 'List what people did',
        description:
          'Newest first. eventType is one of login, logout, register, updateUserPrefile, updateUserPassword, deleteAccount; a login that failed has success false (wire 5.2, row 16).',
        body: GetUserActionLogsDto,
        response: { 200: envelope(UserActionLogPageDto) },
      },
    },
    async (request) =>
      ok(request, await userActions(await administratorOf(request, parts), searched(request.body), parts)),
  );

  app.post(
    '/api/v3/get-admin-audit-logs',
    {
      bodyLimit,
      schema: {
        summary: 'List what administrators did',
        description:
          'Newest first: every write through the management API. userId is the access key that acted (wire 5.2, row 17).',
        body: GetAdminAuditLogsDto,
        response: { 200: envelope(AdminAuditLogPageDto) },
      },
    },
    async (request) =>
      ok(request, await adminAudits(await administratorOf(request, parts), searched(request.body), parts)),
  );
}

function searched<Body extends { clientIp?: string }>(body: Body): Body {
  return { ...body, clientIp: searchedAddress(body.clientIp) };
}
