import type { Directory } from '../../directory/directory.ts';
import type { Clock } from '../../ground/ports.ts';
import type { UserStore } from '../../users/store.ts';
import type { Administrator } from '../administrator.ts';
import type { AccessKeyStore } from '../store.ts';

const keptMs = 60_000;
const keysCountedTo = 1_000;

export interface PoolSummary {
  users: number;
  applications: number;
  accessKeys: { n: number; isCapped: boolean };
  at: number;
}

/** What a pool has, counted at most once a minute by each node. */
export function createPoolSummary(parts: {
  users: Pick<UserStore, 'count'>;
  accessKeys: Pick<AccessKeyStore, 'list'>;
  directory: Pick<Directory, 'applications'>;
  clock: Clock;
}) {
  const { users, accessKeys, directory, clock } = parts;
  const kept = new Map<string, Promise<PoolSummary>>();

  async function count(userPoolId: string): Promise<PoolSummary> {
    const { keys } = await accessKeys.list(userPoolId, {}, { limit: keysCountedTo + 1 });
    return {
      users: await users.count(userPoolId),
      applications: directory.applications().filter((application) => application.userPoolId === userPoolId).length,
      accessKeys: { n: Math.min(keys.length, keysCountedTo), isCapped: keys.length > keysCountedTo },
      at: clock.now(),
    };
  }

  return async function summary({ userPoolId }: Pick<Administrator, 'userPoolId'>): Promise<PoolSummary> {
    const known = await kept.get(userPoolId)?.catch(() => null);
    if (known && clock.now() - known.at < keptMs) return known;
    const counting = count(userPoolId);
    kept.set(userPoolId, counting);
    return counting;
  };
}
