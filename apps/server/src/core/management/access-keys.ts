import type { AuditType } from '../audit/event.ts';
import type { Client } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { AccessKey } from './access-key.ts';
import type { ManagementCaller } from './caller.ts';
import { managementEvent } from './event.ts';
import type { AccessKeyStore } from './store.ts';

const idLength = 24;
const secretLength = 48;

/** The keys of a pool, managed by whoever manages the pool (wire 5.2, row 25). */
export function createAccessKeys(parts: { accessKeys: AccessKeyStore; secrets: Secrets; clock: Clock }) {
  const { accessKeys, secrets, clock } = parts;

  async function create(caller: ManagementCaller, userId: string | null, client: Client): Promise<AccessKey> {
    const key: AccessKey = {
      id: secrets.randomId(idLength),
      userPoolId: caller.userPoolId,
      secret: secrets.randomId(secretLength),
      userId,
      status: 'activated',
      createdAt: clock.now(),
      lastUsedAt: null,
    };
    await accessKeys.insert(key, event('admin.access_key_created', caller, key.id, client));
    return key;
  }

  /** @throws DomainError access_key_not_found */
  async function get(caller: ManagementCaller, id: string): Promise<AccessKey> {
    const key = await accessKeys.find(id);
    if (key?.userPoolId !== caller.userPoolId) throw new DomainError('access_key_not_found');
    return key;
  }

  function list(
    caller: ManagementCaller,
    filter: { statuses?: readonly AccessKey['status'][]; userId?: string },
    page: { limit: number; offset: number },
  ) {
    return accessKeys.list(caller.userPoolId, filter, page);
  }

  /** A key that is off signs nothing, and the tokens given for it end. @throws DomainError access_key_not_found */
  async function setEnabled(caller: ManagementCaller, id: string, isOn: boolean, client: Client): Promise<void> {
    const status = isOn ? 'activated' : 'revoked';
    const change = event('admin.access_key_changed', caller, id, client, { status });
    if (!(await accessKeys.setStatus(caller.userPoolId, id, status, change))) {
      throw new DomainError('access_key_not_found');
    }
  }

  /** @throws DomainError access_key_not_found */
  async function remove(caller: ManagementCaller, id: string, client: Client): Promise<void> {
    const removal = event('admin.access_key_deleted', caller, id, client);
    if (!(await accessKeys.delete(caller.userPoolId, id, removal))) throw new DomainError('access_key_not_found');
  }

  const event = (
    type: AuditType,
    caller: ManagementCaller,
    changedKeyId: string,
    client: Client,
    detail: Record<string, string> = {},
  ) => managementEvent(secrets, type, caller, client, { detail: { changedKeyId, ...detail } });

  return { create, get, list, setEnabled, remove };
}

export type AccessKeys = ReturnType<typeof createAccessKeys>;
