import {
  envelope,
  UserIdQuery,
  UserLoggedInAppDto,
  UserLoginHistoryPageDto,
  UserLoginHistoryQuery,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { getManagedUser } from '../../../core/management/managed-user.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { searchedAddress } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { numberOf, pageOf } from '../../requests/query-values.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { loginApplication, loginHistory } from '../../wire/logins.ts';

/** Where people have logged in (wire 5.2, rows 12, 13). */
export function loginHistoryRoutes(app: App, parts: Parts): void {
  const { logins, managedUsers } = parts;

  app.get(
    '/api/v3/get-user-login-history',
    {
      schema: {
        summary: "List a person's logins",
        description:
          'Newest first, ended ones too. Errors: 404 apiCode 2004 no such user in this pool (wire 5.2, row 12).',
        querystring: UserLoginHistoryQuery,
        response: { 200: envelope(UserLoginHistoryPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { query } = request;
      const user = await getManagedUser(admin, query, managedUsers);
      const history = await logins.history({
        userId: user.id,
        applicationId: query.appId || undefined,
        ip: searchedAddress(query.clientIp),
        from: numberOf(query.start),
        to: numberOf(query.end),
        ...pageOf(query),
      });
      return ok(request, loginHistory(history, parts));
    },
  );

  app.get(
    '/api/v3/get-user-loggedin-apps',
    {
      schema: {
        summary: 'List the applications a person has logged in to',
        description: 'Errors: 404 apiCode 2004 no such user in this pool (wire 5.2, row 13).',
        querystring: UserIdQuery,
        response: { 200: envelope(Type.Array(UserLoggedInAppDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const user = await getManagedUser(admin, request.query, managedUsers);
      const ids = await logins.applications(user.id);
      return ok(
        request,
        ids.map((id) => loginApplication(id, parts)),
      );
    },
  );
}
