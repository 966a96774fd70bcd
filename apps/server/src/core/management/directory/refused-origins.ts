import type { Directory } from '../../directory/directory.ts';
import { canonicalOrigin } from '../../directory/origins.ts';
import type { Clock } from '../../ground/ports.ts';
import type { Administrator } from '../administrator.ts';

/** A page's origin that asked in vain. */
export interface RefusedOrigin {
  origin: string;
  n: number;
  lastAt: number;
}

/** Per user pool; '' stands for requests that name none. */
export interface RefusedOriginStore {
  /** Sums how often, and keeps the later instant. */
  add(userPoolId: string, origins: readonly RefusedOrigin[]): Promise<void>;
  /** Latest first. */
  list(userPoolId: string, limit: number): Promise<RefusedOrigin[]>;
  forget(userPoolId: string, origins: readonly string[]): Promise<void>;
  /** Deletes at most `limit` that asked for the last time before the instant; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}

/** Strangers choose what they send as an origin: how many are noted of a pool, how many are read, and how long one is. */
const kept = 50;
const readAtMost = 500;
const longest = 260;
/** Where requests name no pool, as preflights do. */
const noPool = '';

/**
 * Remembers which pages asked in vain: to the page, a forgotten origin looks like an outage. A node counts in memory, fifty of a pool at
 * most, and writes that down once a minute.
 */
export function createRefusedOriginNotes(parts: {
  refusedOriginStore: RefusedOriginStore;
  directory: Pick<Directory, 'findApplication' | 'findPool' | 'pools' | 'poolAllowsOrigin'>;
  clock: Clock;
}) {
  const { refusedOriginStore: store, directory, clock } = parts;
  let pending = new Map<string, Map<string, RefusedOrigin>>();

  function poolOf({ applicationId, poolId }: Named): string {
    const application = applicationId === null ? null : directory.findApplication(applicationId);
    const pool = application?.userPoolId ?? (poolId === null ? null : directory.findPool(poolId)?.id);
    if (pool) return pool;
    const [only, another] = directory.pools();
    return only !== undefined && another === undefined ? only.id : noPool;
  }

  /** Returns the one form of the origin; null for what no browser sends. */
  function note(origin: string, named: Named): string | null {
    const canonical = origin.length > longest ? null : canonicalOrigin(origin);
    if (canonical === null) return null;
    const pool = poolOf(named);
    const noted = pending.get(pool) ?? new Map<string, RefusedOrigin>();
    const before = noted.get(canonical);
    if (before === undefined && noted.size >= kept) return canonical;
    noted.set(canonical, { origin: canonical, n: (before?.n ?? 0) + 1, lastAt: clock.now() });
    pending.set(pool, noted);
    return canonical;
  }

  /** Called once a minute. */
  async function write(): Promise<void> {
    const noted = pending;
    pending = new Map();
    for (const [pool, origins] of noted) {
      await store.add(pool, [...origins.values()]);
      const all = await store.list(pool, readAtMost);
      const remembered = new Set(worthKeeping(all));
      await store.forget(
        pool,
        all.filter((one) => !remembered.has(one)).map(({ origin }) => origin),
      );
    }
  }

  /** Latest first; those that were allowed since then are left out. Who administers all pools sees those that named none as well. */
  async function list({ userPoolId, reach }: Administrator): Promise<RefusedOrigin[]> {
    const pool = directory.findPool(userPoolId);
    const pools = reach === 'all' ? [userPoolId, noPool] : [userPoolId];
    const found = await Promise.all(pools.map((id) => store.list(id, kept)));
    const here = pools.flatMap((id) => [...(pending.get(id)?.values() ?? [])]);
    return summed([...found.flat(), ...here])
      .filter(({ origin }) => pool !== null && !directory.poolAllowsOrigin(pool, origin))
      .sort((one, other) => other.lastAt - one.lastAt)
      .slice(0, kept);
  }

  return { note, write, list };
}

export type RefusedOriginNotes = ReturnType<typeof createRefusedOriginNotes>;

interface Named {
  applicationId: string | null;
  poolId: string | null;
}

/** The latest ones, and as many that asked most often: so a flood of made-up origins does not push out a page that asks again and again. */
function worthKeeping(latestFirst: readonly RefusedOrigin[]): RefusedOrigin[] {
  const half = kept / 2;
  const latest = latestFirst.slice(0, half);
  const oftenest = latestFirst.slice(half).sort((one, other) => other.n - one.n);
  return [...latest, ...oftenest.slice(0, half)];
}

function summed(all: readonly RefusedOrigin[]): RefusedOrigin[] {
  const sums = new Map<string, RefusedOrigin>();
  for (const { origin, n, lastAt } of all) {
    const before = sums.get(origin);
    sums.set(origin, { origin, n: n + (before?.n ?? 0), lastAt: Math.max(lastAt, before?.lastAt ?? 0) });
  }
  return [...sums.values()];
}
