/** The pool for administrators. Fields that official clients select without our use are null, as secrets are, which never leave. */
export const userPoolTypes = `
  type UserPool {
    id: String
    name: String
    domain: String
    description: String
    secret: String
    jwtSecret: String
    ownerId: String
    userpoolTypes: [UserPoolType!]
    logo: String
    createdAt: String
    updatedAt: String
    emailVerifiedDefault: Boolean
    sendWelcomeEmail: Boolean
    registerDisabled: Boolean
    appSsoEnabled: Boolean
    showWxQRCodeWhenRegisterDisabled: Boolean
    allowedOrigins: String
    tokenExpiresAfter: Int
    isDeleted: Boolean
    frequentRegisterCheck: CheckConfig
    loginFailCheck: CheckConfig
    loginPasswordFailCheck: CheckConfig
    loginFailStrategy: String
    changePhoneStrategy: ChangePhoneStrategy
    changeEmailStrategy: ChangeEmailStrategy
    qrcodeLoginStrategy: QrcodeLoginStrategy
    app2WxappLoginStrategy: App2WxappLoginStrategy
    whitelist: RegisterWhiteListConfig
    customSMSProvider: CustomSMSProvider
    packageType: Int
    useCustomUserStore: Boolean
    loginRequireEmailVerified: Boolean
    verifyCodeLength: Int
    verifyCodeMaxAttempts: Int
  }

  type UserPoolType { code: String name: String description: String image: String sdks: [String] }
  type CheckConfig { timeInterval: Int limit: Int enabled: Boolean }
  type ChangePhoneStrategy { verifyOldPhone: Boolean }
  type ChangeEmailStrategy { verifyOldEmail: Boolean }
  type QrcodeLoginStrategy {
    qrcodeExpiresAfter: Int
    ticketExpiresAfter: Int
    returnFullUserInfo: Boolean
    allowExchangeUserInfoFromBrowser: Boolean
  }
  type App2WxappLoginStrategy { ticketExpriresAfter: Int ticketExchangeUserInfoNeedSecret: Boolean }
  type RegisterWhiteListConfig { phoneEnabled: Boolean emailEnabled: Boolean usernameEnabled: Boolean }
  type CustomSMSProvider { enabled: Boolean provider: String config: String }

  input UpdateUserpoolInput {
    name: String
    registerDisabled: Boolean
    allowedOrigins: String
    qrcodeLoginStrategy: QrcodeLoginStrategyInput
  }
  input QrcodeLoginStrategyInput {
    qrcodeExpiresAfter: Int
    ticketExpiresAfter: Int
    returnFullUserInfo: Boolean
    allowExchangeUserInfoFromBrowser: Boolean
  }
`;
