const profileFields = `
    nickname: String
    photo: String
    company: String
    browser: String
    device: String
    oauth: String
    name: String
    givenName: String
    familyName: String
    middleName: String
    profile: String
    preferredUsername: String
    website: String
    gender: String
    birthdate: String
    zoneinfo: String
    locale: String
    address: String
    formatted: String
    streetAddress: String
    locality: String
    region: String
    postalCode: String
    country: String
`;

const loginOptions = `
    captchaCode: String
    autoRegister: Boolean
    clientIp: String
    params: String
    context: String
`;

const registerOptions = `
    profile: RegisterProfile
    forceLogin: Boolean
    generateToken: Boolean
    clientIp: String
    params: String
    context: String
    phoneToken: String
    emailToken: String
`;

const accountFields = `
    email: String
    emailVerified: Boolean
    phone: String
    phoneVerified: Boolean
    phoneCountryCode: String
    username: String
    externalId: String
    unionid: String
    openid: String
    password: String
    blocked: Boolean
    loginsCount: Int
    lastLogin: String
    lastIP: String
`;

export const userTypes = `
  type User {
    id: String
    arn: String
    userPoolId: String
    status: UserStatus
    username: String
    email: String
    emailVerified: Boolean
    phone: String
    phoneVerified: Boolean
    phoneCountryCode: String
    unionid: String
    openid: String
    externalId: String
    identities: [Identity!]
    registerSource: [String!]
    password: String
    token: String
    tokenExpiredAt: String
    loginsCount: Int
    lastLogin: String
    lastIP: String
    signedUp: String
    blocked: Boolean
    isDeleted: Boolean
    ${profileFields}
    city: String
    province: String
    createdAt: String
    updatedAt: String
    newlyCreated: Boolean
    expiredAt: String
    directManagement: String
    mainDepartmentId: String
    mainDepartmentCode: String
    customData: [UserCustomData!]
  }

  enum UserStatus { Activated Suspended Deactivated Resigned Archived }

  type Identity {
    openid: String
    userIdInIdp: String
    userId: String
    connectionId: String
    isSocial: Boolean
    provider: String
    type: String
    userPoolId: String
    extIdpId: String
  }

  type UserCustomData {
    key: String!
    value: String
    dataType: UDFDataType
    label: String
  }

  enum UDFDataType { STRING NUMBER DATETIME BOOLEAN OBJECT SELECT }
  type UserDefinedField { targetType: UDFTargetType! dataType: UDFDataType! key: String! label: String options: String }
  type UserDefinedDataMap { targetId: String! data: [UserCustomData!]! }
  input SetUdfValueBatchInput { targetId: String! key: String! value: String! }
  input UserDefinedDataInput { key: String! value: String }
  enum UDFTargetType { NODE ORG USER USERPOOL ROLE PERMISSION APPLICATION }
  enum SortByEnum { CREATEDAT_DESC CREATEDAT_ASC UPDATEDAT_DESC UPDATEDAT_ASC }

  enum EmailScene {
    RESET_PASSWORD
    RESET_PASSWORD_VERIFY_CODE
    VERIFY_EMAIL
    FIRST_EMAIL_LOGIN_VERIFY
    CONSOLE_CONDUCTED_VERIFY
    CHANGE_EMAIL
    EMAIL_BIND_VERIFY_CODE
    EMAIL_UNBIND_VERIFY_CODE
    MFA_VERIFY
    VERIFY_CODE
    REGISTER_VERIFY_CODE
    LOGIN_VERIFY_CODE
    MFA_VERIFY_CODE
    INFORMATION_COMPLETION_VERIFY_CODE
  }

  type PaginatedUsers { totalCount: Int! list: [User!]! }
  type CommonMessage { message: String code: Int }
  type CheckPasswordStrengthResult { valid: Boolean! message: String }
  type RefreshToken { token: String iat: Int exp: Int }
  type AccessTokenRes { accessToken: String iat: Int exp: Int }
  type JWTTokenStatus { code: Int message: String status: Boolean exp: Int iat: Int data: JWTTokenStatusDetail }
  type JWTTokenStatusDetail { id: String userPoolId: String arn: String }

  input LoginByUsernameInput { username: String! password: String! ${loginOptions} }
  input LoginByEmailInput { email: String! password: String! ${loginOptions} }
  input LoginByPhonePasswordInput { phone: String! password: String! ${loginOptions} }
  input LoginByPhoneCodeInput { phone: String! code: String! phoneCountryCode: String ${loginOptions} }
  input RegisterByUsernameInput { username: String! password: String! ${registerOptions} }
  input RegisterByEmailInput { email: String! password: String! ${registerOptions} }
  input RegisterByPhoneCodeInput {
    phone: String!
    code: String!
    phoneCountryCode: String
    password: String
    ${registerOptions}
  }
  input RegisterProfile { ip: String phone: String email: String username: String udf: [UserDdfInput!] ${profileFields} }
  input UserDdfInput { key: String! value: String! }
  input UpdateUserInput {
    ${accountFields}
    ${profileFields}
    tokenExpiredAt: String
    city: String
    province: String
    mainDepartmentId: String
    mainDepartmentCode: String
    expiredAt: String
    directManagement: String
  }
  input CreateUserInput {
    ${accountFields}
    ${profileFields}
    registerSource: [String!]
    signedUp: String
    isDeleted: Boolean
  }
  input CreateUserIdentityInput {
    provider: String!
    userIdInIdp: String!
    openid: String
    isSocial: Boolean
    connectionId: String
    accessToken: String
    refreshToken: String
  }
  input FindUserByIdentityInput { identifier: String userIdInIdp: String isSocial: Boolean provider: String }
  input SearchUserDepartmentOpt { departmentId: String includeChildrenDepartments: Boolean }
  input SearchUserGroupOpt { code: String }
  input SearchUserRoleOpt { namespace: String code: String! }
`;
