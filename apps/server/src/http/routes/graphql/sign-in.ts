import { DomainError } from '../../../core/ground/errors.ts';
import type { LoginField } from '../../../core/users/store.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { OperationContext, Said } from './context.ts';
import type { LogIn } from './log-in.ts';

export function signInOperations({ logIn }: { logIn: LogIn }) {
  async function by(field: LoginField, identifier: string, input: Common, context: OperationContext) {
    const by = await logIn.callerOf(context, input);
    const { password, autoRegister } = input;
    return withFieldNames({ [field]: `input.${field}`, password: 'input.password' }, () =>
      logIn.withPassword({ ...by, field, identifier, password, autoRegister: autoRegister === true }),
    );
  }

  return {
    loginByUsername: ({ input }: Input<'username'>, context: OperationContext) =>
      by('username', input.username, input, context),
    loginByEmail: ({ input }: Input<'email'>, context: OperationContext) => by('email', input.email, input, context),
    loginByPhonePassword: ({ input }: Input<'phone'>, context: OperationContext) =>
      by('phone', input.phone, input, context),
    loginBySubAccount(): never {
      throw new DomainError('not_implemented', { field: 'loginBySubAccount', reason: 'noSubAccounts' });
    },
  };
}

type Common = { password: string } & Said<{ autoRegister: boolean; clientIp: string }>;
type Input<F extends string> = { input: Record<F, string> & Common };
