import {
  CreateUserDto as CreateUser,
  type CreateUserDto,
  CreateUsersBatchDto,
  DeleteUsersBatchDto,
  envelope,
  GetUserBatchQuery,
  GetUserQuery,
  IsSuccessDto,
  IsUserExistsDto,
  KickUsersDto,
  ListUsersDto,
  ListUsersQuery,
  UpdateUserDto,
  UserDto,
  UserExistsDto,
  UserPageDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { UserIdType } from '../../../core/management/managed-user.ts';
import type { ManagedUserInput, PasswordOptions } from '../../../core/management/users.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import {
  defaultKeywordFields,
  isSearchField,
  type SearchExpression,
  searchCondition,
} from '../../../core/users/search.ts';
import type { User } from '../../../core/users/user.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import { type EncryptType, newPassword } from '../../requests/encrypted-password.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { listOf } from '../../requests/query-list.ts';
import { isTrue } from '../../requests/query-values.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { userDto } from '../../wire/user-dto.ts';
import { searchQuery } from './search-query.ts';

const batchBodyLimit = 1024 * 1024;
const maxBatch = 100;

/** The people of a pool (wire 5.2, rows 2–11). */
export function managedUserRoutes(app: App, parts: Parts): void {
  const { userManagement, publicUrl } = parts;
  const dto = (user: User, withCustomData = false) => userDto(user, { publicUrl, withCustomData });

  app.post(
    '/api/v3/list-users',
    {
      schema: {
        summary: 'Search people',
        description:
          'keywords is looked for in phone, email, name, username and nickname, or in fuzzySearchOn; every advancedFilter, by fields of the profile and by declared custom fields, holds as well, and so does searchQuery. ' +
          'GREATER, LESSER and BETWEEN include their ends; moments are milliseconds, ISO 8601 with a zone, or a day in UTC, which is whole at both ends. identity and department are kept of nobody. Newest first without sort. ' +
          'Errors: 400 a field that cannot be searched, or a value of the wrong kind.',
        body: ListUsersDto,
        response: { 200: envelope(UserPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { keywords, advancedFilter = [], searchQuery: query, options = {} } = request.body;
      const { page = 1, limit = 10 } = options.pagination ?? {};
      const keywordFields = options.fuzzySearchOn?.length ? options.fuzzySearchOn : defaultKeywordFields;
      const isCustom = query != null || advancedFilter.some(({ field }) => !isSearchField(field));
      const declared = isCustom ? await parts.customDataManagement.fields(admin) : [];
      const { users, totalCount } = await userManagement.search(admin, {
        keywords: keywords ? { text: keywords, fields: keywordFields } : null,
        conditions: [
          ...advancedFilter.map((filter, index) => searchCondition(filter, `advancedFilter.${index}`, declared)),
          ...(query == null ? [] : [searchQuery(query, declared)]),
        ],
        // Nobody has a lastMfaTime here, so sorting by it changes nothing.
        sort: (options.sort ?? []).flatMap(({ field, order }) =>
          isSearchField(field) ? [{ field, direction: order }] : [],
        ),
        offset: (page - 1) * limit,
        limit,
      });
      return ok(request, { totalCount, list: users.map((user) => dto(user, options.withCustomData)) });
    },
  );

  app.get(
    '/api/v3/list-users',
    {
      schema: {
        summary: 'List people (older form)',
        description: 'Newest first, by status and time of change.',
        querystring: ListUsersQuery,
        response: { 200: envelope(UserPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { query } = request;
      const [page, limit] = [Number(query.page ?? 1), Number(query.limit ?? 10)];
      const { users, totalCount } = await userManagement.search(admin, {
        keywords: null,
        conditions: queryConditions(query),
        sort: [],
        offset: (page - 1) * limit,
        limit,
      });
      return ok(request, { totalCount, list: users.map((user) => dto(user, isTrue(query.withCustomData))) });
    },
  );

  app.get(
    '/api/v3/get-user',
    {
      schema: {
        summary: 'Read a person',
        description:
          'userIdType says what userId is: user_id, external_id, phone, email or username; identity and sync_relation find nobody, because no identities of others are kept. ' +
          'Errors: 404 apiCode 2004 no such person in this user pool.',
        querystring: GetUserQuery,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, dto(await userManagement.get(admin, request.query), isTrue(request.query.withCustomData)));
    },
  );

  app.get(
    '/api/v3/get-user-batch',
    {
      schema: {
        summary: 'Read several people',
        description: `userIds[] once per person, at most ${maxBatch}, or userIds with commas. Those who are not there are left out.`,
        querystring: GetUserBatchQuery,
        response: { 200: envelope(Type.Array(UserDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { query } = request;
      const userIds = [...listOf(query['userIds[]']), ...listOf(query.userIds)];
      if (userIds.length === 0) throw new DomainError('invalid_argument', { field: 'userIds', reason: 'required' });
      if (userIds.length > maxBatch) {
        throw new DomainError('invalid_argument', { field: 'userIds', reason: ['tooMany', maxBatch] });
      }
      const users = await userManagement.findMany(admin, { userIds, userIdType: query.userIdType });
      return ok(
        request,
        users.map((user) => dto(user, isTrue(query.withCustomData))),
      );
    },
  );

  app.post(
    '/api/v3/create-user',
    {
      schema: {
        summary: 'Create a person',
        description:
          'With a username, an email or a phone at least. Owners may bring the id that the person had elsewhere, as userId; no id is given twice, not even after its person was deleted. Errors: 409 apiCode 2026 identifier or id taken, 403 apiCode 1001 an id from somebody else than an owner, 400 apiCode 2029 password too short or too common, 400 apiCode 2231 a field is not valid.',
        body: CreateUser,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { options, ...given } = request.body;
      const user = await userManagement.create(
        admin,
        newUserInput(given, options, parts),
        passwordOptions(options),
        callerOf(request),
      );
      return ok(request, dto(user, given.customData !== undefined));
    },
  );

  app.post(
    '/api/v3/create-users-batch',
    {
      bodyLimit: batchBodyLimit,
      schema: {
        summary: 'Create several people',
        description: `At most ${maxBatch}; all of them or none. Errors as of create-user, naming the item of the list.`,
        body: CreateUsersBatchDto,
        response: { 200: envelope(Type.Array(UserDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { list, options } = request.body;
      const users = await userManagement.createMany(
        admin,
        list.map((given) => newUserInput(given, options, parts)),
        passwordOptions(options),
        callerOf(request),
      );
      return ok(
        request,
        users.map((user) => dto(user)),
      );
    },
  );

  app.post(
    '/api/v3/update-user',
    {
      schema: {
        summary: 'Change a person',
        description:
          'Null clears a field, an absent one stays; keys of customData are merged, null removes one. A new password, or a status other than Activated, ends all logins of the person. ' +
          'Errors: 404 apiCode 2004 no such person, 409 apiCode 2026 identifier taken, 400 apiCode 2231 a field is not valid.',
        body: UpdateUserDto,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, options, ...given } = request.body;
      const changes = userInput(given, options, parts);
      const user = await withFieldNames({ userIdType: 'options.userIdType' }, () =>
        userManagement.update(
          admin,
          { userId, userIdType: options?.userIdType },
          { ...changes, password: changes.password ?? undefined, profile: changes.profile ?? {} },
          passwordOptions(options),
          callerOf(request),
        ),
      );
      return ok(request, dto(user, given.customData !== undefined));
    },
  );

  app.post(
    '/api/v3/delete-users-batch',
    {
      schema: {
        summary: 'Delete people',
        description: 'For good, with their logins. Those who are not there are left out.',
        body: DeleteUsersBatchDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userIds, options } = request.body;
      await withFieldNames({ userIdType: 'options.userIdType' }, () =>
        userManagement.remove(admin, { userIds, userIdType: options?.userIdType }, callerOf(request)),
      );
      return ok(request, { success: true });
    },
  );

  app.post(
    '/api/v3/is-user-exists',
    {
      schema: {
        summary: 'Ask whether somebody has an identifier',
        description: 'True when somebody in the user pool has any of those given.',
        body: IsUserExistsDto,
        response: { 200: envelope(UserExistsDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const given = Object.fromEntries(
        (['username', 'email', 'phone', 'externalId'] as const).flatMap((field) => {
          const value = request.body[field];
          return value ? [[field, value]] : [];
        }),
      );
      if (Object.keys(given).length === 0) {
        throw new DomainError('invalid_argument', { field: 'username', reason: 'identifierMissing' });
      }
      return ok(request, { exists: await userManagement.exists(admin, given) });
    },
  );

  app.post(
    '/api/v3/kick-users',
    {
      schema: {
        summary: "End a person's logins",
        description:
          'Those with the applications named, and the web logins that these approved; without appIds, all. Errors: 404 apiCode 2004 no such person.',
        body: KickUsersDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { userId, appIds, options } = request.body;
      const named: { userId: string; userIdType?: UserIdType } = { userId, userIdType: options?.userIdType };
      await withFieldNames({ userIdType: 'options.userIdType' }, () =>
        userManagement.kick(admin, named, appIds ?? null, callerOf(request)),
      );
      return ok(request, { success: true });
    },
  );
}

function queryConditions({ status, updatedAtStart, updatedAtEnd }: ListUsersQuery): SearchExpression[] {
  return [
    ...(status === undefined ? [] : [searchCondition({ field: 'status', operator: 'EQUAL', value: status }, 'status')]),
    ...(updatedAtStart === undefined
      ? []
      : [searchCondition({ field: 'updatedAt', operator: 'GREATER', value: updatedAtStart }, 'updatedAtStart')]),
    ...(updatedAtEnd === undefined
      ? []
      : [searchCondition({ field: 'updatedAt', operator: 'LESSER', value: updatedAtEnd }, 'updatedAtEnd')]),
  ];
}

/** The fields of the published form that are kept; departments, identities and tenants are not. */
function userInput(
  given: Omit<CreateUserDto, 'options' | 'userId'>,
  options: { passwordEncryptType?: EncryptType } | undefined,
  { passwordDecryption }: Parts,
): ManagedUserInput {
  const { status, username, email, emailVerified, phone, phoneCountryCode, phoneVerified, externalId } = given;
  return {
    ...{ status, username, email, emailVerified, phone, phoneCountryCode, phoneVerified, externalId },
    customData: given.customData,
    password:
      given.password === undefined
        ? undefined
        : newPassword(given.password, options?.passwordEncryptType, passwordDecryption, 'password'),
    profile: profileOf(given),
  };
}

function newUserInput(
  given: Omit<CreateUserDto, 'options'>,
  options: { passwordEncryptType?: EncryptType } | undefined,
  parts: Parts,
): ManagedUserInput {
  return { ...userInput(given, options, parts), id: given.userId };
}

function passwordOptions(
  options: NonNullable<CreateUserDto['options']> & { resetPasswordOnNextLogin?: boolean } = {},
): PasswordOptions {
  return {
    keepPassword: options.keepPassword,
    autoGeneratePassword: options.autoGeneratePassword,
    resetPasswordOnNextLogin: options.resetPasswordOnNextLogin ?? options.resetPasswordOnFirstLogin,
  };
}
