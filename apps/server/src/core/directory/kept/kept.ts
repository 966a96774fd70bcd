import { DomainError } from '../../ground/errors.ts';
import { type Managed, managedByNobody } from './managed.ts';

/** A secret that was replaced and still works for a while, so that whoever uses it can follow. */
export interface OlderSecret {
  secret: string;
  endsAt: number;
}

/** What is kept of a pool and of an application alike, beside what they are. */
export interface Kept {
  /** Grows by one with each change. */
  version: number;
  /** `config_file`, or the id of the access key, pool or administrator; null: nobody since this is kept. */
  updatedBy: string | null;
  managed: Managed;
  /** One at most, for two secrets are live at most. */
  olderSecrets: readonly OlderSecret[];
}

export const newlyKept: Kept = { version: 0, updatedBy: null, managed: managedByNobody, olderSecrets: [] };

/** The state after a change that made `after` of what was stored. */
export function changedBy<T extends Kept & { updatedAt: number }>(after: T, by: string, now: number): T {
  const olderSecrets = after.olderSecrets.filter(({ endsAt }) => endsAt > now);
  return { ...after, olderSecrets, version: after.version + 1, updatedBy: by, updatedAt: now };
}

/** @throws DomainError version_conflict, with what is stored, when somebody changed it since `ifVersion` was read */
export function checkVersion(stored: Kept & { updatedAt: number }, ifVersion: number | undefined): void {
  const { version, updatedBy, updatedAt } = stored;
  if (ifVersion === undefined || ifVersion === version) return;
  throw new DomainError('version_conflict', {
    field: 'ifVersion',
    next: { version, updatedBy, updatedAt: new Date(updatedAt).toISOString() },
  });
}

/** The secrets that are good at this moment, the current one first. */
export function liveSecrets(holder: { secret: string } & Pick<Kept, 'olderSecrets'>, now: number): string[] {
  return [holder.secret, ...holder.olderSecrets.filter(({ endsAt }) => endsAt > now).map(({ secret }) => secret)];
}
