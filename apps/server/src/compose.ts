import { mkdir } from 'node:fs/promises';
import { type Config, consoleUrlOf } from './config/config.ts';
import { createCore, type World } from './core/core.ts';
import { codesPerNetwork } from './core/qr/quota.ts';
import { hmacSha1 } from './crypto/hmac-sha1.ts';
import { hs256 } from './crypto/hs256.ts';
import { inFolder, inStore } from './crypto/kept-key-pair.ts';
import { loadMasterKeys } from './crypto/master-key.ts';
import { openPasswordDecryption } from './crypto/password-decryption.ts';
import { createPasswordHasher } from './crypto/passwords.ts';
import { createSealer } from './crypto/sealer.ts';
import { createSecrets } from './crypto/secrets.ts';
import { createSigner } from './crypto/signer.ts';
import { systemClock } from './crypto/system-clock.ts';
import { systemTicker } from './crypto/system-ticker.ts';
import { totpCodes } from './crypto/totp.ts';
import { type AppParts, buildApp } from './http/app.ts';
import { createConsoleDoor } from './http/callers/console-door.ts';
import { networkOf } from './http/limits/address.ts';
import { countsOf, createBounds } from './http/limits/bounds.ts';
import { createImageLinks } from './http/requests/image-links.ts';
import { applicationFacts } from './http/wire/application-dto.ts';
import { createMessageSender } from './messages/sender.ts';
import { observeLimits, observeParts } from './metrics/observe.ts';
import { createBackChannel } from './outbound/back-channel.ts';
import { createOutbound } from './outbound/outbound.ts';
import { createCompanyChecks } from './own-tokens/company-checks.ts';
import { builtFolders } from './process/built-packages.ts';
import { installationFacts } from './seed/installation-facts.ts';
import { openStores } from './stores/open.ts';
import type { Surroundings } from './surroundings.ts';
import { traceParts, traceStores } from './tracing/tracing.ts';
import { startUpkeep } from './upkeep/upkeep.ts';

/** Makes a server, without a port yet, of its configuration. The only place that knows every part. */
export async function compose(config: Config, world: Surroundings) {
  const { log, metrics = null, tracing = null } = world;
  const { publicUrl } = config;
  if (config.databaseUrl === null) await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const masterKeys = await loadMasterKeys(config);
  const secrets = createSecrets(masterKeys);
  const sealer = createSealer(masterKeys, 'store');
  const passwords = createPasswordHasher();

  const opened = await openStores({
    ...config,
    ...world,
    sealer,
    isSealingAnew: masterKeys.length > 1,
    secrets,
    networkOf,
    machineClock: systemClock,
    listeners: metrics === null ? [] : [metrics],
    onCommit: metrics?.committed,
    traced: (stores) => traceStores(tracing, stores),
  });
  const { stores, clock } = opened;
  metrics?.watch({ sqlPool: stores.poolState, isRedisConnected: opened.isRedisConnected });
  const kept = config.databaseUrl === null ? inFolder(config.dataDir) : inStore(stores.sealedKeys);
  const passwordDecryption = await openPasswordDecryption(masterKeys, kept);
  const bounds = createBounds({
    ...stores,
    ...opened,
    isOn: config.rateLimits,
    secrets,
    observed: (limits) => observeLimits(metrics, limits),
  });

  const sending = { smtp: config.smtp, smsHook: config.smsHook, logsCodes: config.demo };
  const configuredSender = createMessageSender(sending, { log, clock });
  const issuer = `${publicUrl}/oidc`;
  const signer = await createSigner({ keys: stores.signingKeys, issuer, clock, secrets, newKey: world.newSigningKey });
  const ticker = world.ticker ?? systemTicker;
  const outbound = createOutbound({ allowed: config.outboundAllow });
  const ownTokens = createCompanyChecks({
    entries: () => core.directory.ownTokenEntries(),
    ownIssuer: issuer,
    ...{ outbound, clock, log, ticker, secrets },
  });
  const seeding = { ...stores, secrets, passwords, clock };
  const coreWorld: World = {
    ...opened,
    secrets,
    passwords,
    ...{ signer, issuer, publicUrl, hs256, hmacSha1, totpCodes },
    consoleUrl: consoleUrlOf(config),
    networkOf,
    sender: world.sender ?? configuredSender,
    messageWays: configuredSender.ways,
    thisNode: installationFacts(config, world, () => ({ ...seeding, directory: core.directory })),
    ticker,
    ownTokens,
    postLogoutToken: createBackChannel({ outbound, log }),
    codeSeal: (qrcodeId) => createSealer(masterKeys, `code:${qrcodeId}`),
    watchBeatMs: opened.hearsNoOtherNode ? 2_000 : undefined,
    codeCaps: config.rateLimits ? { perNetwork: codesPerNetwork, perApplication: config.maxUnfinishedCodes } : null,
    ...countsOf(bounds.limits),
    describeApplication: (application) => applicationFacts(application, publicUrl),
    giveWay: () => new Promise((resolve) => setImmediate(resolve)),
  };
  const core = createCore(stores, coreWorld);
  metrics?.watch({ waitingConnections: core.watches.count });

  let isStopping = false;
  /** Turns readiness off at once, while requests under way may end (docs/guide/operate.md). */
  function beginStopping(): void {
    isStopping = true;
    core.watches.stop();
  }
  const parts: AppParts = {
    ...core,
    ...coreWorld,
    log,
    ...bounds,
    consoleDoor: createConsoleDoor({ settings: config.console, publicUrl, find: core.console.find }),
    passwordDecryption,
    version: world.version,
    ...createImageLinks(createSealer(masterKeys, 'qr-image'), publicUrl),
    isStoreOutage: opened.isOutage,
    pingStores: stores.ping,
    isStopping: () => isStopping,
  };
  const upkeep = await startUpkeep({ ...config, ...opened, ...core, signer, secrets, log });
  const { trustedProxies, docs } = config;
  const pages = { publicUrl, version: world.version, links: world.links, ...builtFolders, docs };
  const app = await buildApp(observeParts(metrics, traceParts(tracing, parts)), { ...pages, trustedProxies });

  return {
    app,
    ...{ directory: core.directory, consoleLinks: core.console.links, watches: core.watches },
    ...{ stores, secrets, clock, passwords, secretUses: core.secretUses },
    ...{ refusedOrigins: core.refusedOrigins, installation: core.installation, logoutDelivery: core.logoutDelivery },
    beginStopping,
    async close() {
      beginStopping();
      await upkeep.stop();
      await app.close();
      await ownTokens.stop();
      configuredSender.stop();
      await Promise.all([core.passcodes.settle(), core.secretUses.settle()]);
      configuredSender.close();
      await opened.close();
    },
  };
}

export type Passbeam = Awaited<ReturnType<typeof compose>>;
