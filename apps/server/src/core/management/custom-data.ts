import type { Reason } from '@passbeam/protocol';
import type { Directory } from '../directory/directory.ts';
import { isSame, refuseManagedList } from '../directory/managed-fields.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { PhoneCountries } from '../identifiers/phone-country.ts';
import { saveChanged } from '../users/changes.ts';
import { mergeCustomData } from '../users/custom/custom-data.ts';
import {
  type CustomField,
  type CustomFieldStore,
  type CustomFieldType,
  fitsCustomField,
  maxCustomFields,
  newCustomField,
} from '../users/custom/custom-fields.ts';
import type { UserStore } from '../users/store.ts';
import type { Administrator } from './administrator.ts';
import { managementEvent } from './event.ts';
import { namingItem } from './list-item.ts';
import { getManagedUser } from './managed-user.ts';

export interface CustomFieldChange {
  key: string;
  /** Absent: as it is; STRING for a new field. */
  dataType?: CustomFieldType;
  /** Absent: as it is; the key for a new field. */
  label?: string;
  options?: string[];
}

/** Lets administrators declare and write what a pool keeps about its people beside the profile (wire 5.2, rows 14, 15). */
export function createCustomDataManagement(parts: {
  users: UserStore;
  directory: PhoneCountries & Pick<Directory, 'getPool'>;
  customFields: CustomFieldStore;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, directory, customFields, secrets, clock } = parts;

  const fields = ({ userPoolId }: Pick<Administrator, 'userPoolId'>) => customFields.list(userPoolId);

  /** Declares or changes fields; the type of a field never changes. @throws DomainError invalid_argument, managed_by_file */
  async function declare(
    admin: Administrator,
    changes: readonly CustomFieldChange[],
    caller: Caller,
  ): Promise<CustomField[]> {
    const declared = new Map((await fields(admin)).map((field) => [field.key, field]));
    const keys = new Set([...declared.keys(), ...changes.map(({ key }) => key)]);
    if (keys.size > maxCustomFields) {
      throw new DomainError('invalid_argument', { field: 'list', reason: ['tooManyFields', maxCustomFields] });
    }
    const now = clock.now();
    const next: CustomField[] = [];
    for (const [index, change] of changes.entries()) {
      const before = declared.get(change.key);
      next.push(await namingItem(index, () => newCustomField(withChange(before, change), admin.userPoolId, now)));
    }
    const isChange = next.some((field) => !isDeclaredAs(declared.get(field.key), field));
    if (isChange) refuseManagedList(directory.getPool(admin.userPoolId).managed, 'customFields', 'list');
    const detail = {
      keys: next
        .map(({ key }) => key)
        .join(' ')
        .slice(0, 512),
    };
    await customFields.put(next, managementEvent(secrets, 'admin.custom_fields_set', admin, caller, { detail }));
    const stored = await fields(admin);
    return stored.filter(({ key }) => next.some((field) => field.key === key));
  }

  /** Forgets declarations; the values that people have under these keys stay. Unknown keys are no error. @throws DomainError managed_by_file */
  async function forget(admin: Administrator, keys: readonly string[], caller: Caller): Promise<void> {
    refuseManagedList(directory.getPool(admin.userPoolId).managed, 'customFields', 'keys');
    const detail = { keys: keys.join(' ').slice(0, 512) };
    const event = managementEvent(secrets, 'admin.custom_fields_removed', admin, caller, { detail });
    await customFields.remove(admin.userPoolId, keys, event);
  }

  async function read(admin: Administrator, userId: string): Promise<Record<string, unknown>> {
    return (await getManagedUser(admin, { userId }, parts)).customData;
  }

  /** Sets declared fields of a person; null removes one. @throws DomainError user_not_found, invalid_argument */
  async function write(
    admin: Administrator,
    userId: string,
    list: readonly { key: string; value: unknown }[],
    caller: Caller,
  ): Promise<void> {
    const user = await getManagedUser(admin, { userId }, parts);
    const declared = new Map((await fields(admin)).map((field) => [field.key, field]));
    const changes = Object.fromEntries(
      list.map(({ key, value }, index) => {
        const refuse = (name: string, reason: Reason): never => {
          throw new DomainError('invalid_argument', { field: `list.${index}.${name}`, reason });
        };
        const field = declared.get(key) ?? refuse('key', ['fieldNotDeclared', key]);
        const meant = value === null ? null : asDeclared(field, value);
        if (meant !== null && !fitsCustomField(field, meant)) refuse('value', ['notOfType', field.dataType]);
        return [key, meant];
      }),
    );
    const now = clock.now();
    const detail = { fields: Object.keys(changes).join(' ').slice(0, 512) };
    await saveChanged(
      users,
      user,
      (current) => ({
        ...current,
        customData: mergeCustomData(current.customData, changes, 'list'),
        updatedAt: now,
        version: current.version + 1,
      }),
      managementEvent(secrets, 'admin.custom_data_set', admin, caller, { userId: user.id, detail }),
    );
  }

  return { fields, declare, forget, read, write };
}

function isDeclaredAs(before: CustomField | undefined, { label, dataType, options }: CustomField): boolean {
  return before !== undefined && isSame([before.label, before.dataType, before.options], [label, dataType, options]);
}

/** @throws DomainError invalid_argument when the type would change, because values of the old type may be there */
function withChange(before: CustomField | undefined, { key, dataType, label, options }: CustomFieldChange) {
  if (before !== undefined && dataType !== undefined && dataType !== before.dataType) {
    throw new DomainError('invalid_argument', { field: 'dataType', reason: ['fieldTypeFixed', key, before.dataType] });
  }
  return {
    key,
    dataType: dataType ?? before?.dataType ?? 'STRING',
    label: label ?? before?.label ?? key,
    options: options ?? before?.options ?? [],
  };
}

/** The value in the field's type. The contract sends values as text: `"7"` is a number where one is declared. */
function asDeclared({ dataType }: CustomField, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (dataType === 'NUMBER' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (dataType === 'BOOLEAN' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
