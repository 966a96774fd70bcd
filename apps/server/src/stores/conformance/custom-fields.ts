import { expect, it } from 'vitest';
import type { CustomField } from '../../core/users/custom/custom-fields.ts';
import { anEvent } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

function aField(given: Partial<CustomField> = {}): CustomField {
  return {
    userPoolId: 'pool-1',
    key: 'team',
    label: 'Team',
    dataType: 'SELECT',
    options: ['red', 'blue'],
    createdAt: 1_000,
    updatedAt: 1_000,
    ...given,
  };
}

export function describeCustomFields(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const changes = async () => (await opened.stores.audit.list({ type: 'settings.changed', limit: 10 })).length;
  const anEdit = () => anEvent({ type: 'settings.changed' });

  it('keeps fields whole, per pool, by key', async () => {
    const fields = [aField(), aField({ key: 'level', dataType: 'NUMBER', options: [] })];
    await opened.stores.customFields.put(fields, anEdit());
    await opened.stores.customFields.put([aField({ userPoolId: 'pool-2' })], anEdit());
    expect(await opened.stores.customFields.list('pool-1')).toEqual([fields[1], fields[0]]);
    expect(await opened.stores.customFields.list('pool-3')).toEqual([]);
    expect(await changes()).toBe(2);
  });

  it('replaces all but the instant of creation', async () => {
    await opened.stores.customFields.put([aField()], anEdit());
    const next = aField({ label: 'Crew', dataType: 'STRING', options: [], createdAt: 9, updatedAt: 2_000 });
    await opened.stores.customFields.put([next], anEdit());
    expect(await opened.stores.customFields.list('pool-1')).toEqual([{ ...next, createdAt: 1_000 }]);
  });

  it('removes what is there, and records nothing when nothing was', async () => {
    await opened.stores.customFields.put([aField()], anEdit());
    expect(await opened.stores.customFields.remove('pool-2', ['team'], anEdit())).toBe(0);
    expect(await opened.stores.customFields.remove('pool-1', ['team', 'other'], anEdit())).toBe(1);
    expect(await opened.stores.customFields.list('pool-1')).toEqual([]);
    expect(await changes()).toBe(2);
  });
}
