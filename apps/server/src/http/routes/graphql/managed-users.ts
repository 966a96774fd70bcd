import { UpdateProfileDto } from '@passbeam/protocol';
import { DomainError } from '../../../core/ground/errors.ts';
import type { PasswordDecryption } from '../../../core/ground/ports.ts';
import type { UserIdType } from '../../../core/management/managed-user.ts';
import type { UserChanges, UserManagement } from '../../../core/management/users.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import { defaultKeywordFields, isSearchField, type SearchField } from '../../../core/users/search.ts';
import type { User } from '../../../core/users/user.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { decrypted } from '../v2/log-in.ts';
import type { OperationContext, Said } from './context.ts';
import { checkFields, paramsOf, withoutNulls } from './fields.ts';
import { graphqlUser } from './user.ts';

const maxPageSize = 100;
const maxBatch = 100;
const done = { code: 200, message: 'ok' };

const idTypes: Record<string, UserIdType> = {
  id: 'user_id',
  username: 'username',
  email: 'email',
  phone: 'phone',
  externalId: 'external_id',
};

const sorts = {
  CREATEDAT_DESC: { field: 'createdAt', direction: 'desc' },
  CREATEDAT_ASC: { field: 'createdAt', direction: 'asc' },
  UPDATEDAT_DESC: { field: 'updatedAt', direction: 'desc' },
  UPDATEDAT_ASC: { field: 'updatedAt', direction: 'asc' },
} as const;

type Page = Said<{ page: number; limit: number }>;
type Fields = Record<string, unknown>;

/** The operations by which administrators manage people, with the use cases of the management API. */
export function createManagedUsers(parts: Parts) {
  const { userManagement, passwordDecryption, publicUrl } = parts;
  const toGraphql = (user: User) => graphqlUser(user, { publicUrl });
  const adminOf = ({ request }: OperationContext) => administratorOf(request, parts);

  async function read(id: string | null | undefined, context: OperationContext) {
    return toGraphql(await userManagement.get(await adminOf(context), { userId: requiredId(id) }));
  }

  async function update(id: string | null | undefined, input: Fields, context: OperationContext) {
    const admin = await adminOf(context);
    const changes = changesOf(input, passwordDecryption);
    const user = await withFieldNames(inputNames, () =>
      userManagement.update(admin, { userId: requiredId(id) }, changes, {}, context.caller),
    );
    return toGraphql(user);
  }

  /** Merges keys into a person's custom data; null removes one. */
  async function setCustomData(id: string, customData: Record<string, unknown>, context: OperationContext) {
    const admin = await adminOf(context);
    const changes = { profile: {}, customData };
    return toGraphql(await userManagement.update(admin, { userId: requiredId(id) }, changes, {}, context.caller));
  }

  async function page(
    { page, limit }: Page,
    what: Pick<Parameters<UserManagement['search']>[1], 'keywords' | 'sort'>,
    context: OperationContext,
  ) {
    const size = inRange(limit ?? 10, maxPageSize, 'limit');
    const offset = (inRange(page ?? 1, 1_000_000, 'page') - 1) * size;
    const found = await userManagement.search(await adminOf(context), {
      ...what,
      conditions: [],
      offset,
      limit: size,
    });
    return { totalCount: found.totalCount, list: found.users.map(toGraphql) };
  }

  const operations = {
    users: ({ sortBy, ...rest }: Page & { sortBy?: keyof typeof sorts | null }, context: OperationContext) =>
      page(rest, { keywords: null, sort: sortBy ? [sorts[sortBy]] : [] }, context),

    searchUser(
      {
        query,
        fields,
        departmentOpts,
        groupOpts,
        roleOpts,
        ...rest
      }: Page & {
        query: string;
        fields?: (string | null)[] | null;
      } & Said<Record<'departmentOpts' | 'groupOpts' | 'roleOpts', unknown[]>>,
      context: OperationContext,
    ) {
      for (const [field, options] of Object.entries({ departmentOpts, groupOpts, roleOpts })) {
        if (options?.length) throw new DomainError('not_implemented', { field, reason: 'notKept' });
      }
      return page(rest, { keywords: { text: query, fields: searchFieldsOf(fields) }, sort: [] }, context);
    },

    async userBatch({ ids, type }: { ids: string[]; type?: string | null }, context: OperationContext) {
      const userIdType = idTypes[type ?? 'id'];
      if (userIdType === undefined) throw new DomainError('unsupported_type', { field: 'type' });
      requireFew(ids);
      const found = await userManagement.findMany(await adminOf(context), { userIds: ids, userIdType });
      return found.map(toGraphql);
    },

    async findUser(
      {
        email,
        phone,
        username,
        externalId,
        identity,
      }: Said<Record<'email' | 'phone' | 'username' | 'externalId', string> & { identity: unknown }>,
      context: OperationContext,
    ) {
      if (identity) throw new DomainError('not_implemented', { field: 'identity', reason: 'foreignLoginsNotKept' });
      const [named] = Object.entries(withoutNulls({ email, phone, username, externalId }));
      if (named?.[1] === undefined)
        throw new DomainError('invalid_argument', { field: 'email', reason: 'nobodyNamed' });
      const [field, userId] = named;
      const admin = await adminOf(context);
      const [user] = await userManagement.findMany(admin, {
        userIds: [userId],
        userIdType: idTypes[field] ?? 'user_id',
      });
      return user === undefined ? null : toGraphql(user);
    },

    async createUser(
      {
        userInfo,
        params,
        identity,
        keepPassword,
        resetPasswordOnFirstLogin,
      }: {
        userInfo: Fields;
      } & Said<{ params: string; identity: unknown; keepPassword: boolean; resetPasswordOnFirstLogin: boolean }>,
      context: OperationContext,
    ) {
      if (identity) throw new DomainError('not_implemented', { field: 'identity', reason: 'foreignLoginsNotKept' });
      const admin = await adminOf(context);
      const input = changesOf(withoutNulls(userInfo), passwordDecryption, 'userInfo');
      const customData = paramsOf(params, 'params');
      const names = {
        ...Object.fromEntries(Object.keys(inputNames).map((name) => [name, `userInfo.${name}`])),
        customData: 'params',
      };
      const user = await withFieldNames(names, () =>
        userManagement.create(
          admin,
          { ...input, customData },
          {
            keepPassword: keepPassword ?? false,
            ...(resetPasswordOnFirstLogin ? { resetPasswordOnNextLogin: true } : {}),
          },
          context.caller,
        ),
      );
      return toGraphql(user);
    },

    async deleteUser({ id }: { id: string }, context: OperationContext) {
      await userManagement.remove(await adminOf(context), { userIds: [id] }, context.caller);
      return done;
    },

    async deleteUsers({ ids }: { ids: string[] }, context: OperationContext) {
      requireFew(ids);
      await userManagement.remove(await adminOf(context), { userIds: ids }, context.caller);
      return done;
    },
  };

  return { read, update, setCustomData, operations };
}

const accountFields = ['username', 'email', 'phone', 'phoneCountryCode', 'externalId'] as const;
const flags = ['emailVerified', 'phoneVerified'] as const;
const inputNames = Object.fromEntries(
  [...accountFields, 'password', 'customData'].map((name) => [name, `input.${name}`]),
);

/** The fields that an administrator may set. Those that the server keeps may be sent, but stay as they are. */
function changesOf(input: Fields, passwordDecryption: PasswordDecryption, prefix = 'input'): UserChanges {
  const profile = profileOf(input);
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));
  const { username, externalId } = input as Partial<Record<string, string | null>>;
  checkFields(UpdateProfileDto, { ...profile, ...withoutNulls({ username, externalId }) }, prefix);
  const { password, blocked } = input;
  return {
    ...named(accountFields),
    ...withoutNulls(named(flags)),
    ...(typeof password === 'string'
      ? { password: decrypted(password, passwordDecryption, `${prefix}.password`) }
      : {}),
    ...(typeof blocked === 'boolean' ? { status: blocked ? 'Suspended' : 'Activated' } : {}),
    profile,
  };
}

function searchFieldsOf(fields: (string | null)[] | null | undefined): SearchField[] {
  const asked = (fields ?? []).filter((name) => name !== null);
  for (const name of asked) {
    if (!isSearchField(name)) throw new DomainError('unsupported_type', { field: 'fields', reason: 'notSearchable' });
  }
  return asked.length > 0 ? asked.filter(isSearchField) : defaultKeywordFields;
}

function requiredId(id: string | null | undefined): string {
  if (id) return id;
  throw new DomainError('invalid_argument', { field: 'id', reason: 'requiredOfAdministrators' });
}

function requireFew(ids: readonly string[]): void {
  if (ids.length === 0 || ids.length > maxBatch) {
    throw new DomainError('invalid_argument', { field: 'ids', reason: ['notCountTo', maxBatch] });
  }
}

function inRange(value: number, max: number, field: string): number {
  if (value >= 1 && value <= max) return value;
  throw new DomainError('invalid_argument', { field, reason: ['notNumberTo', max] });
}
