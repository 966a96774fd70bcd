import type { User } from '../../../core/users/user.ts';
import type { Parts } from '../../requests/parts.ts';
import { type ApplicationCaller, createV2LogIn, type PasswordLogIn } from '../v2/log-in.ts';
import type { OperationContext, Said } from './context.ts';
import { graphqlUser } from './user.ts';

export function createLogIn(parts: Parts) {
  const logIn = createV2LogIn(parts);
  const { publicUrl } = parts;

  async function withPassword(input: PasswordLogIn) {
    const { user, held, isNew } = await logIn.withPassword(input);
    return graphqlUser(user, { publicUrl, held, newlyCreated: isNew });
  }

  async function asRegistered(registered: User, by: ApplicationCaller) {
    const { user, held } = await logIn.asRegistered(registered, by);
    return graphqlUser(user, { publicUrl, held, newlyCreated: true });
  }

  return {
    callerOf: ({ request }: OperationContext, { clientIp }: Said<{ clientIp: string }>) =>
      logIn.callerOf(request, { field: 'input.clientIp', value: clientIp }),
    withPassword,
    asRegistered,
  };
}

export type LogIn = ReturnType<typeof createLogIn>;
