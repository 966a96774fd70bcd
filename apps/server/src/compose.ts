import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createApplicationManagement } from './core/applications/manage.ts';
import { countRefusals } from './core/audit/refusals.ts';
import type { Client } from './core/client.ts';
import { repeatGraceMs } from './core/honest-repeat.ts';
import { createAccessKeys } from './core/management/access-keys.ts';
import { createManagementAuthority } from './core/management/authority.ts';
import { createCustomDataManagement } from './core/management/custom-data.ts';
import { createLogins } from './core/management/logins.ts';
import { createLogs } from './core/management/logs.ts';
import { createSigningKeyManagement } from './core/management/signing-keys.ts';
import { createUserManagement } from './core/management/users.ts';
import { createDirectory, type Directory } from './core/pools/directory.ts';
import type { Clock, PasswordHasher, Secrets } from './core/ports.ts';
import { createQrActions } from './core/qr/act.ts';
import { createQrCreation } from './core/qr/create.ts';
import { createQrPoll } from './core/qr/poll.ts';
import { codesPerNetwork, createQuota, noQuota } from './core/qr/quota.ts';
import { createQrWatches, type QrWatches, type Ticker } from './core/qr/watch.ts';
import { createLoginSessions } from './core/sessions/login-sessions.ts';
import { createMyLogins } from './core/sessions/my-logins.ts';
import { createSecuritySettings } from './core/settings/security-settings.ts';
import { createTicketExchange } from './core/tickets/exchange.ts';
import { redemptionKeptMs } from './core/tickets/store.ts';
import { createLoginTokenGrant } from './core/tokens/login-token-grant.ts';
import { defaultScope } from './core/tokens/scopes.ts';
import { createTokenService } from './core/tokens/token-service.ts';
import { createV2LoginTokens } from './core/tokens/v2-login-tokens.ts';
import { createPasswordChange } from './core/users/change-password.ts';
import { createAccountDeletion } from './core/users/delete-account.ts';
import { photoUrl } from './core/users/display.ts';
import type { MessageSender } from './core/users/message-sender.ts';
import { createOwnContacts } from './core/users/own-contacts.ts';
import { createPasscodeSignIn } from './core/users/passcode-sign-in.ts';
import { createPasscodes } from './core/users/passcodes.ts';
import { createProfiles } from './core/users/profile.ts';
import { createPasswordReset } from './core/users/reset-password.ts';
import { createResetTokens } from './core/users/reset-tokens.ts';
import { createSignIn } from './core/users/sign-in.ts';
import { createSignUp } from './core/users/sign-up.ts';
import { hmacSha1 } from './crypto/hmac-sha1.ts';
import { hs256 } from './crypto/hs256.ts';
import { inFile } from './crypto/kept-key-pair.ts';
import { loadMasterKeys } from './crypto/master-key.ts';
import { openPasswordDecryption } from './crypto/password-decryption.ts';
import { createPasswordHasher } from './crypto/passwords.ts';
import { createSealer } from './crypto/sealer.ts';
import { createSecrets } from './crypto/secrets.ts';
import { createSigner, type newSigningKey } from './crypto/signer.ts';
import { systemClock } from './crypto/system-clock.ts';
import { systemTicker } from './crypto/system-ticker.ts';
import { startDirectoryRefresh } from './directory-refresh.ts';
import type { App } from './http/app.ts';
import { type AppParts, buildApp } from './http/build-app.ts';
import { createGuessCounts } from './http/guards/guess-counts.ts';
import { createLimits, networkOf, noLimits } from './http/guards/limits.ts';
import { createUnknownCodes } from './http/guards/unknown-codes.ts';
import { createWaitingRoom, noWaitingRoom } from './http/guards/waiting-room.ts';
import { startIdentifierFolding } from './identifier-folding.ts';
import { startMaintenance } from './maintenance.ts';
import { createMessageSender } from './messages/sender.ts';
import type { Metrics } from './metrics/metrics.ts';
import { observeLimits, observeParts, observeStores } from './metrics/observe.ts';
import { startSharedClock } from './shared-clock.ts';
import { createNonceStore } from './stores/process/nonces.ts';
import { createProcessNotices } from './stores/process/notices.ts';
import { notifying } from './stores/process/notifying.ts';
import { createLimiters } from './stores/redis/limiters.ts';
import { createNonceStore as createSharedNonceStore } from './stores/redis/nonces.ts';
import { openNotices } from './stores/redis/notices.ts';
import { openRedis } from './stores/redis/open-redis.ts';
import { isRedisOutage } from './stores/redis/outage.ts';
import { withCodesInRedis } from './stores/redis/stores.ts';
import { openPostgres, type PostgresOptions } from './stores/sql/open-postgres.ts';
import { databaseFile, openSqlite } from './stores/sql/open-sqlite.ts';
import { isStoreOutage as isDatabaseOutage } from './stores/sql/outage.ts';
import type { SqlStores } from './stores/sql/stores.ts';
import { type Tracing, traceParts, traceStores } from './tracing/tracing.ts';

const dayMs = 86_400_000;
/** Built by `npm start`; tests of the server do without. */
export const widgetFolder = fileURLToPath(new URL('../../../packages/widget/dist/', import.meta.url));
const sdkFolder = fileURLToPath(new URL('../../../packages/sdk/dist/', import.meta.url));

export interface Passbeam {
  app: App;
  directory: Directory;
  stores: SqlStores;
  secrets: Secrets;
  clock: Clock;
  passwords: PasswordHasher;
  watches: QrWatches;
  /** Readiness flips at once; what is under way may end (threats T48). */
  beginStopping(): void;
  close(): Promise<void>;
}

/** The only place that knows every part: configuration in, a server without a port out. */
export async function compose(
  config: Config,
  world: {
    log: Logger;
    version: string;
    links: { title: string; url: string }[];
    /** Null: nothing is counted, and nothing is there that could count. */
    metrics?: Metrics | null;
    /** Null: nothing is traced. */
    tracing?: Tracing | null;
    clock?: Clock;
    ticker?: Ticker;
    databasePath?: string;
    /** Of PostgreSQL: for tests. */
    database?: Pick<PostgresOptions, 'now' | 'isPatient'>;
    /** Instead of the configured ones: for tests. */
    sender?: MessageSender;
    newSigningKey?: typeof newSigningKey;
  },
): Promise<Passbeam> {
  const { log, metrics = null, tracing = null } = world;
  const { publicUrl } = config;
  if (config.databaseUrl === null) await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const masterKeys = await loadMasterKeys(config);
  const secrets = createSecrets(masterKeys);
  const sealer = createSealer(masterKeys, 'store');
  const imageSealer = createSealer(masterKeys, 'qr-image');
  const passwords = createPasswordHasher();
  const database =
    config.databaseUrl === null
      ? await openSqlite({
          path: world.databasePath ?? databaseFile(config.dataDir),
          clock: world.clock,
          onCommit: metrics?.committed,
          ...sealer,
        })
      : await openPostgres({ ...world.database, url: config.databaseUrl, ...sealer });
  const sharedClock =
    config.databaseUrl === null || world.clock ? null : await startSharedClock({ readTime: database.readTime, log });
  const clock = world.clock ?? sharedClock ?? systemClock;
  const redis =
    config.redisUrl === null
      ? null
      : await openRedis({ url: config.redisUrl, log }).catch(async (error: unknown) => {
          await sharedClock?.stop();
          await database.close();
          throw error;
        });
  const untraced = redis === null ? database : withCodesInRedis({ stores: database, connection: redis, log });
  const stores = traceStores(tracing, untraced);
  const passwordDecryption = await openPasswordDecryption(masterKeys, ({ name, file }) =>
    config.databaseUrl === null
      ? inFile(join(config.dataDir, file))
      : {
          keepOnce: (make) => stores.sealedKeys.keepOnce(name, make),
          replace: (before, next) => stores.sealedKeys.replace(name, before, next),
        },
  );
  if (masterKeys.length > 1) {
    const resealed = await stores.resealAll(sealer);
    log.info(
      { resealed },
      'the first key of SECRET_KEY has sealed everything; docs/guide/operate.md says when the others may go',
    );
  }
  const countedStores = { ...stores, audit: countRefusals(stores.audit, { secrets, networkOf }) };
  const observedStores = observeStores(metrics, countedStores, clock);
  const { users, loginSessions, refreshTokens, revokedTokens, signInFailures, audit } = observedStores;
  const ownNotices = createProcessNotices();
  const { qrSessions, redemptions } = redis === null ? notifying(observedStores, ownNotices) : observedStores;
  metrics?.watch({
    sqlPool: stores.poolState,
    isRedisConnected: redis === null ? undefined : () => redis.redis.status === 'ready',
  });
  const directory = createDirectory(stores, { announce: () => notices?.announceDirectory() });
  await directory.reload();
  const notices =
    redis &&
    (await openNotices({
      connection: redis,
      onDirectoryChanged() {
        directory.reload().catch((error: unknown) => {
          log.warn({ err: error }, 'could not load changed pools and applications; trying again soon');
        });
      },
    }));

  const issuer = `${publicUrl}/oidc`;
  const signer = await createSigner({ keys: stores.signingKeys, issuer, clock, secrets, newKey: world.newSigningKey });
  const tokens = createTokenService({
    signer,
    hs256,
    users,
    loginSessions,
    refreshTokens,
    revokedTokens,
    directory,
    secrets,
    clock,
    issuer,
    photoOf: (user) => photoUrl(user, publicUrl),
  });
  const v2LoginTokens = createV2LoginTokens({ users, loginSessions, directory, tokens, signer, clock, hs256 });
  const resetTokens = createResetTokens({ store: stores.passcodes, uses: stores.uses, secrets, clock });
  const signIn = createSignIn({
    directory,
    users,
    passwords,
    signInFailures,
    tokens,
    loginSessions,
    refreshTokens,
    resetTokens,
    secrets,
    clock,
    audit,
  });
  const configured = createMessageSender(
    { smtp: config.smtp, smsHook: config.smsHook, logsCodes: config.demo },
    { log, clock },
  );
  const limits = observeLimits(
    metrics,
    config.rateLimits
      ? createLimits({
          audit,
          secrets,
          newLimiter: redis ? createLimiters(redis) : undefined,
          newKeptLimiter: createGuessCounts({ failures: signInFailures, secrets, clock }),
        })
      : noLimits,
  );
  const countChange = (userId: string, client: Client) => limits.consume('ownChange', userId, client);
  const passcodes = createPasscodes({
    countSent: (addressHash, client) => limits.consume('sendCodeTo', addressHash, client),
    passcodes: stores.passcodes,
    sender: world.sender ?? configured,
    users,
    directory,
    audit,
    secrets,
    clock,
  });
  const signUp = createSignUp({ users, passwords, directory, passcodes, uses: stores.uses, secrets, clock });
  const tickets = createTicketExchange({
    sessions: qrSessions,
    redemptions,
    loginSessions,
    refreshTokens,
    users,
    tokens,
    directory,
    secrets,
    clock,
    audit,
    defaultScope,
  });
  const quota = config.rateLimits
    ? createQuota({
        sessions: qrSessions,
        clock,
        limits: { perNetwork: codesPerNetwork, perApplication: config.maxUnfinishedCodes },
      })
    : noQuota;
  const management = createManagementAuthority({
    directory,
    accessKeys: stores.accessKeys,
    nonces: redis === null ? createNonceStore({ clock }) : createSharedNonceStore({ connection: redis, clock }),
    hmacSha1,
    signer,
    secrets,
    clock,
  });

  const logins = createLogins({ loginSessions, directory, clock, publicUrl });
  const watches = createQrWatches({
    notices: notices ?? ownNotices,
    ticker: world.ticker ?? systemTicker,
    // Other nodes on the database alone give no notice.
    beatMs: config.databaseUrl !== null && redis === null ? 2_000 : undefined,
  });
  metrics?.watch({ waitingConnections: watches.count });
  let isStopping = false;
  const observed = (parts: AppParts) => observeParts(metrics, traceParts(tracing, parts));
  const app = await buildApp(
    observed({
      log,
      directory,
      secrets,
      clock,
      limits,
      tokens,
      v2LoginTokens,
      grantByLoginToken: createLoginTokenGrant({ v2LoginTokens, tokens, refreshTokens, clock, countChange }),
      management,
      customDataManagement: createCustomDataManagement({
        users,
        customFields: stores.customFields,
        directory,
        secrets,
        clock,
      }),
      userManagement: createUserManagement({ users, loginSessions, passwords, directory, secrets, clock }),
      accessKeys: createAccessKeys({ accessKeys: stores.accessKeys, secrets, clock }),
      applicationManagement: createApplicationManagement({
        directory,
        applications: stores.applications,
        secrets,
        clock,
        publicUrl,
      }),
      securitySettings: createSecuritySettings({ directory, secrets, clock }),
      signingKeys: createSigningKeyManagement({ rotation: signer, secrets, clock }),
      logs: createLogs({ audit, users, directory, publicUrl }),
      logins,
      myLogins: createMyLogins({
        loginSessions,
        ending: createLoginSessions({ loginSessions, secrets, clock }),
        audit,
        appFacts: logins.appFacts,
        secrets,
        clock,
      }),
      managedUsers: { users, directory },
      signer,
      issuer,
      publicUrl,
      version: world.version,
      isStoreOutage: (error) => isDatabaseOutage(error) || isRedisOutage(error),
      createQr: createQrCreation({ sessions: qrSessions, directory, secrets, quota }),
      pollQr: createQrPoll({ sessions: qrSessions, directory, secrets, audit, networkOf, deliver: tickets.deliver }),
      actOnQr: createQrActions({
        sessions: qrSessions,
        loginSessions,
        users,
        customFields: stores.customFields,
        directory,
        secrets,
        audit,
        capsHeldCodes: config.rateLimits,
        publicUrl,
      }),
      watches,
      unknownCodes: createUnknownCodes({ limits, secrets, clock }),
      waitingRoom: config.rateLimits ? createWaitingRoom() : noWaitingRoom,
      exchangeTicket: tickets.exchange,
      imageUrl: (qrcodeId) => `${publicUrl}/qr/${imageSealer.seal(qrcodeId)}.png`,
      openImageToken: (token) => {
        try {
          return imageSealer.unseal(token);
        } catch {
          return null;
        }
      },
      sessions: qrSessions,
      loginSessions: createLoginSessions({ loginSessions, secrets, clock }),
      signIn,
      signInWithPassword: signIn.withPassword,
      signUp,
      passcodes,
      signInWithPasscode: createPasscodeSignIn({
        directory,
        users,
        passcodes,
        signIn,
        signUp,
        audit,
        secrets,
        clock,
      }),
      passwordReset: createPasswordReset({
        directory,
        users,
        passwords,
        resetTokens,
        uses: stores.uses,
        passcodes,
        loginSessions,
        secrets,
        clock,
      }),
      profiles: createProfiles({ users, secrets, clock, countChange }),
      ownContacts: createOwnContacts({
        users,
        passcodes,
        updateTokens: stores.passcodes,
        uses: stores.uses,
        directory,
        secrets,
        clock,
      }),
      accountDeletion: createAccountDeletion({
        directory,
        users,
        passwords,
        signInFailures,
        passcodes,
        deletionTokens: stores.passcodes,
        uses: stores.uses,
        loginSessions,
        secrets,
        clock,
      }),
      changePassword: createPasswordChange({
        users,
        passwords,
        signInFailures,
        loginSessions,
        resetTokens,
        uses: stores.uses,
        secrets,
        clock,
      }),
      passwordDecryption,
      pingStores: stores.ping,
      isStopping: () => isStopping,
    }),
    {
      publicUrl,
      version: world.version,
      trustedProxies: config.trustedProxies,
      widgetFolder,
      sdkFolder,
      links: world.links,
      docs: config.docs,
    },
  );

  const maintenance = startMaintenance({
    qrSessions,
    others: [
      { store: loginSessions, keptMs: 30 * dayMs },
      { store: refreshTokens, keptMs: dayMs },
      { store: revokedTokens, keptMs: 0 },
      { store: signInFailures, keptMs: dayMs },
      { store: stores.passcodes, keptMs: 0 },
      { store: stores.uses, keptMs: repeatGraceMs },
      { store: redemptions, keptMs: redemptionKeptMs },
      ...(config.auditKeptDays === null ? [] : [{ store: audit, keptMs: config.auditKeptDays * dayMs }]),
    ],
    clock,
    log,
  });

  const identifierFolding = await startIdentifierFolding({
    folding: stores.identifierFolding,
    directory,
    secrets,
    log,
  });

  const directoryRefresh =
    config.databaseUrl === null
      ? null
      : startDirectoryRefresh({ directory, directoryVersion: stores.directoryVersion, log });

  return {
    app,
    directory,
    stores,
    secrets,
    clock,
    passwords,
    watches,
    beginStopping() {
      isStopping = true;
      watches.stop();
    },
    async close() {
      isStopping = true;
      watches.stop();
      await Promise.all([maintenance.stop(), identifierFolding.stop(), directoryRefresh?.stop(), sharedClock?.stop()]);
      await app.close();
      configured.stop();
      await passcodes.settle();
      configured.close();
      await stores.close();
    },
  };
}
