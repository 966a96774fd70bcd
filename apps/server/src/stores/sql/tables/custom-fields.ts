import type { CustomField, CustomFieldStore } from '../../../core/users/custom/custom-fields.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { CustomFieldTable } from '../engine/schema.ts';
import type { Recorder } from './audit.ts';

export function createCustomFieldStore({ db }: SqlEngine, record: Recorder): CustomFieldStore {
  return {
    async list(userPoolId) {
      const rows = await db
        .selectFrom('custom_fields')
        .selectAll()
        .where('user_pool_id', '=', userPoolId)
        .orderBy('key')
        .execute();
      return rows.map(toField);
    },

    put: (fields, event) =>
      db.transaction().execute(async (tx) => {
        for (const field of fields) {
          const { created_at, ...columns } = toRow(field);
          await tx
            .insertInto('custom_fields')
            .values({ created_at, ...columns })
            .onConflict((conflict) => conflict.columns(['user_pool_id', 'key']).doUpdateSet(columns))
            .execute();
        }
        await record(tx, event);
      }),

    remove: (userPoolId, keys, event) =>
      db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('custom_fields')
          .where('user_pool_id', '=', userPoolId)
          .where('key', 'in', [...keys])
          .executeTakeFirstOrThrow();
        if (numDeletedRows > 0n) await record(tx, event);
        return Number(numDeletedRows);
      }),
  };
}

function toRow(field: CustomField): CustomFieldTable {
  return {
    user_pool_id: field.userPoolId,
    key: field.key,
    label: field.label,
    data_type: field.dataType,
    options: JSON.stringify(field.options),
    created_at: field.createdAt,
    updated_at: field.updatedAt,
  };
}

function toField(row: CustomFieldTable): CustomField {
  return {
    userPoolId: row.user_pool_id,
    key: row.key,
    label: row.label,
    dataType: row.data_type,
    options: JSON.parse(row.options),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
