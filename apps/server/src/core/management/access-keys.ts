import type { AuditType } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { AccessKey, AccessKeyScope, KeyMaker } from './access-key.ts';
import type { Administrator } from './administrator.ts';
import { managementEvent } from './event.ts';
import type { Role } from './roles.ts';
import type { AccessKeyFilter, AccessKeyStore } from './store.ts';

const idLength = 24;
const secretLength = 48;

export interface NewAccessKey {
  userId: string | null;
  /** Absent: the key manages its pool. */
  scopes?: readonly AccessKeyScope[] | undefined;
  applicationId?: string | undefined;
  issuer?: string | undefined;
  name?: string | undefined;
  /** What a key without scopes may do: everything unless given. */
  role?: Role | undefined;
  /** Absent: it has no end. */
  expiresAt?: number | undefined;
}

/** What may be changed about a key. What is not named stays. */
export interface AccessKeyChanges {
  name?: string | undefined;
  role?: Role | undefined;
  expiresAt?: number | null | undefined;
  isOn?: boolean | undefined;
}

/** Lets administrators manage the access keys of their pool (wire 5.2, row 25). */
export function createAccessKeys(parts: {
  accessKeys: AccessKeyStore;
  directory: Pick<Directory, 'findApplication' | 'findPool'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { accessKeys, directory, secrets, clock } = parts;

  /** @throws DomainError invalid_argument, app_not_found */
  async function create(admin: Administrator, input: NewAccessKey, caller: Caller): Promise<AccessKey> {
    const { scopes = null, applicationId = null, issuer = null, name = null, role, expiresAt = null } = input;
    requireFuture(expiresAt);
    if (scopes === null) {
      for (const field of ['applicationId', 'issuer'] as const) {
        if (input[field] !== undefined) throw new DomainError('invalid_argument', { field, reason: 'scopesMissing' });
      }
    } else {
      if (role !== undefined) throw new DomainError('invalid_argument', { field: 'role', reason: 'scopesHaveNoRole' });
      if (applicationId === null)
        throw new DomainError('invalid_argument', { field: 'applicationId', reason: 'required' });
      const application = directory.findApplication(applicationId);
      if (application?.userPoolId !== admin.userPoolId)
        throw new DomainError('app_not_found', { field: 'applicationId' });
    }
    const key: AccessKey = {
      id: secrets.randomId(idLength),
      userPoolId: admin.userPoolId,
      secret: secrets.randomId(secretLength),
      scopes,
      applicationId,
      issuer,
      isFromFile: false,
      userId: input.userId,
      name,
      role: role ?? 'owner',
      expiresAt,
      createdBy: makerOf(admin),
      status: 'activated',
      createdAt: clock.now(),
      lastUsedAt: null,
    };
    const detail: Record<string, string> =
      scopes === null ? { role: key.role } : { scopes: scopes.join(' '), applicationId: applicationId ?? '' };
    await accessKeys.insert(key, event('admin.access_key_created', admin, key.id, caller, detail));
    return key;
  }

  /** @throws DomainError access_key_not_found */
  async function get(admin: Administrator, id: string): Promise<AccessKey> {
    const key = await accessKeys.find(id);
    if (key?.userPoolId !== admin.userPoolId) throw new DomainError('access_key_not_found');
    return key;
  }

  function list(admin: Administrator, filter: AccessKeyFilter, page: { limit: number; after?: string }) {
    return accessKeys.list(admin.userPoolId, filter, page);
  }

  /**
   * Changes a key. One that is off, or whose end has come, signs nothing, and the tokens given for it end. @throws DomainError
   * access_key_not_found, invalid_argument, managed_by_file
   */
  async function update(admin: Administrator, id: string, changes: AccessKeyChanges, caller: Caller): Promise<void> {
    const { name, role, expiresAt, isOn } = changes;
    requireFuture(expiresAt ?? null);
    const key = await get(admin, id);
    if (role !== undefined && key.scopes !== null) {
      throw new DomainError('invalid_argument', { field: 'role', reason: 'scopesHaveNoRole' });
    }
    if (role !== undefined && role !== key.role) refuseOfFile(key, 'role');
    const written = {
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(isOn !== undefined && { status: isOn ? ('activated' as const) : ('revoked' as const) }),
    };
    const told = Object.entries(written).map(([field, value]) => [field, String(value)]);
    const change = event('admin.access_key_changed', admin, id, caller, Object.fromEntries(told));
    if (!(await accessKeys.update(admin.userPoolId, id, written, change)))
      throw new DomainError('access_key_not_found');
  }

  /** @throws DomainError invalid_argument */
  function requireFuture(expiresAt: number | null): void {
    if (expiresAt === null || expiresAt > clock.now()) return;
    throw new DomainError('invalid_argument', { field: 'expiresAt', reason: 'notInFuture' });
  }

  /** Whose the key is. The file of a `configuration: seed`, or one that names the pool no more, writes no keys. */
  function managerOf({ isFromFile, userPoolId }: AccessKey): 'file' | 'console' {
    const isManaged = directory.findPool(userPoolId)?.managed.configuration === 'managed';
    return isFromFile && isManaged ? 'file' : 'console';
  }

  /** The next start would write it again: a key that leaked would be back. @throws DomainError managed_by_file */
  function refuseOfFile(key: AccessKey, field: string): void {
    if (managerOf(key) === 'file') throw new DomainError('managed_by_file', { field, reason: 'keyOfFile' });
  }

  /** @throws DomainError access_key_not_found, managed_by_file */
  async function remove(admin: Administrator, id: string, caller: Caller): Promise<void> {
    refuseOfFile(await get(admin, id), 'accessKeyId');
    const removal = event('admin.access_key_deleted', admin, id, caller);
    if (!(await accessKeys.delete(admin.userPoolId, id, removal))) throw new DomainError('access_key_not_found');
  }

  const event = (
    type: AuditType,
    admin: Administrator,
    changedKeyId: string,
    caller: Caller,
    detail: Record<string, string> = {},
  ) => managementEvent(secrets, type, admin, caller, { detail: { changedKeyId, ...detail } });

  return { create, get, list, managerOf, update, remove };
}

const makerOf = ({ by }: Administrator): KeyMaker =>
  'accessKeyId' in by ? { kind: 'accessKey', id: by.accessKeyId } : { kind: 'administrator', id: by.administratorId };

export type AccessKeys = ReturnType<typeof createAccessKeys>;
