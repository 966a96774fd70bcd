import { type Static, Type } from 'typebox';
import { RoleDto, roles } from './console/sign-in.ts';
import { profileFields, UserDto } from './user.ts';
import { userIdPattern } from './user-id.ts';

/** The messages of the management API (wire 5): users, access keys and tokens to manage a pool with. */

const id = (maxLength = 128) => Type.String({ minLength: 1, maxLength });

/** `POST /api/v3/get-management-token` (wire 5.1). */
export const GetManagementTokenDto = Type.Object({
  accessKeyId: id(),
  accessKeySecret: id(512),
});
export type GetManagementTokenDto = Static<typeof GetManagementTokenDto>;

export const ManagementTokenDto = Type.Object({
  access_token: Type.String({ description: 'JWT; send it in authorization, raw or as Bearer' }),
  expires_in: Type.Integer({ description: 'Seconds' }),
});
export type ManagementTokenDto = Static<typeof ManagementTokenDto>;

export const IsSuccessDto = Type.Object({ success: Type.Boolean() });

/** A list in a query string: `name[]=` once for each item, or one text with commas. */
const queryList = (maxItems: number, maxLength: number) =>
  Type.Optional(
    Type.Union([
      Type.String({ maxLength: maxItems * (maxLength + 1) }),
      Type.Array(Type.String({ maxLength }), { maxItems }),
    ]),
  );

// Access keys -------------------------------------------------------------------------------------------------------

/** Printable ASCII without blanks, as issuers are. */
export const ownIssuerPattern = '^[!-~]{1,512}$';
const keyScope = Type.Enum(['approve']);

export const AccessKeyDto = Type.Object({
  accessKeyId: Type.String(),
  accessKeySecret: Type.String({ description: 'Empty in lists' }),
  userId: Type.String({ description: 'Whom the key was made for; empty when nobody was named' }),
  createdAt: Type.String({ description: 'ISO 8601' }),
  status: Type.Enum(['activated', 'staging', 'revoked']),
  lastDate: Type.String({ description: 'Last use, ISO 8601, to the minute; empty before the first' }),
  userPoolId: Type.String(),
  enable: Type.Boolean(),
  scopes: Type.Optional(
    Type.Array(keyScope, { description: 'What the key may do, and nothing else. Absent: it manages its user pool' }),
  ),
  applicationId: Type.Optional(
    Type.String({ description: 'Of a key with scopes: the phone application it stands for' }),
  ),
  issuer: Type.Optional(Type.String({ description: 'Of a key with scopes: whose subjects it names, if it says so' })),
  name: Type.Optional(Type.String({ description: 'What people call it; empty when nobody named it' })),
  role: Type.Optional(RoleDto),
  expiresAt: Type.Optional(
    Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601; null for a key without an end' }),
  ),
  createdBy: Type.Optional(
    Type.Union(
      [
        Type.Object({ kind: Type.Enum(['administrator', 'accessKey', 'configurationFile']), id: Type.String() }),
        Type.Null(),
      ],
      { description: 'null for keys of releases that did not note it. The id is empty for the configuration file' },
    ),
  ),
  managedBy: Type.Optional(
    Type.Enum(['file', 'console'], {
      description:
        'file: an entry of the configuration file. It can be switched off, and is neither deleted nor given another role here',
    }),
  ),
});
export type AccessKeyDto = Static<typeof AccessKeyDto>;

// Signing keys ------------------------------------------------------------------------------------------------------

/** `POST /api/v3/rotate-signing-key`, an extension of ours. */
export const SigningKeyIdDto = Type.Object({ kid: Type.String({ description: 'As in the key set and in headers' }) });
export type SigningKeyIdDto = Static<typeof SigningKeyIdDto>;

/** `GET /api/v3/list-signing-keys`, an extension of ours. */
export const SigningKeyDto = Type.Object({
  kid: Type.String(),
  createdAt: Type.String({ description: 'ISO 8601' }),
  retiredAt: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601; null for the key that signs' }),
  verifiesUntil: Type.Union([Type.String(), Type.Null()], {
    description: 'ISO 8601: then the last token it signed has expired; null for the key that signs',
  }),
});
export type SigningKeyDto = Static<typeof SigningKeyDto>;

export const ListAccessKeysQuery = Type.Object({
  userId: Type.Optional(id()),
  tenantId: Type.Optional(Type.String({ maxLength: 128, description: 'Ignored' })),
  type: Type.Optional(Type.String({ maxLength: 32, description: 'Ignored' })),
  status: queryList(3, 16),
  'status[]': queryList(3, 16),
  limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,3}$', description: 'At most 200, which is the default' })),
  cursor: Type.Optional(
    Type.String({
      maxLength: 128,
      description: 'The accessKeyId of the last key of the page before: goes on after it',
    }),
  ),
});

/** Of a key, as its maker says. An extension of ours. */
const keyName = Type.String({ minLength: 1, maxLength: 100, description: 'What people call it' });
const keyEnd = 'ISO 8601, in the future: from then on the key is refused';

export const GetAccessKeyQuery = Type.Object({
  accessKeyId: id(),
  userId: Type.Optional(Type.String({ maxLength: 128, description: 'Ignored: the key is named by its id' })),
});

export const CreateAccessKeyDto = Type.Object({
  type: Type.Optional(Type.String({ maxLength: 32, description: 'Ignored' })),
  userId: Type.Optional(id()),
  tenantId: Type.Optional(Type.String({ maxLength: 128, description: 'Ignored' })),
  scopes: Type.Optional(
    Type.Array(keyScope, {
      minItems: 1,
      maxItems: 1,
      description:
        'approve: the key can call approve-qrcode and nothing else. Absent: it manages the user pool. An extension of ours',
    }),
  ),
  applicationId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'With scopes, required: the phone application it approves as',
    }),
  ),
  issuer: Type.Optional(
    Type.String({
      pattern: ownIssuerPattern,
      description:
        'With scopes: whose subjects the key names, where an entry of ownTokens names the same people. Default: those of the application',
    }),
  ),
  name: Type.Optional(keyName),
  role: Type.Optional(Type.Enum([...roles], { description: 'Without scopes: what it may do. owner unless given' })),
  expiresAt: Type.Optional(Type.String({ maxLength: 64, description: keyEnd })),
});
export type CreateAccessKeyDto = Static<typeof CreateAccessKeyDto>;

/** Fields that are not named stay. */
export const UpdateAccessKeyDto = Type.Object({
  accessKeyId: id(),
  enable: Type.Optional(Type.Boolean()),
  name: Type.Optional(keyName),
  role: Type.Optional(RoleDto),
  expiresAt: Type.Optional(
    Type.Union([Type.String({ maxLength: 64 }), Type.Null()], { description: `${keyEnd}. null: never` }),
  ),
});
export type UpdateAccessKeyDto = Static<typeof UpdateAccessKeyDto>;

export const AccessKeyIdDto = Type.Object({ accessKeyId: id() });

// Users -------------------------------------------------------------------------------------------------------------

const flag = Type.Optional(Type.Boolean());
const ignoredFlag = Type.Optional(Type.Boolean({ description: 'Accepted; this server keeps none' }));
const word = Type.Optional(Type.Enum(['true', 'false', 'True', 'False']));
const flatCustomDataNote =
  'Changes nothing: customData is an object in any case. What "flat" would look like is not published';
const flatCustomDataWord = Type.Optional(
  Type.Enum(['true', 'false', 'True', 'False'], { description: flatCustomDataNote }),
);
const ignored = (description: string) => Type.Optional(Type.Unknown({ description }));
const nullableText = (maxLength: number) => Type.Optional(Type.Union([Type.String({ maxLength }), Type.Null()]));
const anyObject = Type.Record(Type.String(), Type.Unknown());

const managedUserIdType = Type.Optional(
  Type.Enum(['user_id', 'external_id', 'phone', 'email', 'username', 'identity', 'sync_relation', 'custom_field'], {
    description: 'What userId is; default user_id',
  }),
);
const userStatus = Type.Enum(['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived']);
const sortFields = [
  'id',
  'createdAt',
  'updatedAt',
  'email',
  'username',
  'externalId',
  'phone',
  'status',
  'statusChangedAt',
  'passwordLastSetAt',
  'loginsCount',
  'gender',
  'lastLogin',
  'userSourceType',
  'lastMfaTime',
  'passwordSecurityLevel',
  'phoneCountryCode',
  'lastIp',
] as const;
const keywordFields = [
  'id',
  'phone',
  'email',
  'name',
  'username',
  'externalId',
  'nickname',
  'company',
  'givenName',
  'familyName',
  'middleName',
  'profile',
  'preferredUsername',
  'website',
  'address',
  'formatted',
  'streetAddress',
  'postalCode',
  'identityNumber',
] as const;

/** `POST /api/v3/list-users` (wire 5.2, row 2). */
export const ListUsersDto = Type.Object({
  keywords: Type.Optional(Type.String({ maxLength: 256 })),
  advancedFilter: Type.Optional(
    Type.Array(
      Type.Object({
        field: Type.String({ maxLength: 64 }),
        operator: Type.Enum([
          'EQUAL',
          'NOT_EQUAL',
          'CONTAINS',
          'NOT_CONTAINS',
          'IS_NULL',
          'NOT_NULL',
          'IN',
          'GREATER',
          'LESSER',
          'BETWEEN',
        ]),
        value: Type.Optional(Type.Unknown({ description: 'A list for IN (at most 100) and BETWEEN (two)' })),
      }),
      { maxItems: 20, description: 'All of them hold' },
    ),
  ),
  searchQuery: Type.Optional(
    Type.Unknown({
      description:
        "Elasticsearch's bool over term, terms, ids, match, match_phrase, multi_match, prefix, wildcard, exists, range, match_all and match_none, of the fields of advancedFilter; at most 50 clauses",
    }),
  ),
  options: Type.Optional(
    Type.Object({
      pagination: Type.Optional(
        Type.Object({
          page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Default 10' })),
        }),
      ),
      sort: Type.Optional(
        Type.Array(Type.Object({ field: Type.Enum([...sortFields]), order: Type.Enum(['asc', 'desc']) }), {
          maxItems: 5,
        }),
      ),
      fuzzySearchOn: Type.Optional(Type.Array(Type.Enum([...keywordFields]), { maxItems: keywordFields.length })),
      withCustomData: flag,
      withPost: ignoredFlag,
      withIdentities: ignoredFlag,
      withDepartmentIds: ignoredFlag,
      flatCustomData: Type.Optional(Type.Boolean({ description: flatCustomDataNote })),
    }),
  ),
});
export type ListUsersDto = Static<typeof ListUsersDto>;

const wholeNumber = (maxLength: number) => Type.Optional(Type.String({ pattern: `^[0-9]{1,${maxLength}}$` }));

const userDetails = {
  withCustomData: word,
  withPost: word,
  withIdentities: word,
  withDepartmentIds: word,
};

/** `GET /api/v3/list-users` (wire 5.2, row 3). */
export const ListUsersQuery = Type.Object({
  page: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,5}$' })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$', description: '1 to 50, default 10' })),
  status: Type.Optional(userStatus),
  updatedAtStart: wholeNumber(15),
  updatedAtEnd: wholeNumber(15),
  ...userDetails,
  withUserPasswordExpireTime: word,
});
export type ListUsersQuery = Static<typeof ListUsersQuery>;

export const UserPageDto = Type.Object({ totalCount: Type.Integer(), list: Type.Array(UserDto) });

/** `GET /api/v3/get-user` (wire 5.2, row 4). */
export const GetUserQuery = Type.Object({
  userId: id(256),
  userIdType: managedUserIdType,
  flatCustomData: flatCustomDataWord,
  ...userDetails,
});

/** `GET /api/v3/get-user-batch` (wire 5.2, row 5). */
export const GetUserBatchQuery = Type.Object({
  userIds: queryList(100, 256),
  'userIds[]': queryList(100, 256),
  userIdType: managedUserIdType,
  flatCustomData: flatCustomDataWord,
  ...userDetails,
});

const managedUserFields = {
  ...profileFields,
  status: Type.Optional(userStatus),
  username: nullableText(64),
  email: nullableText(254),
  emailVerified: flag,
  phone: nullableText(64),
  phoneCountryCode: nullableText(8),
  phoneVerified: flag,
  externalId: nullableText(255),
  customData: Type.Optional(anyObject),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  otp: ignored('Accepted; this server keeps none'),
  identities: ignored('Accepted; this server keeps none'),
  departmentIds: ignored('Accepted; this server keeps none'),
  tenantIds: ignored('Accepted; this server keeps none'),
  metadataSource: ignored('Accepted; this server keeps none'),
  salt: ignored('Accepted; hashes carry their own'),
};

const newUserFields = {
  userId: Type.Optional(
    Type.String({
      pattern: userIdPattern,
      description: 'For owners: the id that the person had elsewhere, in place of a new one. No id is given twice',
    }),
  ),
  ...managedUserFields,
};

const passwordOptions = {
  resetPasswordOnFirstLogin: Type.Optional(Type.Boolean({ description: 'Sets resetPasswordOnNextLogin' })),
  autoGeneratePassword: Type.Optional(
    Type.Boolean({ description: 'A password nobody knows, when none is given; it is told to no one' }),
  ),
  passwordEncryptType: Type.Optional(Type.Enum(['none', 'rsa', 'sm2'])),
};

const CreateUserOptions = Type.Optional(
  Type.Object({
    ...passwordOptions,
    keepPassword: Type.Optional(
      Type.Boolean({
        description:
          'password is a hash made elsewhere: bcrypt ($2a$, $2b$, $2y$, cost to 14) or argon2 in PHC form (to 256 MiB); renewed at the first sign-in',
      }),
    ),
    departmentIdType: ignored('Accepted; this server keeps none'),
    sendNotification: ignored('Accepted; no message is sent'),
  }),
);

/** `POST /api/v3/create-user` (wire 5.2, row 6). */
export const CreateUserDto = Type.Object({ ...newUserFields, options: CreateUserOptions });
export type CreateUserDto = Static<typeof CreateUserDto>;

/** `POST /api/v3/create-users-batch` (wire 5.2, row 7). */
export const CreateUsersBatchDto = Type.Object({
  list: Type.Array(Type.Object(newUserFields), { minItems: 1, maxItems: 100 }),
  options: CreateUserOptions,
});

/** `POST /api/v3/update-user` (wire 5.2, row 8). */
export const UpdateUserDto = Type.Object({
  userId: id(256),
  ...managedUserFields,
  options: Type.Optional(
    Type.Object({
      ...passwordOptions,
      userIdType: managedUserIdType,
      resetPasswordOnNextLogin: flag,
      sendPasswordResetedNotification: ignored('Accepted; no message is sent'),
    }),
  ),
});
export type UpdateUserDto = Static<typeof UpdateUserDto>;

const userIdTypeOption = Type.Optional(Type.Object({ userIdType: managedUserIdType }));

/** `POST /api/v3/delete-users-batch` (wire 5.2, row 9). */
export const DeleteUsersBatchDto = Type.Object({
  userIds: Type.Array(id(256), { maxItems: 100 }),
  options: userIdTypeOption,
});

/** `POST /api/v3/is-user-exists` (wire 5.2, row 10). */
export const IsUserExistsDto = Type.Object({
  username: nullableText(256),
  email: nullableText(256),
  phone: nullableText(64),
  externalId: nullableText(256),
});
export const UserExistsDto = Type.Object({ exists: Type.Boolean() });

/** `POST /api/v3/kick-users` (wire 5.2, row 11). */
export const KickUsersDto = Type.Object({
  appIds: Type.Optional(Type.Array(id(), { maxItems: 100, description: 'Applications whose logins end; absent: all' })),
  userId: id(256),
  options: userIdTypeOption,
});

// Custom data -------------------------------------------------------------------------------------------------------

const targetType = Type.Enum(['USER', 'ROLE', 'GROUP', 'DEPARTMENT'], { description: 'USER is served' });
const tenantId = Type.Optional(Type.String({ maxLength: 128, description: 'Ignored' }));
const namespace = Type.Optional(Type.String({ maxLength: 128, description: 'Ignored' }));

/** `POST /api/v3/set-custom-data` (wire 5.2, row 14). */
export const SetCustomDataDto = Type.Object({
  targetType,
  targetIdentifier: id(256),
  tenantId,
  namespace,
  list: Type.Array(Type.Object({ key: id(64), value: Type.Unknown(), tenantId }), { minItems: 1, maxItems: 50 }),
});

export const GetCustomDataQuery = Type.Object({ targetType, targetIdentifier: id(256), tenantId, namespace });

/** `POST /api/v3/set-custom-fields` (wire 5.2, row 15). */
export const SetCustomFieldsDto = Type.Object({
  tenantId,
  list: Type.Array(
    Type.Object({
      targetType,
      key: id(64),
      dataType: Type.Optional(
        Type.Enum(['STRING', 'NUMBER', 'DATETIME', 'BOOLEAN', 'ENUM', 'OBJECT', 'SELECT'], {
          description: 'Default STRING; ENUM and SELECT are one',
        }),
      ),
      label: Type.Optional(Type.String({ maxLength: 128, description: 'Default: the key' })),
      options: Type.Optional(
        Type.Array(Type.Object({ value: id(256), label: Type.Optional(Type.String({ maxLength: 256 })) }), {
          maxItems: 100,
        }),
      ),
    }),
    { minItems: 1, maxItems: 100 },
  ),
});
export type SetCustomFieldsDto = Static<typeof SetCustomFieldsDto>;

export const GetCustomFieldsQuery = Type.Object({ targetType, tenantId });

export const CustomFieldDto = Type.Object({
  targetType: Type.Literal('USER'),
  createdAt: Type.String({ description: 'ISO 8601' }),
  dataType: Type.Enum(['STRING', 'NUMBER', 'DATETIME', 'BOOLEAN', 'ENUM', 'OBJECT']),
  key: Type.String(),
  label: Type.String(),
  isUnique: Type.Boolean(),
  userEditable: Type.Boolean(),
  visibleInAdminConsole: Type.Boolean(),
  visibleInUserCenter: Type.Boolean(),
  options: Type.Array(Type.Object({ value: Type.String(), label: Type.String() })),
});
export type CustomFieldDto = Static<typeof CustomFieldDto>;
