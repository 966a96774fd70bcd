import type { Logger } from 'pino';
import type { Core, Stores } from '../core/core.ts';
import { repeatGraceMs } from '../core/ground/honest-repeat.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import { type LogFollower, statisticsKeptMs } from '../core/management/codes/follow-log.ts';
import type { RefusedOriginNotes } from '../core/management/directory/refused-origins.ts';
import { importsKeptMs } from '../core/management/imports/import.ts';
import type { ImportWorker } from '../core/management/imports/worker.ts';
import type { InstallationManagement } from '../core/management/installation/installation.ts';
import { nodeKeptMs, nodeSeenEveryMs } from '../core/management/installation/nodes.ts';
import { redemptionKeptMs } from '../core/qr/redemption-store.ts';
import type { LogoutDelivery } from '../core/tokens/logout-notices/deliver.ts';
import type { KeyRotation } from '../core/tokens/signer.ts';
import type { IdentifierFolding } from '../core/users/identifier-conflict.ts';
import { startIdentifierFolding } from './identifier-folding.ts';
import { startImports } from './imports.ts';
import { startMaintenance } from './maintenance.ts';
import { startRefresh } from './refresh.ts';
import { startRepeating } from './repeating.ts';

const dayMs = 86_400_000;
const countingMs = 10_000;
const minuteMs = 60_000;
const tellingMs = 2_000;
/** While SECRET_KEY has several keys. A node that was not restarted yet still seals with the old key. */
const sealingAnewMs = 2 * minuteMs;

/** Starts the work that goes on beside the requests, on every node. */
export async function startUpkeep(parts: {
  stores: Stores & { identifierFolding: IdentifierFolding };
  directory: Core['directory'];
  signer: Pick<KeyRotation, 'refresh'>;
  logFollower: LogFollower;
  logoutDelivery: LogoutDelivery;
  refusedOrigins: RefusedOriginNotes;
  installation: Pick<InstallationManagement, 'seeThisNode' | 'forgetThisNode'>;
  importWorker: ImportWorker;
  sealAnew: (() => Promise<number>) | null;
  /** Calls the listener when another node may have written a pool or an application. */
  onDirectoryChanged(listener: () => void): void;
  /** Null: events are kept for ever. */
  auditKeptDays: number | null;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
}): Promise<{ stop(): Promise<void> }> {
  const { stores, directory, auditKeptDays, secrets, clock, log } = parts;
  await directory.reload();
  parts.onDirectoryChanged(() => {
    directory.refresh().catch((error: unknown) => {
      log.warn({ err: error }, 'could not load changed pools and applications; trying again soon');
    });
  });
  const maintenance = startMaintenance({
    qrSessions: stores.qrSessions,
    others: [
      { store: stores.loginSessions, keptMs: 30 * dayMs },
      { store: stores.ssoLogins, keptMs: dayMs },
      { store: stores.interactions, keptMs: 0 },
      { store: stores.authorizationCodes, keptMs: dayMs },
      { store: stores.refreshTokens, keptMs: dayMs },
      { store: stores.revokedTokens, keptMs: 0 },
      { store: stores.signInFailures, keptMs: dayMs },
      { store: stores.passcodes, keptMs: 0 },
      { store: stores.uses, keptMs: repeatGraceMs },
      { store: stores.redemptions, keptMs: redemptionKeptMs },
      { store: stores.deviceGrants, keptMs: 0 },
      { store: stores.statistics, keptMs: statisticsKeptMs },
      { store: stores.consoleLogins, keptMs: 0 },
      { store: { purge: stores.administrators.purgeLinks }, keptMs: 0 },
      { store: stores.refusedOriginStore, keptMs: 7 * dayMs },
      { store: stores.nodes, keptMs: nodeKeptMs },
      { store: stores.imports, keptMs: importsKeptMs },
      // The last attempt comes after nine hours.
      { store: stores.logoutNotices, keptMs: dayMs },
      ...(auditKeptDays === null ? [] : [{ store: stores.audit, keptMs: auditKeptDays * dayMs }]),
    ],
    clock,
    log,
  });
  const counting = startRepeating({
    intervalMs: countingMs,
    work: parts.logFollower.follow,
    onFailure: (error) => log.warn({ err: error }, 'could not count scans for statistics; trying again soon'),
  });
  const noting = startRepeating({
    intervalMs: minuteMs,
    work: parts.refusedOrigins.write,
    onFailure: (error) => log.warn({ err: error }, 'could not note which pages were refused'),
  });
  const { seeThisNode, forgetThisNode } = parts.installation;
  const unseen = (error: unknown) => log.warn({ err: error }, 'could not tell operators that this node is alive');
  // A store that takes no writes, as on a full disk, still serves: that nobody sees this node is no reason not to start.
  await seeThisNode().catch(unseen);
  const living = startRepeating({ intervalMs: nodeSeenEveryMs, work: seeThisNode, onFailure: unseen });
  const imports = startImports({ worker: parts.importWorker, log });
  const telling = startRepeating({
    intervalMs: tellingMs,
    work: parts.logoutDelivery.deliver,
    onFailure: (error) => log.warn({ err: error }, 'could not tell applications of logouts; trying again soon'),
  });
  const folding = await startIdentifierFolding({ folding: stores.identifierFolding, directory, secrets, log });
  // Commands of operators write to the embedded database as well, while this process has it open.
  const refresh = startRefresh({ kept: directory, named: 'pools and applications', log });
  const keyRefresh = startRefresh({ kept: parts.signer, named: 'signing keys', log });
  const { sealAnew } = parts;
  const sealing = startRepeating({
    intervalMs: sealingAnewMs,
    async work() {
      const resealed = (await sealAnew?.()) ?? 0;
      if (resealed > 0)
        log.info({ resealed }, 'the first key of SECRET_KEY has sealed what another node wrote meanwhile');
    },
    onFailure: (error) =>
      log.warn({ err: error }, 'could not seal with the first key of SECRET_KEY; trying again soon'),
  });
  return {
    async stop() {
      const repeated = [sealing, maintenance, counting, imports, noting, living, telling, folding, refresh, keyRefresh];
      const all = [...repeated, parts.logoutDelivery];
      await Promise.all(all.map((work) => work.stop()));
      // A node that could not say so is forgotten after a day.
      await forgetThisNode().catch(() => {});
    },
  };
}
