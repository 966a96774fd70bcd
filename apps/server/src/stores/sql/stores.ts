import type { ApplicationStore } from '../../core/applications/store.ts';
import type { AuditStore } from '../../core/audit/store.ts';
import type { UseStore } from '../../core/honest-repeat.ts';
import type { AccessKeyStore } from '../../core/management/store.ts';
import type { PoolStore } from '../../core/pools/store.ts';
import type { QrSessionStore } from '../../core/qr/store.ts';
import type { LoginSessionStore } from '../../core/sessions/store.ts';
import type { RedemptionStore } from '../../core/tickets/store.ts';
import type { RefreshTokenStore, RevokedTokenStore, SigningKeyStore } from '../../core/tokens/store.ts';
import type { CustomFieldStore } from '../../core/users/custom-fields.ts';
import type { IdentifierFolding } from '../../core/users/identifier-conflict.ts';
import type { PasscodeStore } from '../../core/users/passcode-store.ts';
import type { SignInFailureStore, UserStore } from '../../core/users/store.ts';
import { createAccessKeyStore } from './access-keys.ts';
import { createApplicationStore } from './applications.ts';
import { createAuditStore, createRecorder, createRecorderOfNew } from './audit.ts';
import { type CompanionWrites, createCompanionWrites } from './companion-writes.ts';
import { createCustomFieldStore } from './custom-fields.ts';
import { readDirectoryVersion } from './directory-version.ts';
import type { SqlEngine } from './engine.ts';
import { createIdentifierFolding } from './identifier-folding.ts';
import { createLoginSessionStore } from './login-sessions.ts';
import { createPasscodeStore } from './passcodes.ts';
import { createPoolStore } from './pools.ts';
import { createQrSessionStore } from './qr-sessions.ts';
import { createRedemptionStore } from './redemptions.ts';
import { createRefreshTokenStore } from './refresh-tokens.ts';
import { createRevokedTokenStore } from './revoked-tokens.ts';
import type { Sealer } from './seal.ts';
import { type ChangingSealer, resealAll } from './sealed-columns.ts';
import { createSealedKeyStore, type SealedKeyStore } from './sealed-keys.ts';
import { createSignInFailureStore } from './sign-in-failures.ts';
import { createSigningKeyStore } from './signing-keys.ts';
import { createUserStore } from './users.ts';
import { createUseStore } from './uses.ts';

/** Everything that lives in the SQL database. */
export interface SqlStores {
  pools: PoolStore;
  applications: ApplicationStore;
  qrSessions: QrSessionStore;
  loginSessions: LoginSessionStore;
  users: UserStore;
  identifierFolding: IdentifierFolding;
  customFields: CustomFieldStore;
  passcodes: PasscodeStore;
  uses: UseStore;
  signInFailures: SignInFailureStore;
  refreshTokens: RefreshTokenStore;
  revokedTokens: RevokedTokenStore;
  signingKeys: SigningKeyStore;
  redemptions: RedemptionStore;
  audit: AuditStore;
  accessKeys: AccessKeyStore;
  sealedKeys: SealedKeyStore;
  /** For stores that keep codes elsewhere. */
  companionWrites: CompanionWrites;
  /** Seals with the key in use what an older one sealed; how many rows that were. */
  resealAll(sealer: ChangingSealer): Promise<number>;
  /** Another number than before when a pool or an application was written since, by whichever node. */
  directoryVersion(): Promise<number>;
  /** Runs `work` while no other node on the database runs its own: for what is done once, at the start. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  poolState: SqlEngine['poolState'];
  /** The store's clock, asked for: epoch milliseconds. */
  readTime(): Promise<number>;
  /** Rejects when the database does not answer, or takes no writes. */
  ping(): Promise<void>;
  /** Waits for writes under way. */
  close(): Promise<void>;
}

export function createSqlStores(engine: SqlEngine, sealer: Sealer): SqlStores {
  const record = createRecorder(engine);
  return {
    pools: createPoolStore(engine, sealer, record),
    applications: createApplicationStore(engine, sealer, record),
    qrSessions: createQrSessionStore(engine, record),
    loginSessions: createLoginSessionStore(engine, record),
    users: createUserStore(engine, record),
    identifierFolding: createIdentifierFolding(engine, record),
    customFields: createCustomFieldStore(engine, record),
    passcodes: createPasscodeStore(engine),
    uses: createUseStore(engine),
    signInFailures: createSignInFailureStore(engine),
    refreshTokens: createRefreshTokenStore(engine),
    revokedTokens: createRevokedTokenStore(engine, record),
    signingKeys: createSigningKeyStore(engine, sealer, record),
    redemptions: createRedemptionStore(engine, record),
    audit: createAuditStore(engine, record),
    accessKeys: createAccessKeyStore(engine, sealer, record),
    sealedKeys: createSealedKeyStore(engine),
    companionWrites: createCompanionWrites(engine, record, createRecorderOfNew(engine)),
    resealAll: (changing) => resealAll(engine, changing),
    directoryVersion: () => readDirectoryVersion(engine),
    exclusively: (work) => engine.exclusively(work),
    poolState: engine.poolState,
    readTime: async () => (await engine.db.selectNoFrom(engine.now.as('now')).executeTakeFirstOrThrow()).now,
    ping: () => engine.ping(),
    close: () => engine.close(),
  };
}
