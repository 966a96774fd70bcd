import type { AuditEvent } from '../audit/event.ts';
import { DomainError } from '../ground/errors.ts';
import { createSharedTurn } from '../ground/shared-turn.ts';
import { opensLinks } from './app-links.ts';
import type { Application } from './application.ts';
import type { ApplicationStore } from './application-store.ts';
import { matchesOrigin } from './origins.ts';
import type { EntryOfPool } from './own-token-entries.ts';
import type { UserPool } from './pool.ts';
import { DirectoryChanged, type PoolStore } from './pool-store.ts';
import type { QrcodeLoginStrategy } from './settings.ts';

/** Lost races in a row after which something must be wrong, not merely busy. */
const maxAttempts = 20;

/** A snapshot in memory of pools and applications. Writes through here renew it; those of other nodes are seen at the next `refresh`. */
export interface Directory {
  reload(): Promise<void>;
  /** Reloads if somebody else wrote since: what was acknowledged anywhere before this call is seen after it. One read of one row. */
  refresh(): Promise<void>;
  findApplication(id: string): Application | null;
  findPool(id: string): UserPool | null;
  /** @throws DomainError app_not_found */
  getApplication(id: string): Application;
  /** @throws DomainError pool_not_found */
  getPool(id: string): UserPool;
  pools(): UserPool[];
  applications(): Application[];
  /** Those whose apps open the links in codes. The same list until something is written. */
  appsThatOpenLinks(): readonly Application[];
  /** The entries of all pools. The same list until something is written. */
  ownTokenEntries(): readonly EntryOfPool[];
  /** The pool's strategy with the application's override on top, when that is switched on. */
  qrcodeLoginStrategy(application: Application): QrcodeLoginStrategy;
  /** Origins whose pages may call with credentials in the name of the application: its own list, else its pool's. */
  allowedOrigins(application: Application): readonly string[];
  allowsOrigin(application: Application, origin: string): boolean;
  /** Whether the pool's own list, or that of one of its applications, allows the origin. */
  poolAllowsOrigin(pool: UserPool, origin: string): boolean;
  /** Whether the application sends people back to a page of the origin: that page redeems codes, and reads its own tokens. */
  redirectsTo(application: Application, origin: string): boolean;
  /** Whether any application does. */
  redirectsAnywhereTo(origin: string): boolean;
  /** A preflight names no application: the union over all pools and applications decides (wire 2.0). */
  allowsOriginAnywhere(origin: string): boolean;
  /** Runs a read and a write that takes the `version` read; when another node was quicker, again on a fresh copy. */
  change<T>(work: (version: number | undefined) => Promise<T>): Promise<T>;
  putPool(pool: UserPool, event?: AuditEvent, version?: number): Promise<void>;
  /** False when another application of the pool has its identifier. */
  putApplication(application: Application, event?: AuditEvent, version?: number): Promise<boolean>;
  /**
   * `putApplication` of a change. Switching an application off ends its logins for good, whoever does it: none stands when it is switched on
   * again (threats T18). Switched off, its QR sessions show as expired, and nobody logs in to it; but a node with an older copy lets somebody
   * in for a moment, so switching it on ends what stands as well.
   */
  changeApplication(
    before: Application | null,
    after: Application,
    change: { at: number; event: AuditEvent | undefined; version: number | undefined },
  ): Promise<boolean>;
  removeApplication(id: string, at: number, event: AuditEvent, version?: number): Promise<boolean>;
}

/** `announce` is called after each write that goes through here: it tells the other nodes. */
export function createDirectory(
  stores: { pools: PoolStore; applications: ApplicationStore; directoryVersion(): Promise<number> },
  { announce = () => {} }: { announce?: () => void } = {},
): Directory {
  let pools = new Map<string, UserPool>();
  let applications = new Map<string, Application>();
  let origins: string[] = [];
  let redirectOrigins = new Map<string, Set<string>>();
  let linkOpeners: readonly Application[] = [];
  let ownTokenEntries: readonly EntryOfPool[] = [];
  let lastStarted = 0;
  let lastShown = 0;
  let shownVersion: number | undefined;

  async function reload(): Promise<void> {
    const turn = ++lastStarted;
    // The version is read first, so that the rows read after it are at least as new.
    const version = await stores.directoryVersion();
    const [poolRows, applicationRows] = await Promise.all([stores.pools.list(), stores.applications.list()]);
    // A reload that started later, perhaps after a write, has been shown already and is newer.
    if (turn < lastShown) return;
    lastShown = turn;
    shownVersion = version;
    pools = new Map(poolRows.map((pool) => [pool.id, pool]));
    applications = new Map(applicationRows.map((application) => [application.id, application]));
    redirectOrigins = new Map(applicationRows.map(({ id, redirectUris }) => [id, originsOf(redirectUris)]));
    linkOpeners = applicationRows.filter(opensLinks);
    ownTokenEntries = poolRows.flatMap(({ id, ownTokens }) => ownTokens.map((entry) => ({ ...entry, userPoolId: id })));
    origins = [
      ...new Set([
        ...poolRows.flatMap((pool) => pool.securitySettings.allowedOrigins),
        ...applicationRows.flatMap((application) => overrideOf(application).allowedOrigins ?? []),
      ]),
    ];
  }

  const refresh = createSharedTurn(async () => {
    if ((await stores.directoryVersion()) !== shownVersion) await reload();
  });

  function getApplication(id: string): Application {
    const application = applications.get(id);
    if (!application?.enabled) throw new DomainError('app_not_found');
    return application;
  }

  function getPool(id: string): UserPool {
    const pool = pools.get(id);
    if (!pool) throw new DomainError('pool_not_found');
    return pool;
  }

  function allowedOrigins(application: Application): readonly string[] {
    return (
      overrideOf(application).allowedOrigins ?? pools.get(application.userPoolId)?.securitySettings.allowedOrigins ?? []
    );
  }

  async function thenReload(write: Promise<boolean>): Promise<boolean> {
    const isDone = await write;
    await reload();
    if (isDone) announce();
    return isDone;
  }

  return {
    reload,
    refresh,
    findApplication: (id) => applications.get(id) ?? null,
    findPool: (id) => pools.get(id) ?? null,
    getApplication,
    getPool,
    pools: () => [...pools.values()],
    applications: () => [...applications.values()],
    appsThatOpenLinks: () => linkOpeners,
    ownTokenEntries: () => ownTokenEntries,
    qrcodeLoginStrategy: (application) => ({
      ...getPool(application.userPoolId).securitySettings.qrcodeLoginStrategy,
      ...overrideOf(application).qrcodeLoginStrategy,
    }),
    allowedOrigins,
    allowsOrigin: (application, origin) => isListed(allowedOrigins(application), origin),
    poolAllowsOrigin: (pool, origin) =>
      isListed(pool.securitySettings.allowedOrigins, origin) ||
      [...applications.values()].some(
        (application) =>
          application.userPoolId === pool.id && isListed(overrideOf(application).allowedOrigins ?? [], origin),
      ),
    redirectsTo: ({ id }, origin) => redirectOrigins.get(id)?.has(origin) ?? false,
    redirectsAnywhereTo: (origin) => [...redirectOrigins.values()].some((own) => own.has(origin)),
    allowsOriginAnywhere: (origin) => isListed(origins, origin),
    async change(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(shownVersion);
        } catch (error) {
          if (!(error instanceof DirectoryChanged) || attempt === maxAttempts) throw error;
          await reload();
        }
      }
    },
    async putPool(pool, event, version) {
      await stores.pools.put(pool, event, version);
      await reload();
      announce();
    },
    putApplication: (application, event, version) => thenReload(stores.applications.put(application, event, version)),
    changeApplication(before, after, { at, event, version }) {
      const isSwitched = before !== null && before.enabled !== after.enabled;
      return thenReload(
        isSwitched
          ? stores.applications.putEndingLogins(after, at, event, version)
          : stores.applications.put(after, event, version),
      );
    },
    removeApplication: (id, at, event, version) => thenReload(stores.applications.remove(id, at, event, version)),
  };
}

/** Origins of the web among the addresses; those of apps have none. */
function originsOf(uris: readonly string[]): Set<string> {
  return new Set(uris.map((uri) => URL.parse(uri)?.origin ?? 'null').filter((origin) => /^https?:/.test(origin)));
}

function isListed(allowed: readonly string[], origin: string): boolean {
  return allowed.some((one) => matchesOrigin(one, origin));
}

function overrideOf(application: Application): Application['securityOverride'] {
  return application.customSecurityEnabled ? application.securityOverride : {};
}
