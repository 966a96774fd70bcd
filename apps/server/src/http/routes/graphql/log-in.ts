import type { Application } from '../../../core/directory/application.ts';
import type { User } from '../../../core/users/user.ts';
import type { Parts } from '../../requests/parts.ts';
import { createV2LogIn, type PasswordLogIn } from '../v2/log-in.ts';
import type { OperationContext } from './context.ts';
import { graphqlUser } from './user.ts';

export function createLogIn(parts: Parts) {
  const logIn = createV2LogIn(parts);
  const { publicUrl } = parts;

  async function withPassword(input: PasswordLogIn, { caller }: OperationContext) {
    const { user, held } = await logIn.withPassword(input, caller);
    return graphqlUser(user, { publicUrl, held, newlyCreated: false });
  }

  async function asRegistered(registered: User, application: Application, { caller }: OperationContext) {
    const { user, held } = await logIn.asRegistered(registered, application, caller);
    return graphqlUser(user, { publicUrl, held, newlyCreated: true });
  }

  return {
    namedApplication: ({ request }: OperationContext) => logIn.namedApplication(request),
    withPassword,
    asRegistered,
  };
}

export type LogIn = ReturnType<typeof createLogIn>;
