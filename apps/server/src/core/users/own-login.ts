import { DomainError } from '../errors.ts';
import type { SignedIn } from '../tokens/token-set.ts';

/**
 * A web login that was phished by a relayed code must not become a way to sign in for good, nor the end of the account (threat
 * model T1, T19).
 * @throws DomainError qr_born_login
 */
export function byOwnLogin<Rest extends unknown[], Result>(
  change: (signedIn: SignedIn, ...rest: Rest) => Promise<Result>,
): (signedIn: SignedIn, ...rest: Rest) => Promise<Result> {
  return async (signedIn, ...rest) => {
    if (signedIn.loginSession.amr.includes('qr')) throw new DomainError('qr_born_login');
    return change(signedIn, ...rest);
  };
}
