import type { UpdateUserPoolDto } from '@passbeam/protocol';
import { changesOf } from '../../audit/changes.ts';
import type { Directory } from '../../directory/directory.ts';
import { changedBy, checkVersion } from '../../directory/kept/kept.ts';
import { fieldsOfPool, refuseManaged } from '../../directory/managed-fields.ts';
import type { UserPool } from '../../directory/pool.ts';
import type { Caller } from '../../ground/caller.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { type Administrator, idOf } from '../administrator.ts';
import { managementEvent } from '../event.ts';

/** User pools as operators see them: their own, or all of them for who administers all. */
export function createUserPoolManagement(parts: { directory: Directory; secrets: Secrets; clock: Clock }) {
  const { directory, secrets, clock } = parts;

  const get = ({ userPoolId }: Administrator): UserPool => directory.getPool(userPoolId);

  function list(admin: Administrator): UserPool[] {
    return admin.reach === 'all' ? directory.pools() : [get(admin)];
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

  return { get, list, update };
}
