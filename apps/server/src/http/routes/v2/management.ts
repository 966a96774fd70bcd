import {
  envelopeV2,
  type V2LogQuery as LogQuery,
  V2Application,
  V2IdParams,
  V2KickUsersDto,
  V2LoginStatusQuery,
  V2LogQuery,
  V2PageQuery,
  V2PasswordCheckDto,
  V2UserBatchDto,
  V2UserQuery,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Administrator } from '../../../core/management/administrator.ts';
import { checkPassword } from '../../../core/users/password-policy.ts';
import type { User } from '../../../core/users/user.ts';
import { administratorOf, requireAdministrator } from '../../callers/administrator.ts';
import { callerOf, searchedAddress } from '../../callers/caller.ts';
import { languageOf, messageOf } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import { listOf } from '../../requests/query-list.ts';
import { numberOf, pageOf } from '../../requests/query-values.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { adminAudits, userActions } from '../../wire/logs.ts';
import { v2Application } from '../../wire/v2-application.ts';
import { v2CustomData, v2User } from '../../wire/v2-user.ts';
import { v2UserPool } from '../../wire/v2-user-pool.ts';

const tags = ['Management'];

const userIdTypes = {
  id: 'user_id',
  username: 'username',
  email: 'email',
  phone: 'phone',
  externalId: 'external_id',
} as const;

/** The REST calls of v2 management clients (wire 5.2, row 26), with the use cases of the management API. */
export function v2ManagementRoutes(app: App, parts: Parts): void {
  app.register(async (scope: App) => {
    requireAdministrator(scope, parts);
    userRoutes(scope, parts);
    applicationRoutes(scope, parts);
    logRoutes(scope, parts);
  });
}

function userRoutes(app: App, parts: Parts): void {
  const { userManagement, customDataManagement, logins, applicationManagement, publicUrl } = parts;

  /** The users in v2's words. Custom data is a list, as in GraphQL, which clients turn into an object. */
  async function dtos(users: readonly User[], admin: Administrator, withCustomData: boolean) {
    const declared = withCustomData ? await customDataManagement.fields(admin) : [];
    return users.map((user) => ({
      ...v2User(user, { publicUrl }),
      ...(withCustomData ? { customData: v2CustomData(user.customData, declared) } : {}),
    }));
  }

  app.get(
    '/api/v2/users/:id',
    {
      schema: {
        tags,
        summary: 'Read one user (V2)',
        description: 'Errors: 2004 no such user in this pool (wire 5.2).',
        params: V2IdParams,
        querystring: V2UserQuery,
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const user = await userManagement.get(admin, { userId: request.params.id });
      const [dto] = await dtos([user], admin, request.query.with_custom_data === 'true');
      return okV2(dto);
    },
  );

  app.post(
    '/api/v2/users/batch',
    {
      schema: {
        tags,
        summary: 'Read several users (V2)',
        description: 'Those of the named who exist (wire 5.2).',
        body: V2UserBatchDto,
        response: { 200: envelopeV2(Type.Array(Type.Unknown())) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { ids, type = 'id', withCustomData = false } = request.body;
      const found = await userManagement.findMany(admin, { userIds: ids, userIdType: userIdTypes[type] });
      return okV2(await dtos(found, admin, withCustomData));
    },
  );

  app.get(
    '/api/v2/users/login-status',
    {
      schema: {
        tags,
        summary: 'Whether a user is signed in, and where (V2)',
        description: 'With appId: whether they are signed in to it. Errors: 2004 no such user in this pool (wire 5.2).',
        querystring: V2LoginStatusQuery,
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, appId } = request.query;
      const user = await userManagement.get(admin, { userId });
      const live = await logins.liveApplications(user.id);
      const named = appId ? live.filter((id) => id === appId) : live;
      const application = named.map((id) => shown(applicationManagement.get(admin, id), parts));
      return okV2({ isLogin: named.length > 0, user: v2User(user, { publicUrl }), application });
    },
  );

  app.post(
    '/api/v2/users/kick',
    {
      schema: {
        tags,
        summary: 'End all logins of users (V2)',
        description: 'Errors: 2004 one of them is not in this pool; then nobody is signed out (wire 5.2).',
        body: V2KickUsersDto,
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userIds } = request.body;
      for (const userId of userIds) await userManagement.get(admin, { userId });
      for (const userId of userIds) await userManagement.kick(admin, { userId }, null, callerOf(request));
      return okV2(true);
    },
  );

  app.post(
    '/api/v2/password/check',
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags,
        summary: 'Whether a password would be accepted (V2)',
        description: 'One row for each rule that refuses it, or one that says ok (wire 5.2).',
        body: V2PasswordCheckDto,
        response: { 200: envelopeV2(Type.Array(Type.Object({ valid: Type.Boolean(), message: Type.String() }))) },
      },
    },
    async (request) => {
      try {
        checkPassword(request.body.password, 'password', []);
        return okV2([{ valid: true, message: 'ok' }]);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return okV2([{ valid: false, message: messageOf(error, languageOf(request)) }]);
      }
    },
  );
}

function applicationRoutes(app: App, parts: Parts): void {
  const { applicationManagement, directory } = parts;

  app.get(
    '/api/v2/applications',
    {
      schema: {
        tags,
        summary: 'List applications (V2)',
        description: 'Oldest first (wire 5.2).',
        querystring: V2PageQuery,
        response: { 200: envelopeV2(Type.Object({ totalCount: Type.Integer(), list: Type.Array(V2Application) })) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { totalCount, applications } = await applicationManagement.list(admin, pageOf(request.query));
      return okV2({ totalCount, list: applications.map((application) => shown(application, parts)) });
    },
  );

  app.get(
    '/api/v2/applications/:id',
    {
      schema: {
        tags,
        summary: 'Read one application (V2)',
        description: 'Without its secret. Errors: 2011 no such application in this pool (wire 5.2).',
        params: V2IdParams,
        response: { 200: envelopeV2(V2Application) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return okV2(shown(applicationManagement.get(admin, request.params.id), parts));
    },
  );

  app.get(
    '/api/v2/userpools/detail',
    {
      schema: {
        tags,
        summary: 'Read the user pool (V2)',
        description: 'With the four settings of the scan (wire 3.3, 5.2).',
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const { userPoolId } = await administratorOf(request, parts);
      return okV2(v2UserPool(directory.getPool(userPoolId)));
    },
  );
}

function logRoutes(app: App, parts: Parts): void {
  const { directory } = parts;

  app.get(
    '/api/v2/analysis/user-action',
    {
      schema: {
        tags,
        summary: 'List what people did (V2)',
        description: 'Newest first; one user, application and kind of action at a time (wire 5.2).',
        querystring: V2LogQuery,
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { query } = request;
      const arn = only(query, 'operator_arn');
      const input = {
        ...filterOf(query),
        userId: query.userId ?? arn?.split(':').at(-1),
        eventType: query.eventType ?? only(query, 'operation_name'),
        appId: only(query, 'app_id'),
      };
      const found = await userActions(admin, input, parts);
      const list = found.list.map((log) => ({
        userpool_id: admin.userPoolId,
        user: { id: log.userId, displayName: log.userDisplayName, photo: log.userAvatar },
        geoip: { ...log.geoip, ip: log.clientIp ?? '' },
        ua: log.parsedUserAgent,
        operation_name: log.eventType,
        operation_desc: log.eventType,
        timestamp: log.timestamp,
        app_id: log.appId,
        app: { id: log.appId, name: log.appName, logo: log.appLogo },
        ...(log.count === undefined ? {} : { count: log.count }),
      }));
      return okV2({ totalCount: found.totalCount, list });
    },
  );

  app.get(
    '/api/v2/analysis/audit',
    {
      schema: {
        tags,
        summary: 'List what administrators did (V2)',
        description:
          'Newest first. eventType is create, update, delete …; userId is the access key that acted (wire 5.2).',
        querystring: V2LogQuery,
        response: { 200: envelopeV2(Type.Unknown()) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { query } = request;
      const input = {
        ...filterOf(query),
        userId: query.userId,
        operationType: query.eventType,
        appId: only(query, 'app_id'),
      };
      const found = await adminAudits(admin, input, parts);
      const list = found.list.map((log) => ({
        timestamp: log.timestamp,
        userPoolId: admin.userPoolId,
        userPoolName: directory.getPool(admin.userPoolId).name,
        userId: log.adminUserId,
        userName: log.adminUserDisplayName,
        photoUrl: log.adminUserAvatar,
        clientIp: log.clientIp ?? '',
        ua: log.ua,
        geoip: log.geoip,
        appId: '',
        appName: '',
        appLogo: '',
        operationParam: log.operationParam ?? '',
        eventDetails: log.eventDetails ?? '',
        eventResultCode: '200',
        eventResultMsg: 'ok',
        eventType: log.operationType,
        operationMode: 'api',
      }));
      return okV2({ totalCount: found.totalCount, list });
    },
  );
}

function shown(application: Parameters<typeof v2Application>[0], { directory, publicUrl }: Parts): V2Application {
  const { registerDisabled } = directory.getPool(application.userPoolId).securitySettings;
  return v2Application(application, { publicUrl, registerDisabled });
}

function filterOf(query: LogQuery) {
  const { page = '1', limit = '10' } = query;
  return {
    clientIp: searchedAddress(query.clientip),
    start: numberOf(query.start),
    end: numberOf(query.end),
    pagination: { page: Number(page), limit: Number(limit) },
  };
}

/** The single item of a filter: clients may send a list, but only one item is served. */
function only(query: LogQuery, name: 'app_id' | 'operation_name' | 'operator_arn'): string | undefined {
  const items = listOf(query[`${name}[]`] ?? query[name]);
  if (items.length > 1) throw new DomainError('invalid_argument', { field: name, reason: 'severalNamed' });
  return items[0];
}
