import { DomainError } from '../../../core/ground/errors.ts';
import type { PasswordDecryption } from '../../../core/ground/ports.ts';
import type { LoginField } from '../../../core/users/store.ts';
import { decryptedToCompare } from '../v2/log-in.ts';
import type { OperationContext } from './context.ts';
import type { LogIn } from './log-in.ts';

export function signInOperations({
  logIn,
  passwordDecryption,
}: {
  logIn: LogIn;
  passwordDecryption: PasswordDecryption;
}) {
  async function by(field: LoginField, identifier: string, sent: string, context: OperationContext) {
    const application = await logIn.namedApplication(context);
    const password = () => decryptedToCompare(sent, passwordDecryption);
    return logIn.withPassword({ application, field, identifier, password }, context);
  }

  return {
    loginByUsername: ({ input }: Input<'username'>, context: OperationContext) =>
      by('username', input.username, input.password, context),
    loginByEmail: ({ input }: Input<'email'>, context: OperationContext) =>
      by('email', input.email, input.password, context),
    loginByPhonePassword: ({ input }: Input<'phone'>, context: OperationContext) =>
      by('phone', input.phone, input.password, context),
    loginBySubAccount(): never {
      throw new DomainError('not_implemented', { field: 'loginBySubAccount', reason: 'noSubAccounts' });
    },
  };
}

type Input<F extends string> = { input: Record<F | 'password', string> };
