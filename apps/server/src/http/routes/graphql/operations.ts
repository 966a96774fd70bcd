import { DomainError } from '../../../core/ground/errors.ts';
import type { UniqueField } from '../../../core/users/user.ts';
import { findAdministrator } from '../../callers/administrator.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { createUserExists } from '../v2/user-exists.ts';
import { createAccount } from './account.ts';
import type { OperationContext, Said } from './context.ts';
import { customFieldOperations } from './custom-fields.ts';
import { customValue, requireUser } from './custom-values.ts';
import { withoutNulls } from './fields.ts';
import { createLogIn } from './log-in.ts';
import { createManagedUsers } from './managed-users.ts';
import { managementTokenOperations } from './management-token.ts';
import { passcodeOperations } from './passcodes.ts';
import { signInOperations } from './sign-in.ts';
import { signUpOperations } from './sign-up.ts';
import { userPoolOperations } from './user-pool.ts';

/** Every operation by its published name: the root value that documents are run on. */
export function createOperations(parts: Parts) {
  const logIn = createLogIn(parts);
  const userExists = createUserExists(parts);
  const account = createAccount(parts);
  const managedUsers = createManagedUsers(parts);

  /** Who is meant by operations that people call about themselves, and administrators about anybody. */
  async function whose({ request }: OperationContext) {
    return (await findAdministrator(request, parts)) === null ? account : managedUsers;
  }

  async function setCustomData(
    { targetType, targetId }: CustomDataTarget,
    list: readonly { key: string; value?: string | null }[],
    field: string,
    context: OperationContext,
  ) {
    requireUser(targetType);
    const customData = Object.fromEntries(list.map(({ key, value }) => [key, customValue(value)]));
    const { setCustomData: set } = await whose(context);
    const user = await withFieldNames({ customData: field }, () => set(targetId, customData, context));
    return user.customData(null, context);
  }

  return {
    ...signInOperations({ ...parts, logIn }),
    ...signUpOperations({ ...parts, logIn }),
    ...passcodeOperations({ ...parts, logIn }),
    ...account.operations,
    ...managementTokenOperations(parts),
    ...managedUsers.operations,
    ...userPoolOperations(parts),
    ...customFieldOperations(parts),

    user: async ({ id }: Said<{ id: string }>, context: OperationContext) => (await whose(context)).read(id, context),

    updateUser: async (
      { id, input }: { id?: string | null; input: Record<string, unknown> },
      context: OperationContext,
    ) => (await whose(context)).update(id, input, context),

    async udv({ targetType, targetId }: CustomDataTarget, context: OperationContext) {
      requireUser(targetType);
      return (await (await whose(context)).read(targetId, context)).customData(null, context);
    },

    setUdv: ({ key, value, ...target }: CustomDataTarget & { key: string; value: string }, context: OperationContext) =>
      setCustomData(target, [{ key, value }], 'value', context),

    setUdvBatch: (
      { udvList, ...target }: CustomDataTarget & Said<{ udvList: { key: string; value?: string | null }[] }>,
      context: OperationContext,
    ) => setCustomData(target, udvList ?? [], 'udvList', context),

    removeUdv: ({ key, ...target }: CustomDataTarget & { key: string }, context: OperationContext) =>
      setCustomData(target, [{ key, value: null }], 'key', context),

    async isUserExists(
      { username, email, phone, externalId }: Said<Record<UniqueField, string>>,
      context: OperationContext,
    ) {
      const isThere = await userExists(context.request, withoutNulls({ username, email, phone, externalId }));
      if (isThere === null) throw new DomainError('permission_denied', { field: 'isUserExists' });
      return isThere;
    },
  };
}

interface CustomDataTarget {
  targetType: string;
  targetId: string;
}
