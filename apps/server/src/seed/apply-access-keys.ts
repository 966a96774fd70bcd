import { isDeepStrictEqual } from 'node:util';
import type { AccessKeyEntry } from '../config/file-schema.ts';
import { type AuditType, newEvent } from '../core/audit/event.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import type { AccessKey } from '../core/management/access-key.ts';
import type { AccessKeyStore } from '../core/management/store.ts';

export interface AccessKeyParts {
  accessKeys: Pick<AccessKeyStore, 'find' | 'listFromFile' | 'put' | 'delete'>;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
}

/**
 * Makes the pool's keys that the file once made agree with it: who is no longer there ends. Keys of the management API are left alone. One
 * that was switched off stays off until its secret changes, so that a restart gives no stolen key back.
 * @returns whether anything changed
 */
export async function applyAccessKeys(
  entries: readonly AccessKeyEntry[],
  userPoolId: string,
  { accessKeys, secrets, clock }: AccessKeyParts,
): Promise<boolean> {
  const eventOf = (type: AuditType, changedKeyId: string, detail: Record<string, string> = {}) =>
    newEvent(secrets, type, null, { userPoolId, detail: { source: 'config_file', changedKeyId, ...detail } });
  const stored = new Map((await accessKeys.listFromFile(userPoolId)).map((key) => [key.id, key]));
  let isChanged = false;
  for (const entry of entries) {
    const before = stored.get(entry.id);
    const next: AccessKey = {
      userPoolId,
      id: entry.id,
      secret: entry.secret,
      scopes: entry.scopes ?? null,
      applicationId: entry.applicationId ?? null,
      issuer: entry.issuer ?? null,
      isFromFile: true,
      userId: null,
      name: before?.name ?? null,
      // A key with scopes manages nothing, whatever its role.
      role: entry.role ?? 'owner',
      expiresAt: before?.expiresAt ?? null,
      createdBy: { kind: 'configurationFile', id: '' },
      status: before?.secret === entry.secret ? before.status : 'activated',
      createdAt: before?.createdAt ?? clock.now(),
      lastUsedAt: before?.lastUsedAt ?? null,
    };
    stored.delete(entry.id);
    if (isDeepStrictEqual(next, before)) continue;
    isChanged = true;
    const told = next.scopes === null && next.role !== before?.role ? { role: next.role } : undefined;
    const type = before ? 'admin.access_key_changed' : 'admin.access_key_created';
    await accessKeys.put(next, eventOf(type, entry.id, told));
  }
  for (const id of stored.keys()) {
    isChanged = true;
    await accessKeys.delete(userPoolId, id, eventOf('admin.access_key_deleted', id));
  }
  return isChanged;
}

/** Refuses ids that another pool, or the management API, gave to another key: its holder would lose it. */
export async function takenAccessKeys(
  pools: readonly { id: string; accessKeys?: readonly AccessKeyEntry[] | undefined }[],
  { accessKeys }: Pick<AccessKeyParts, 'accessKeys'>,
): Promise<string[]> {
  const mistakes: string[] = [];
  for (const [poolIndex, pool] of pools.entries()) {
    for (const [index, { id }] of (pool.accessKeys ?? []).entries()) {
      const key = await accessKeys.find(id);
      if (key === null || (key.isFromFile && key.userPoolId === pool.id)) continue;
      mistakes.push(
        `userPools[${poolIndex}].accessKeys[${index}].id belongs to a stored key that this file did not make. Write a new id.`,
      );
    }
  }
  return mistakes;
}
