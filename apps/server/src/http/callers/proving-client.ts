import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { networkOf } from '../limits/address.ts';
import type { Limits } from '../limits/limits.ts';

/** Runs a check of client credentials under the limit on wrong secrets, per application (or pool) and address. */
export async function provingClient<T>(
  limits: Limits,
  { id }: { id: string },
  caller: Caller,
  check: () => T,
): Promise<T> {
  const key = `${id}:${networkOf(caller.ip)}`;
  let proved: T;
  try {
    proved = check();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'client_auth_failed') {
      await limits.consume('clientSecret', key, caller);
    }
    throw error;
  }
  // Checked again at the end, because guesses made at the same time as this one are counted by now.
  await limits.check('clientSecret', key);
  return proved;
}
