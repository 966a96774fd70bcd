import type { Stores } from '../../core/core.ts';
import type { IdentifierFolding } from '../../core/users/identifier-conflict.ts';
import type { SqlEngine } from './engine/engine.ts';
import type { Sealer } from './engine/seal.ts';
import { type ChangingSealer, resealAll } from './sealed-columns.ts';
import { createAccessKeyStore } from './tables/access-keys.ts';
import { createAdministratorStore } from './tables/administrators/accounts.ts';
import { createConsoleLoginStore } from './tables/administrators/logins.ts';
import { createApplicationStore } from './tables/applications.ts';
import { createAuditStore, createRecorder, createRecorderOfNew } from './tables/audit.ts';
import { type CompanionWrites, createCompanionWrites } from './tables/companion-writes.ts';
import { createCustomFieldStore } from './tables/custom-fields.ts';
import { readDirectoryVersion } from './tables/directory-version.ts';
import { createIdentifierFolding } from './tables/identifier-folding.ts';
import { createIdentityStore } from './tables/identities.ts';
import { createLeaseStore } from './tables/jobs/leases.ts';
import { createStatisticsStore } from './tables/jobs/scan-statistics.ts';
import { createUserImportStore } from './tables/jobs/user-imports.ts';
import { createAppliedFileStore } from './tables/kept/applied-files.ts';
import { createSecretHistory } from './tables/kept/secret-history.ts';
import { createLoginSessionStore } from './tables/logins/login-sessions.ts';
import { createLogoutNoticeStore } from './tables/logins/logout-notices.ts';
import { createNodeStore } from './tables/nodes/nodes.ts';
import { createRefusedOriginStore } from './tables/nodes/refused-origins.ts';
import { createPasscodeStore } from './tables/passcodes.ts';
import { createPoolStore } from './tables/pools.ts';
import { createQrSessionStore } from './tables/qr-sessions.ts';
import { createRefreshTokenStore } from './tables/refresh-tokens.ts';
import { createRevokedTokenStore } from './tables/revoked-tokens.ts';
import { createSealedKeyStore, type SealedKeyStore } from './tables/sealed-keys.ts';
import { createSignInFailureStore } from './tables/sign-in-failures.ts';
import { createDeviceGrantStore } from './tables/sign-ins/device-grants.ts';
import { createRedemptionStore } from './tables/sign-ins/redemptions.ts';
import {
  createAuthorizationCodeStore,
  createConsentStore,
  createInteractionStore,
} from './tables/sign-ins/requests.ts';
import { createSsoLoginStore } from './tables/sign-ins/sso-logins.ts';
import { createSigningKeyStore } from './tables/signing-keys.ts';
import { createUserStore } from './tables/users.ts';
import { createUseStore } from './tables/uses.ts';

export interface SqlStores extends Stores {
  identifierFolding: IdentifierFolding;
  sealedKeys: SealedKeyStore;
  /** For stores that keep QR sessions elsewhere. */
  companionWrites: CompanionWrites;
  /** Seals anew what an older key sealed; returns how many rows that were. */
  resealAll(sealer: ChangingSealer): Promise<number>;
  /** Runs `work` while no other node on the database runs its own: for what is done once, at the start. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  poolState: SqlEngine['poolState'];
  readTime(): Promise<number>;
  /** Rejects when the database does not answer, or takes no writes. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export function createSqlStores(engine: SqlEngine, sealer: Sealer): SqlStores {
  const record = createRecorder(engine);
  return {
    pools: createPoolStore(engine, sealer, record),
    applications: createApplicationStore(engine, sealer, record),
    qrSessions: createQrSessionStore(engine, record),
    loginSessions: createLoginSessionStore(engine, record),
    ssoLogins: createSsoLoginStore(engine, record),
    interactions: createInteractionStore(engine, record),
    authorizationCodes: createAuthorizationCodeStore(engine, record),
    consents: createConsentStore(engine, record),
    users: createUserStore(engine, record),
    identities: createIdentityStore(engine, record),
    identifierFolding: createIdentifierFolding(engine, record),
    customFields: createCustomFieldStore(engine, record),
    passcodes: createPasscodeStore(engine),
    uses: createUseStore(engine),
    signInFailures: createSignInFailureStore(engine),
    refreshTokens: createRefreshTokenStore(engine),
    revokedTokens: createRevokedTokenStore(engine, record),
    signingKeys: createSigningKeyStore(engine, sealer, record),
    redemptions: createRedemptionStore(engine, record),
    deviceGrants: createDeviceGrantStore(engine, record),
    audit: createAuditStore(engine, record),
    accessKeys: createAccessKeyStore(engine, sealer, record),
    leases: createLeaseStore(engine),
    statistics: createStatisticsStore(engine),
    imports: createUserImportStore(engine, sealer, record),
    administrators: createAdministratorStore(engine, sealer, record),
    consoleLogins: createConsoleLoginStore(engine, record),
    sealedKeys: createSealedKeyStore(engine),
    companionWrites: createCompanionWrites(engine, record, createRecorderOfNew(engine)),
    resealAll: (changing) => resealAll(engine, changing),
    secretHistory: createSecretHistory(engine),
    appliedFiles: createAppliedFileStore(engine),
    refusedOriginStore: createRefusedOriginStore(engine),
    nodes: createNodeStore(engine),
    logoutNotices: createLogoutNoticeStore(engine, record),
    directoryVersion: () => readDirectoryVersion(engine),
    exclusively: (work) => engine.exclusively(work),
    poolState: engine.poolState,
    readTime: async () => (await engine.db.selectNoFrom(engine.now.as('now')).executeTakeFirstOrThrow()).now,
    ping: () => engine.ping(),
    close: () => engine.close(),
  };
}
