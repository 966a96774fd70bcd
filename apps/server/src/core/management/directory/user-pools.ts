import type { CreateUserPoolDto, UpdateUserPoolDto } from '@passbeam/protocol';
import { changesOf } from '../../audit/changes.ts';
import type { Directory } from '../../directory/directory.ts';
import { changedBy, checkVersion } from '../../directory/kept/kept.ts';
import { fieldsOfPool, refuseManaged } from '../../directory/managed-fields.ts';
import { newPool, standingDefaults, type UserPool } from '../../directory/pool.ts';
import { drawnId, madeBefore } from '../../ground/asked-before.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { type Administrator, idOf } from '../administrator.ts';
import { managementEvent } from '../event.ts';

/** Every node keeps all pools in memory. */
const mostPools = 1000;

/** User pools as operators see them: their own, or all of them for who administers all. */
export function createUserPoolManagement(parts: { directory: Directory; secrets: Secrets; clock: Clock }) {
  const { directory, secrets, clock } = parts;

  const get = ({ userPoolId }: Administrator): UserPool => directory.getPool(userPoolId);

  function list(admin: Administrator): UserPool[] {
    return admin.reach === 'all' ? directory.pools() : [get(admin)];
  }

  /**
   * A new pool, for owners of all pools. With an idempotency key a repeat shows the same one and its secret, for both are derived from it.
   * @throws DomainError permission_denied, invalid_argument
   */
  async function create(admin: Administrator, input: CreateUserPoolDto, caller: Caller): Promise<UserPool> {
    const { idempotencyKey, ...asked } = input;
    if (admin.reach !== 'all') throw new DomainError('permission_denied', { reason: 'notOfAllPools' });
    return directory.change(async (version) => {
      if (idempotencyKey === undefined) {
        return insert(admin, asked, { id: secrets.randomId(24), secret: secrets.randomId(32), version }, caller);
      }
      const drawn = { scope: ['user pool'], idempotencyKey, asked };
      const before = madeBefore(secrets, drawn, directory.pools());
      if (before === null) {
        const id = drawnId(secrets, drawn);
        const [secret = ''] = firstSecrets(id, idempotencyKey);
        return insert(admin, asked, { id, secret, version }, caller);
      }
      // Whatever came after the first secret is shown by its own rotation alone.
      if (firstSecrets(before.id, idempotencyKey).includes(before.secret)) return before;
      throw new DomainError('invalid_argument', { field: 'idempotencyKey', reason: 'keyOfOther' });
    });
  }

  const firstSecrets = (id: string, idempotencyKey: string): string[] =>
    secrets.keyIds.flatMap((keyId) => secrets.derive(keyId, 'first-secret', id, idempotencyKey) ?? []);

  async function insert(
    admin: Administrator,
    input: CreateUserPoolDto,
    { version, ...drawn }: { id: string; secret: string; version: number | undefined },
    caller: Caller,
  ): Promise<UserPool> {
    if (directory.pools().length >= mostPools) {
      throw new DomainError('invalid_argument', { field: 'userPools', reason: ['tooMany', mostPools] });
    }
    const now = clock.now();
    const defaults = { ...standingDefaults, ...input.defaults };
    const pool = changedBy(newPool({ ...drawn, name: input.userPoolName, defaults }, now), idOf(admin), now);
    const said = { name: pool.name, defaults };
    const event = managementEvent(secrets, 'admin.userpool_created', { ...admin, userPoolId: pool.id }, caller, {
      detail: { operationParam: pool.name, ...changesOf({}, said) },
    });
    await directory.putPool(pool, event, version);
    return pool;
  }

  /** Fields that are not named stay. @throws DomainError managed_by_file, version_conflict */
  function update(admin: Administrator, input: UpdateUserPoolDto, caller: Caller): Promise<UserPool> {
    return directory.change(async (version) => {
      const before = get(admin);
      checkVersion(before, input.ifVersion);
      const pollBinding = input.defaults?.pollBinding ?? before.defaults.pollBinding;
      const changed = { ...before, name: input.userPoolName ?? before.name, defaults: { pollBinding } };
      const after = changedBy(changed, idOf(admin), clock.now());
      refuseManaged('pool', before.managed, fieldsOfPool(before), fieldsOfPool(after));
      const said = ({ name, defaults }: UserPool) => ({ name, defaults });
      const event = managementEvent(secrets, 'admin.userpool_updated', admin, caller, {
        detail: changesOf(said(before), said(after)),
      });
      await directory.putPool(after, event, version);
      return after;
    });
  }

  return { get, list, create, update };
}
