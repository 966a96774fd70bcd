import { DomainError } from '../../../core/ground/errors.ts';
import type { CustomField, CustomFieldType } from '../../../core/users/custom/custom-fields.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import type { OperationContext, Said } from './context.ts';
import { customValue, requireUser } from './custom-values.ts';
import { jsonList } from './fields.ts';
import { graphqlUser } from './user.ts';

const maxPeople = 100;
const done = { code: 200, message: 'ok' };

interface Target {
  targetType: string;
}

/** The operations by which administrators declare custom fields, and set and read the values of many people. */
export function customFieldOperations(parts: Parts) {
  const { customDataManagement, userManagement, publicUrl } = parts;

  async function people(userIds: readonly string[], field: string, { request }: OperationContext) {
    if (userIds.length === 0 || userIds.length > maxPeople) {
      throw new DomainError('invalid_argument', { field, reason: ['notPeopleTo', maxPeople] });
    }
    return userManagement.findMany(await administratorOf(request, parts), { userIds });
  }

  return {
    async udf({ targetType }: Target, { request }: OperationContext) {
      const admin = await administratorOf(request, parts);
      requireUser(targetType);
      return (await customDataManagement.fields(admin)).map(toGraphql);
    },

    async setUdf(
      { targetType, key, dataType, label, options }: Target & Declaration,
      { request, caller }: OperationContext,
    ) {
      const admin = await administratorOf(request, parts);
      requireUser(targetType);
      const names = { list: 'key', ...prefixed(['key', 'dataType', 'label', 'options']) };
      const [field] = await withFieldNames(names, () =>
        customDataManagement.declare(admin, [{ key, dataType, label, options: optionsOf(options) }], caller),
      );
      return field === undefined ? null : toGraphql(field);
    },

    async removeUdf({ targetType, key }: Target & { key: string }, { request, caller }: OperationContext) {
      const admin = await administratorOf(request, parts);
      requireUser(targetType);
      await customDataManagement.forget(admin, [key], caller);
      return done;
    },

    async udfValueBatch({ targetType, targetIds }: Target & { targetIds: string[] }, context: OperationContext) {
      const found = await people(targetIds, 'targetIds', context);
      requireUser(targetType);
      return found.map((user) => ({ targetId: user.id, data: graphqlUser(user, { publicUrl }).customData }));
    },

    /** Changes nothing when one of the people does not exist. For each person all values change, or none. */
    async setUdfValueBatch({ targetType, input }: Target & { input: NewValue[] }, context: OperationContext) {
      const admin = await administratorOf(context.request, parts);
      requireUser(targetType);
      const byPerson = Map.groupBy(input, ({ targetId }) => targetId);
      const found = await people([...byPerson.keys()], 'input', context);
      if (found.length < byPerson.size) throw new DomainError('user_not_found', { field: 'input' });
      for (const [userId, values] of byPerson) {
        const customData = Object.fromEntries(values.map(({ key, value }) => [key, customValue(value)]));
        await withFieldNames({ customData: 'input' }, () =>
          userManagement.update(admin, { userId }, { profile: {}, customData }, {}, context.caller),
        );
      }
      return done;
    },
  };
}

interface NewValue {
  targetId: string;
  key: string;
  value: string;
}

type Declaration = { key: string; dataType: CustomFieldType; label: string } & Said<{ options: string }>;

function prefixed(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`list.0.${name}`, name]));
}

/** The text of a JSON list, of texts or of what v3 calls an option. @throws DomainError invalid_argument */
function optionsOf(text: string | null | undefined): string[] | undefined {
  if (!text) return;
  return jsonList(text, { field: 'options', reason: 'notJsonTexts' }, (item) => {
    const value = typeof item === 'object' && item !== null && 'value' in item ? item.value : item;
    return typeof value === 'string' ? value : undefined;
  });
}

function toGraphql({ key, label, dataType, options }: CustomField) {
  const listed = options.map((value) => ({ value, label: value }));
  return { targetType: 'USER', key, label, dataType, options: options.length === 0 ? null : JSON.stringify(listed) };
}
