import { buildSchema } from 'graphql';
import { userTypes } from './user.ts';
import { userPoolTypes } from './user-pool.ts';

/** The published operations, whose names and types clients declare (wire 4.6). No type contains itself, which bounds the depth. */
const operations = `
  type Query {
    user(id: String): User
    userBatch(ids: [String!]!, type: String): [User!]
    users(page: Int, limit: Int, sortBy: SortByEnum, excludeUsersInOrg: Boolean): PaginatedUsers
    searchUser(
      query: String!
      fields: [String]
      page: Int
      limit: Int
      departmentOpts: [SearchUserDepartmentOpt]
      groupOpts: [SearchUserGroupOpt]
      roleOpts: [SearchUserRoleOpt]
    ): PaginatedUsers
    findUser(email: String, phone: String, username: String, externalId: String, identity: FindUserByIdentityInput): User
    isUserExists(email: String, phone: String, username: String, externalId: String): Boolean
    checkLoginStatus(token: String): JWTTokenStatus
    checkPasswordStrength(password: String!): CheckPasswordStrengthResult
    udf(targetType: UDFTargetType!): [UserDefinedField!]
    udfValueBatch(targetType: UDFTargetType!, targetIds: [String!]!): [UserDefinedDataMap!]
    udv(targetType: UDFTargetType!, targetId: String!): [UserCustomData!]
    userpool: UserPool
    accessToken(userPoolId: String!, secret: String!): AccessTokenRes
  }

  type Mutation {
    loginByUsername(input: LoginByUsernameInput!): User
    loginByEmail(input: LoginByEmailInput!): User
    loginByPhonePassword(input: LoginByPhonePasswordInput!): User
    loginByPhoneCode(input: LoginByPhoneCodeInput!): User
    loginBySubAccount(account: String!, password: String!, captchaCode: String, clientIp: String): User
    registerByUsername(input: RegisterByUsernameInput!): User
    registerByEmail(input: RegisterByEmailInput!): User
    registerByPhoneCode(input: RegisterByPhoneCodeInput!): User
    refreshToken(id: String): RefreshToken
    updateUser(id: String, input: UpdateUserInput!, emailToken: String, phoneToken: String): User
    updatePassword(newPassword: String!, oldPassword: String): User
    resetPassword(phone: String, phoneCountryCode: String, email: String, code: String!, newPassword: String!): CommonMessage
    resetPasswordByFirstLoginToken(token: String!, password: String!): CommonMessage
    bindEmail(email: String!, emailCode: String!): User
    bindPhone(phone: String!, phoneCode: String!, phoneCountryCode: String): User
    unbindEmail: User
    unbindPhone: User
    updateEmail(email: String!, emailCode: String!, oldEmail: String, oldEmailCode: String): User
    updatePhone(
      phone: String!
      phoneCode: String!
      oldPhone: String
      oldPhoneCode: String
      phoneCountryCode: String
      oldPhoneCountryCode: String
    ): User
    setUdf(
      targetType: UDFTargetType!
      key: String!
      dataType: UDFDataType!
      label: String!
      options: String
    ): UserDefinedField
    removeUdf(targetType: UDFTargetType!, key: String!): CommonMessage
    setUdfValueBatch(targetType: UDFTargetType!, input: [SetUdfValueBatchInput!]!): CommonMessage
    setUdv(targetType: UDFTargetType!, targetId: String!, key: String!, value: String!): [UserCustomData!]
    setUdvBatch(targetType: UDFTargetType!, targetId: String!, udvList: [UserDefinedDataInput!]): [UserCustomData!]
    removeUdv(targetType: UDFTargetType!, targetId: String!, key: String!): [UserCustomData!]
    sendEmail(email: String!, scene: EmailScene!): CommonMessage
    createUser(
      userInfo: CreateUserInput!
      params: String
      identity: CreateUserIdentityInput
      keepPassword: Boolean
      resetPasswordOnFirstLogin: Boolean
    ): User
    deleteUser(id: String!): CommonMessage
    deleteUsers(ids: [String!]!): CommonMessage
    updateUserpool(input: UpdateUserpoolInput!): UserPool
    refreshAccessToken(accessToken: String): AccessTokenRes
  }
`;

export const schema = buildSchema([operations, userTypes, userPoolTypes].join('\n'));
