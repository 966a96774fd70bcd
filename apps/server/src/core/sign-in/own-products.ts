import { type Application, requireOwnProduct } from '../directory/application.ts';
import type { Passcodes } from './passcodes.ts';
import type { PasswordReset } from './reset-password.ts';
import type { SignUp } from './sign-up.ts';

/**
 * What people do before they are signed in, for callers that name their application by its id, which anybody may know: somebody else's
 * product takes no address, password or one-time code there. On our page a person sees us, so the page has the use cases themselves.
 */
export function atOwnProducts(inner: { signUp: SignUp; passwordReset: PasswordReset; passcodes: Passcodes }) {
  const { signUp, passwordReset, passcodes } = inner;
  return {
    signUp: {
      ...signUp,
      withPassword: ofOwnProduct(signUp.withPassword),
      withPasscode: ofOwnProduct(signUp.withPasscode),
    },
    passwordReset: {
      verify: atOwnProduct(passwordReset.verify),
      reset: atOwnProduct(passwordReset.reset),
      withPasscode: atOwnProduct(passwordReset.withPasscode),
    },
    passcodes: { ...passcodes, send: ofOwnProduct(passcodes.send) },
  };
}

/** @throws DomainError permission_denied */
function ofOwnProduct<Input extends { application: Application }, Result>(work: (input: Input) => Promise<Result>) {
  return async (input: Input): Promise<Result> => {
    requireOwnProduct(input.application);
    return work(input);
  };
}

/** @throws DomainError permission_denied */
function atOwnProduct<Rest extends unknown[], Result>(
  work: (application: Application, ...rest: Rest) => Promise<Result>,
) {
  return async (application: Application, ...rest: Rest): Promise<Result> => {
    requireOwnProduct(application);
    return work(application, ...rest);
  };
}
