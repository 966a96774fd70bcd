import { createPasswordChange } from './account/change-password.ts';
import { createAccountDeletion } from './account/delete-account.ts';
import { createLogout } from './account/logout.ts';
import { createMyConsents } from './account/my-consents.ts';
import { createMyLogins } from './account/my-logins.ts';
import { createOwnContacts } from './account/own-contacts.ts';
import { createProfiles } from './account/profile.ts';
import { createAdministration } from './administrators/administration.ts';
import { createConsoleLoginKeeper } from './administrators/console-logins.ts';
import { createAdministratorEvents } from './administrators/events.ts';
import { createLinkedPersons } from './administrators/linked-person.ts';
import { createConsoleLinks } from './administrators/links.ts';
import { createOwnConsoleAccount } from './administrators/own-account.ts';
import { createConsoleSignIn } from './administrators/sign-in.ts';
import type { AdministratorStore, ConsoleLoginStore } from './administrators/store.ts';
import type { TotpCodes } from './administrators/totp.ts';
import type { AuditStore } from './audit/store.ts';
import { createAuthorization } from './authorization/authorize.ts';
import { createDeviceSignIn } from './authorization/device-sign-in.ts';
import { createHostedPage } from './authorization/hosted-page.ts';
import { createInteractions } from './authorization/interactions.ts';
import { createCodeRedemption } from './authorization/redeem-code.ts';
import type { AuthorizationCodeStore, ConsentStore, InteractionStore } from './authorization/store.ts';
import { createDeviceApprovals } from './devices/approval.ts';
import { createDeviceRedemption } from './devices/redeem.ts';
import { createDeviceRequests } from './devices/request.ts';
import type { DeviceGrantStore } from './devices/store.ts';
import type { Application } from './directory/application.ts';
import type { ApplicationStore } from './directory/application-store.ts';
import { withConsoleApplications } from './directory/console-application.ts';
import { createDirectory } from './directory/directory.ts';
import type { AppliedFileStore } from './directory/kept/applied-file.ts';
import type { SecretHistory } from './directory/kept/secret-history.ts';
import { createSecretUses } from './directory/kept/secret-uses.ts';
import type { PoolStore } from './directory/pool-store.ts';
import type { Caller } from './ground/caller.ts';
import type { UseStore } from './ground/honest-repeat.ts';
import type { LeaseStore } from './ground/leases.ts';
import type { Clock, PasswordHasher, Secrets } from './ground/ports.ts';
import { createScanTurns } from './ground/scan-turns.ts';
import { createAccessKeys } from './management/access-keys.ts';
import { createApplicationManagement } from './management/applications.ts';
import { createManagementAuthority } from './management/authority.ts';
import { createLogFollower } from './management/codes/follow-log.ts';
import { createLiveCodes } from './management/codes/live-codes.ts';
import { createPoolSummary } from './management/codes/pool-summary.ts';
import { createScanStatistics } from './management/codes/statistics.ts';
import type { StatisticsStore } from './management/codes/statistics-store.ts';
import { createCustomDataManagement } from './management/custom-data.ts';
import { createConfigurationExport } from './management/directory/exported.ts';
import { createRefusedOriginNotes, type RefusedOriginStore } from './management/directory/refused-origins.ts';
import { createSecretManagement } from './management/directory/secrets.ts';
import { createUserPoolManagement } from './management/directory/user-pools.ts';
import { createWarnings } from './management/directory/warnings.ts';
import { createEventLog } from './management/events/event-log.ts';
import { createEventExport } from './management/events/export.ts';
import { createUserImports } from './management/imports/jobs.ts';
import { createRowJudge } from './management/imports/judge.ts';
import type { UserImportStore } from './management/imports/store.ts';
import { createImportWorker } from './management/imports/worker.ts';
import { createInstallation, type InstallationFacts } from './management/installation/installation.ts';
import { createMessageManagement, type MessageWays } from './management/installation/messages.ts';
import type { NodeStore } from './management/installation/nodes.ts';
import { createLogins } from './management/logins.ts';
import { createLogs } from './management/logs.ts';
import { createUserSearch } from './management/people/user-search.ts';
import { createUserSessions } from './management/people/user-sessions.ts';
import { createSecuritySettings } from './management/security-settings.ts';
import { createSigningKeyManagement } from './management/signing-keys.ts';
import type { AccessKeyStore } from './management/store.ts';
import { createUserManagement } from './management/users.ts';
import { type CodeSeal, createQrActions } from './qr/act.ts';
import { createForeignApprovals } from './qr/approval/approve-as.ts';
import { createApprovalForOthers } from './qr/approval/approve-for.ts';
import { createMovers, type WrongTokenLimit } from './qr/approval/mover.ts';
import { createMoves } from './qr/approval/moves.ts';
import { createVouchedPeople } from './qr/approval/vouched-people.ts';
import { createQrCreation } from './qr/create.ts';
import { createDelivery } from './qr/deliver.ts';
import { createTicketExchange } from './qr/exchange.ts';
import type { QrNotices } from './qr/notices.ts';
import { createQrPoll } from './qr/poll.ts';
import { createQuota, noQuota, type QuotaLimits } from './qr/quota.ts';
import type { RedemptionStore } from './qr/redemption-store.ts';
import { createScanLogins } from './qr/scan-logins.ts';
import type { QrSessionStore } from './qr/store.ts';
import { createQrWatches, type Ticker } from './qr/watch.ts';
import { createLoginSessions } from './sessions/login-sessions.ts';
import { createPhoneLogins } from './sessions/phone-logins.ts';
import { createSsoLogins } from './sessions/sso-logins.ts';
import type { SsoLoginStore } from './sessions/sso-store.ts';
import type { LoginSessionStore } from './sessions/store.ts';
import type { SignInFailureStore } from './sign-in/failure-store.ts';
import type { MessageSender } from './sign-in/message-sender.ts';
import { atOwnProducts } from './sign-in/own-products.ts';
import { createPasscodeSignIn } from './sign-in/passcode-sign-in.ts';
import type { PasscodeStore } from './sign-in/passcode-store.ts';
import { createPasscodes } from './sign-in/passcodes.ts';
import { createPasswordReset } from './sign-in/reset-password.ts';
import { createResetTokens } from './sign-in/reset-tokens.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { createSignInOrUp } from './sign-in/sign-in-or-up.ts';
import { createSignUp } from './sign-in/sign-up.ts';
import type { Hs256 } from './tokens/hs256.ts';
import { createLoginTokenGrant } from './tokens/login-token-grant.ts';
import { createLogoutDelivery, type PostLogoutToken } from './tokens/logout-notices/deliver.ts';
import type { LogoutNoticeStore } from './tokens/logout-notices/notice.ts';
import type { OwnTokenChecks } from './tokens/own-token.ts';
import type { KeyRotation, Signer } from './tokens/signer.ts';
import type { RefreshTokenStore, RevokedTokenStore, SigningKeyStore } from './tokens/store.ts';
import { createTokenService } from './tokens/token-service.ts';
import { createV2LoginTokens } from './tokens/v2-login-tokens.ts';
import type { CustomFieldStore } from './users/custom/custom-fields.ts';
import { photoUrl } from './users/display.ts';
import { createMeeting } from './users/first-meeting.ts';
import type { IdentityStore } from './users/identity-store.ts';
import type { UserStore } from './users/store.ts';

/** The stores that core needs, a port per noun. */
export interface Stores {
  pools: PoolStore;
  applications: ApplicationStore;
  users: UserStore;
  identities: IdentityStore;
  customFields: CustomFieldStore;
  loginSessions: LoginSessionStore;
  ssoLogins: SsoLoginStore;
  interactions: InteractionStore;
  authorizationCodes: AuthorizationCodeStore;
  consents: ConsentStore;
  refreshTokens: RefreshTokenStore;
  revokedTokens: RevokedTokenStore;
  signingKeys: SigningKeyStore;
  passcodes: PasscodeStore;
  signInFailures: SignInFailureStore;
  uses: UseStore;
  qrSessions: QrSessionStore;
  redemptions: RedemptionStore;
  deviceGrants: DeviceGrantStore;
  accessKeys: AccessKeyStore;
  administrators: AdministratorStore;
  consoleLogins: ConsoleLoginStore;
  audit: AuditStore;
  leases: LeaseStore;
  statistics: StatisticsStore;
  imports: UserImportStore;
  secretHistory: SecretHistory;
  appliedFiles: AppliedFileStore;
  refusedOriginStore: RefusedOriginStore;
  nodes: NodeStore;
  logoutNotices: LogoutNoticeStore;
  /** A number that changes with each write of a pool or an application, by whichever node. */
  directoryVersion(): Promise<number>;
}

/** What core needs beside its stores. */
export interface World {
  clock: Clock;
  secrets: Secrets;
  passwords: PasswordHasher;
  signer: Signer & KeyRotation;
  hs256: Hs256;
  hmacSha1: Parameters<typeof createManagementAuthority>[0]['hmacSha1'];
  nonces: Parameters<typeof createManagementAuthority>[0]['nonces'];
  sender: MessageSender;
  /** How messages leave, for operators; and below, how often they may try it. */
  messageWays: MessageWays;
  /** What this node is, and how it was set up. */
  thisNode: InstallationFacts;
  notices: QrNotices;
  ticker: Ticker;
  /** How often waiting pages look although no notice came, in milliseconds; by default as `qr/watch.ts` says. */
  watchBeatMs?: number;
  /** What the signer puts into `iss`. */
  issuer: string;
  /** Without a slash at its end. */
  publicUrl: string;
  /** Where people reach the console, and what makes the codes of authenticators. */
  consoleUrl: string;
  totpCodes: TotpCodes;
  /** Tells other nodes that a pool or an application was written. */
  announceDirectory(): void;
  /** The network that an address belongs to, as wide as one person's. */
  networkOf(ip: string): string;
  /** How many outstanding QR sessions there may be; null: any number. */
  codeCaps: QuotaLimits | null;
  /** Counts a passcode sent to an address, and below what leaves a row at each call. @throws DomainError too_many_requests */
  countSent(addressHash: string, caller: Caller): Promise<void>;
  countChange(userId: string, caller: Caller): Promise<void>;
  countNewTokens(userId: string, applicationId: string, caller: Caller): Promise<void>;
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
  countSignUp(caller: Caller): Promise<void>;
  countTest(userPoolId: string, caller: Caller): Promise<void>;
  /** Judges tokens of companies; and below, how often a network may send ones that nobody trusted signed. */
  ownTokens: OwnTokenChecks;
  codeSeal: CodeSeal;
  wrongTokens: WrongTokenLimit;
  postLogoutToken: PostLogoutToken;
  /** What the audit says of an application that was changed; without its secret. */
  describeApplication(application: Application): object;
  /** Lets whatever waits have its turn: polls go before long work. */
  giveWay(): Promise<void>;
}

/** Every use case there is, over these stores: the only wiring of core, for the server and for tests. */
export function createCore(stores: Stores, world: World) {
  const { clock, secrets, passwords, publicUrl } = world;
  const directory = createDirectory(stores, { announce: () => world.announceDirectory() });
  const secretUses = createSecretUses({ ...stores, secrets, clock });
  const inScanTurn = createScanTurns();
  const common = { ...stores, ...world, directory, secretUses, tokenSlots: stores.passcodes, inScanTurn };

  const tokens = createTokenService({ ...common, photoOf: (user) => photoUrl(user, publicUrl) });
  const v2LoginTokens = createV2LoginTokens({ ...common, tokens });
  const loginSessions = createLoginSessions(common);

  const resetTokens = createResetTokens(common);
  const signIn = createSignIn({ ...common, tokens, resetTokens });
  const passcodes = createPasscodes(common);
  const signUp = createSignUp({ ...common, passcodes });

  const { codeCaps } = world;
  const qr = { ...common, tokens };
  // Phones scan codes of the console as well, which has an application that no call can name.
  const codes = { ...qr, directory: withConsoleApplications(directory) };
  const quota = codeCaps === null ? noQuota : createQuota({ ...qr, limits: codeCaps });
  const logins = createScanLogins(qr);
  const deliver = createDelivery({ ...qr, logins });
  const act = createQrActions({ ...codes, capsHeldCodes: codeCaps !== null });
  const approveAs = createForeignApprovals({ ...common, act, phoneLogins: createPhoneLogins(common) });
  const vouchedPeople = createVouchedPeople({ ...common, meet: createMeeting(common) });

  const passcodeSignIn = createPasscodeSignIn({ ...common, passcodes, signIn, signUp });
  const passwordReset = createPasswordReset({ ...common, resetTokens, passcodes });
  const sso = createSsoLogins(common);
  const eventLog = createEventLog(common);
  const devices = createDeviceApprovals(common);
  const interactionFlow = createInteractions({ ...common, sso, devices });
  const authorizing = { ...common, sso, devices, interactionFlow };

  const keeper = createConsoleLoginKeeper(common);
  const administering = { ...common, keeper, links: createConsoleLinks(common) };
  const consoleSignIn = createConsoleSignIn(administering);

  return {
    directory,
    secretUses,

    console: {
      find: keeper.find,
      links: administering.links,
      signIn: consoleSignIn,
      own: createOwnConsoleAccount(administering),
      linkedPersons: createLinkedPersons({
        ...administering,
        signIn: consoleSignIn,
        createQr: createQrCreation({ ...codes, quota }),
        scanLogins: createScanLogins(codes),
      }),
    },
    administration: createAdministration(administering),
    administratorEvents: createAdministratorEvents({ eventLog }),

    sso,
    authorization: createAuthorization(authorizing),
    deviceSignIn: createDeviceSignIn(authorizing),
    hostedPage: createHostedPage({
      ...authorizing,
      ...{ scanLogins: logins, signIn, passcodeSignIn, signUp, passwordReset },
    }),
    redeemCode: createCodeRedemption({ ...authorizing, tokens }),
    logout: createLogout({ ...common, sso, loginSessions }),

    tokens,
    v2LoginTokens,
    grantByLoginToken: createLoginTokenGrant({ ...common, v2LoginTokens, tokens }),
    loginSessions,
    logoutDelivery: createLogoutDelivery(common),

    signIn,
    signInWithPassword: signIn.withPassword,
    signInOrUp: createSignInOrUp({ ...common, signIn, signUp }),
    ...atOwnProducts({ signUp, passwordReset, passcodes }),
    pagePasscodes: passcodes,
    signInWithPasscode: passcodeSignIn.withPasscode,
    resetTokens,

    qrSessions: stores.qrSessions,
    createQr: createQrCreation({ ...qr, quota }),
    pollQr: createQrPoll({ ...qr, deliver }),
    moverOf: createMovers({ ...qr, v2LoginTokens }),
    actOnQr: createMoves({ act, approveAs, vouchedPeople }),
    approveFor: createApprovalForOthers({ ...common, approveAs, vouchedPeople }),
    exchangeTicket: createTicketExchange({ ...qr, logins, deliver }),
    watches: createQrWatches({ ...world, beatMs: world.watchBeatMs }),

    devices: {
      request: createDeviceRequests(common),
      ...devices,
      redeem: createDeviceRedemption({ ...common, tokens }),
    },

    profiles: createProfiles(common),
    ownContacts: createOwnContacts({ ...common, passcodes }),
    accountDeletion: createAccountDeletion({ ...common, passcodes }),
    changePassword: createPasswordChange({ ...common, resetTokens }),
    myConsents: createMyConsents(common),
    myLogins: createMyLogins({ ...common, ending: loginSessions, sso }),

    management: createManagementAuthority(common),
    userManagement: createUserManagement({ ...common, passwords }),
    managedUsers: { users: stores.users, directory },
    customDataManagement: createCustomDataManagement(common),
    applicationManagement: createApplicationManagement({ ...common, describe: world.describeApplication }),
    secretManagement: createSecretManagement(common),
    userPools: createUserPoolManagement(common),
    listWarnings: createWarnings(common),
    configurationExport: createConfigurationExport(common),
    refusedOrigins: createRefusedOriginNotes(common),
    securitySettings: createSecuritySettings(common),
    messages: createMessageManagement(common),
    installation: createInstallation(common),
    accessKeys: createAccessKeys(common),
    signingKeys: createSigningKeyManagement({ rotation: world.signer, secrets, clock }),
    logins: createLogins(common),
    logs: createLogs(common),
    eventLog,
    eventExport: createEventExport({ ...common, log: eventLog }),
    userSessions: createUserSessions(common),
    searchUsers: createUserSearch(common),
    liveCodes: createLiveCodes(common),
    unfinishedCap: codeCaps?.perApplication ?? null,
    poolSummary: createPoolSummary(common),
    scanStatistics: createScanStatistics(common),
    logFollower: createLogFollower(common),
    userImports: createUserImports(common),
    importWorker: createImportWorker({ ...common, judge: createRowJudge(common) }),
  };
}

export type Core = ReturnType<typeof createCore>;
