import { createV2LogIn, type PasswordLogIn, type V2LogInParts } from '../log-in.ts';
import type { OperationContext } from './context.ts';
import { graphqlUser } from './user.ts';

export type LogInParts = V2LogInParts & { publicUrl: string };

/** The sign-in of this generation, answered as GraphQL asks. */
export function createLogIn(parts: LogInParts) {
  const logIn = createV2LogIn(parts);
  const { publicUrl } = parts;

  async function withPassword(input: PasswordLogIn & { newlyCreated?: boolean }, { client }: OperationContext) {
    const { newlyCreated = false } = input;
    const { user, held } = await logIn.withPassword(input, client);
    return graphqlUser(user, { publicUrl, held, newlyCreated });
  }

  return { namedApplication: ({ request }: OperationContext) => logIn.namedApplication(request), withPassword };
}

export type LogIn = ReturnType<typeof createLogIn>;
