import type { AuditType } from '../audit/event.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { AccessKey, AccessKeyScope } from './access-key.ts';
import type { Administrator } from './administrator.ts';
import { managementEvent } from './event.ts';
import type { AccessKeyStore } from './store.ts';

const idLength = 24;
const secretLength = 48;

export interface NewAccessKey {
  userId: string | null;
  /** Absent: the key manages its pool. */
  scopes?: readonly AccessKeyScope[] | undefined;
  applicationId?: string | undefined;
  issuer?: string | undefined;
}

/** Lets administrators manage the access keys of their pool (wire 5.2, row 25). */
export function createAccessKeys(parts: {
  accessKeys: AccessKeyStore;
  directory: Pick<Directory, 'findApplication'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { accessKeys, directory, secrets, clock } = parts;

  /** @throws DomainError invalid_argument, app_not_found */
  async function create(admin: Administrator, input: NewAccessKey, caller: Caller): Promise<AccessKey> {
    const { scopes = null, applicationId = null, issuer = null } = input;
    if (scopes === null) {
      for (const field of ['applicationId', 'issuer'] as const) {
        if (input[field] !== undefined) throw new DomainError('invalid_argument', { field, reason: 'scopesMissing' });
      }
    } else {
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
      status: 'activated',
      createdAt: clock.now(),
      lastUsedAt: null,
    };
    const detail: Record<string, string> =
      scopes === null ? {} : { scopes: scopes.join(' '), applicationId: applicationId ?? '' };
    await accessKeys.insert(key, event('admin.access_key_created', admin, key.id, caller, detail));
    return key;
  }

  /** @throws DomainError access_key_not_found */
  async function get(admin: Administrator, id: string): Promise<AccessKey> {
    const key = await accessKeys.find(id);
    if (key?.userPoolId !== admin.userPoolId) throw new DomainError('access_key_not_found');
    return key;
  }

  function list(
    admin: Administrator,
    filter: { statuses?: readonly AccessKey['status'][]; userId?: string },
    page: { limit: number; offset: number },
  ) {
    return accessKeys.list(admin.userPoolId, filter, page);
  }

  /**
   * Turns a key on or off. One that is off signs nothing, and the tokens given for it end. @throws DomainError
   * access_key_not_found
   */
  async function setEnabled(admin: Administrator, id: string, isOn: boolean, caller: Caller): Promise<void> {
    const status = isOn ? 'activated' : 'revoked';
    const change = event('admin.access_key_changed', admin, id, caller, { status });
    if (!(await accessKeys.setStatus(admin.userPoolId, id, status, change))) {
      throw new DomainError('access_key_not_found');
    }
  }

  /** @throws DomainError access_key_not_found */
  async function remove(admin: Administrator, id: string, caller: Caller): Promise<void> {
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

  return { create, get, list, setEnabled, remove };
}

export type AccessKeys = ReturnType<typeof createAccessKeys>;
