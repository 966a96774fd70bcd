import type { AuditEvent } from '../../core/audit/event.ts';
import type { AuthorizationCode } from '../../core/authorization/code.ts';
import { type Interaction, untouched } from '../../core/authorization/interaction.ts';
import type { DeviceGrant } from '../../core/devices/device-grant.ts';
import type { Application } from '../../core/directory/application.ts';
import { defaultTypes, type JwtEntry } from '../../core/directory/own-token-entries.ts';
import type { UserPool } from '../../core/directory/pool.ts';
import { defaultApplicationProfile } from '../../core/directory/profile.ts';
import { defaultSecuritySettings } from '../../core/directory/settings.ts';
import type { Redemption } from '../../core/qr/redemption-store.ts';
import type { QrSession } from '../../core/qr/session.ts';
import type { LoginSession } from '../../core/sessions/login-session.ts';
import type { Room } from '../../core/sessions/room.ts';
import type { SsoLogin } from '../../core/sessions/sso-login.ts';
import type { RefreshToken, SigningKey } from '../../core/tokens/store.ts';
import type { Identity } from '../../core/users/identity-store.ts';
import type { User } from '../../core/users/user.ts';

/** Builders of complete values: a test names what matters to it. Ids are counted, so no two values collide. */
let counter = 0;

export function anId(prefix = 'id'): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function anEvent(given: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: anId('event'),
    type: 'qr.created',
    at: null,
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    userId: null,
    loginSessionId: null,
    ip: '192.0.2.1',
    userAgent: 'Browser/1',
    codeHash: null,
    requestId: 'request-1',
    detail: { fact: 'text', count: 2, yes: true, none: null },
    ...given,
  };
}

export function aNewQrSession(
  given: Partial<Omit<QrSession, 'createdAt' | 'expiresAt'>> = {},
): Omit<QrSession, 'createdAt' | 'expiresAt'> {
  return {
    idHash: anId('code'),
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    status: 'PENDING',
    version: 1,
    customData: '{"table":"7"}',
    generatorIp: '192.0.2.1',
    generatorNetwork: '192.0.2.1',
    generatorUserAgent: 'Browser/1',
    pollBinding: 'cookie',
    bindingHash: 'binding-hash',
    isBound: false,
    receiverHash: null,
    state: null,
    browserHash: null,
    generatorLanguage: null,
    isReportedBySite: false,
    scanner: null,
    ticket: null,
    failedExchanges: 0,
    foreignPollSeen: false,
    withCustomData: false,
    isMadeByApplication: false,
    deliveredSessionId: null,
    ...given,
  };
}

export function aLoginSession(given: Partial<LoginSession> = {}): LoginSession {
  return {
    id: anId('login'),
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    userId: 'user-1',
    amr: ['pwd'],
    birth: 'signIn',
    parentId: null,
    ssoLoginId: null,
    scope: 'openid profile',
    createdAt: 1_000,
    authenticatedAt: 1_000,
    expiresAt: 9_000,
    revokedAt: null,
    ip: '192.0.2.1',
    userAgent: 'Phone/1',
    browserHash: null,
    ...given,
  };
}

export function anSsoLogin(given: Partial<SsoLogin> = {}): SsoLogin {
  return {
    id: anId('sso'),
    secretHash: anId('secret'),
    userPoolId: 'pool-1',
    userId: 'user-1',
    applicationId: 'app-1',
    amr: ['qr'],
    parentId: null,
    createdAt: 1_000,
    authenticatedAt: 1_000,
    usedAt: 1_000,
    expiresAt: 9_000,
    revokedAt: null,
    ip: '192.0.2.1',
    userAgent: 'Browser/1',
    ...given,
  };
}

export function anInteraction(given: Partial<Interaction> = {}): Interaction {
  return {
    idHash: anId('interaction'),
    browserHash: 'browser',
    userPoolId: 'pool-1',
    request: {
      applicationId: 'app-1',
      redirectUri: 'https://shop.example/callback',
      responseMode: 'form_post',
      state: 'state "1"',
      nonce: null,
      scope: 'openid email',
      codeChallenge: null,
      prompts: ['login', 'consent'],
      maxAgeSeconds: 60,
      hintedUserId: null,
      loginHint: 'ali',
      locale: 'zh',
    },
    state: untouched,
    createdAt: 1_000,
    expiresAt: 9_000,
    version: 1,
    ...given,
  };
}

export function anAuthorizationCode(given: Partial<AuthorizationCode> = {}): AuthorizationCode {
  return {
    codeHash: anId('code'),
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    userId: 'user-1',
    ssoLoginId: 'sso-1',
    redirectUri: 'https://shop.example/callback',
    scope: 'openid email',
    nonce: 'nonce',
    codeChallenge: 'challenge',
    amr: ['qr'],
    parentId: 'phone',
    authenticatedAt: 900,
    createdAt: 1_000,
    expiresAt: 2_000,
    ip: '192.0.2.1',
    userAgent: 'Browser/1',
    redeemedAt: null,
    loginSessionId: null,
    ...given,
  };
}

/** Room for so many logins that no test fills it. */
export function aRoom(given: Partial<Room> = {}): Room {
  return {
    max: 1_000_000,
    ended: (loginSessionId) => anEvent({ type: 'session.revoked', loginSessionId }),
    ...given,
  };
}

export function aRefreshToken(given: Partial<RefreshToken> = {}): RefreshToken {
  return {
    hash: anId('refresh'),
    loginSessionId: 'login-of-token',
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    userId: 'user-1',
    scope: 'openid offline_access',
    issuedAt: 1_000,
    expiresAt: 9_000,
    rotatedAt: null,
    rotatedBy: null,
    ...given,
  };
}

export function aRedemption(given: Partial<Redemption> = {}): Redemption {
  return {
    ticketHash: anId('ticket'),
    codeHash: anId('code'),
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    loginSessionId: anId('login'),
    redeemedAt: 2_000,
    callerHash: null,
    ...given,
  };
}

export function aDeviceGrant(given: Partial<DeviceGrant> = {}): DeviceGrant {
  return {
    deviceCodeHash: anId('device-code'),
    userCodeHash: anId('user-code'),
    userPoolId: 'pool-1',
    applicationId: 'app-1',
    scope: 'openid',
    status: 'PENDING',
    version: 1,
    ip: '192.0.2.1',
    userAgent: 'cli/1',
    intervalSeconds: 5,
    lastPolledAt: null,
    scanner: null,
    approval: null,
    redemption: null,
    createdAt: 1_000,
    expiresAt: 9_000,
    keptUntil: 20_000,
    ...given,
  };
}

export function aSigningKey(given: Partial<SigningKey> = {}): SigningKey {
  return {
    kid: anId('kid'),
    algorithm: 'RS256',
    privateKey: '-----BEGIN PRIVATE KEY-----\nkey\n-----END PRIVATE KEY-----',
    createdAt: 1_000,
    retiredAt: null,
    ...given,
  };
}

export function anOwnTokenEntry(given: Partial<JwtEntry> = {}): JwtEntry {
  return {
    way: 'jwt',
    name: anId('entry'),
    applicationId: 'app-1',
    issuer: 'https://auth.example',
    jwksUri: null,
    keys: null,
    audiences: ['https://login.example'],
    clientIds: [],
    anyAudience: false,
    algorithms: ['RS256'],
    kind: 'access',
    types: defaultTypes.access,
    clockToleranceSeconds: 30,
    maxLifetimeSeconds: 86_400,
    staleKeysSeconds: 3_600,
    requiredClaims: { 'https://example/app': ['ios', 'android'], use: true },
    sessionClaims: ['sid'],
    requireScanToken: false,
    subject: 'sub',
    bindsCode: false,
    person: {
      externalId: [['sub']],
      displayName: [['name'], ['profile', 'name']],
      photo: [],
      locale: [],
      create: true,
      link: 'none',
      refresh: 'always',
    },
    ...given,
  };
}

export function aPool(given: Partial<UserPool> = {}): UserPool {
  return {
    id: anId('pool'),
    name: 'Pool',
    secret: 'pool-secret',
    securitySettings: { ...defaultSecuritySettings, allowedOrigins: ['https://shop.example'] },
    ownTokens: [],
    brand: { logoUrl: null, color: '#14171f', termsUrl: null },
    defaults: { pollBinding: 'secret' },
    version: 3,
    updatedBy: 'key-1',
    managed: { configuration: 'managed', fields: { name: 4 }, secretVersion: 2 },
    olderSecrets: [{ secret: 'older-secret', endsAt: 9_000_000_000_000 }],
    createdAt: 1_000,
    updatedAt: 1_000,
    ...given,
  };
}

export function anApplication(given: Partial<Application> = {}): Application {
  return {
    id: anId('app'),
    userPoolId: 'pool-1',
    kind: 'relyingParty',
    name: 'Shop',
    secret: 'app-secret',
    domain: 'shop.example',
    logoUrl: null,
    color: '#2456e6',
    termsUrl: 'https://shop.example/terms',
    redirectUris: ['https://shop.example/callback'],
    logoutRedirectUris: [],
    backchannelLogoutUri: 'https://shop.example/logged-out',
    backchannelLogoutSessionRequired: false,
    tokenEndpointAuthMethod: 'client_secret_post',
    enabled: true,
    approvesScans: false,
    signsInDevices: true,
    pollBinding: 'cookie',
    qrPayload: 'link',
    appleAppIds: ['A1B2C3D4E5.com.example.shop'],
    androidApps: [{ package: 'com.example.shop', sha256Fingerprints: ['AB:'.repeat(31).concat('CD')] }],
    appStoreUrl: 'https://apps.apple.com/app/id123456789',
    androidStoreUrl: null,
    customSecurityEnabled: true,
    securityOverride: { qrcodeLoginStrategy: { qrcodeExpiresIn: 60 } },
    savesCustomData: true,
    allowedScopes: ['openid', 'phone'],
    refreshTokenExpiresIn: 3600,
    profile: { ...defaultApplicationProfile, identifier: anId('shop'), ssoEnabledAt: 3 },
    version: 3,
    updatedBy: 'key-1',
    managed: { configuration: 'managed', fields: { name: 4 }, secretVersion: 2 },
    olderSecrets: [{ secret: 'older-secret', endsAt: 9_000_000_000_000 }],
    createdAt: 1_000,
    updatedAt: 1_000,
    ...given,
  };
}

export function aUser(given: Partial<User> = {}): User {
  return {
    id: anId('user'),
    userPoolId: 'pool-1',
    status: 'Activated',
    statusChangedAt: null,
    username: null,
    email: null,
    emailVerified: true,
    phone: null,
    phoneCountryCode: '+86',
    phoneVerified: false,
    externalId: null,
    isExternalIdVouched: given.externalId != null,
    profile: { nickname: 'Ali', gender: 'F' },
    customData: { team: 'blue', nested: { list: [1, 2] } },
    passwordHash: '$argon2id$hash',
    passwordLastSetAt: 500,
    passwordSecurityLevel: 2,
    resetPasswordOnNextLogin: false,
    userSourceType: 'register',
    registerSource: ['basic:email'],
    loginsCount: 0,
    lastLogin: null,
    lastIp: null,
    lastLoginApp: null,
    createdAt: 1_000,
    updatedAt: 1_000,
    version: 1,
    ...given,
  };
}

export function anIdentity(given: Partial<Identity> = {}): Identity {
  return {
    userPoolId: 'pool-1',
    issuer: 'https://auth.example.com',
    subject: anId('subject'),
    userId: anId('user'),
    entryName: 'company',
    firstSeenAt: 1_000,
    lastSeenAt: 1_000,
    claimsIssuedAt: null,
    ...given,
  };
}
