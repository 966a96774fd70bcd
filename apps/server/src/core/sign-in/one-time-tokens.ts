import type { Clock, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import type { PasscodeStore, Taken } from './passcode-store.ts';

export type TokenOwner = Pick<User, 'userPoolId' | 'id' | 'passwordLastSetAt'>;

export interface OneTimeTokenParts {
  /** Slots as passcodes have them; no passcode is ever in one of these (threats T17). */
  tokenSlots: PasscodeStore;
  secrets: Pick<Secrets, 'hash'>;
  clock: Clock;
}

/** Tokens with which a person does one thing, once. Each person has one for each purpose; the last one given counts. */
export function createOneTimeTokens(
  purpose: 'password-reset' | 'account-deletion' | 'contact-update',
  lifetimeSeconds: number,
  { tokenSlots, secrets, clock }: OneTimeTokenParts,
) {
  /** For a passcode that was taken `again`, stores the token only where the slot is empty. */
  async function put(user: TokenOwner, token: string, taken: Taken): Promise<void> {
    const sentAt = clock.now();
    const expiresAt = sentAt + lifetimeSeconds * 1000;
    await tokenSlots.put(
      { slotHash: slotOf(user), passcodeHash: secrets.hash(token), sentAt, expiresAt },
      taken === 'again' ? 0 : sentAt,
    );
  }

  /** Whether `take` would give the token now: used up it is not, but a wrong one counts as a guess. */
  function check(user: TokenOwner, token: string): Promise<boolean> {
    return tokenSlots.check(slotOf(user), secrets.hash(token), clock.now());
  }

  /** Uses the token up; null for a wrong, expired or used one, and for somebody else's. */
  function take(user: TokenOwner, token: string, by: string): Promise<Taken | null> {
    return tokenSlots.take(slotOf(user), secrets.hash(token), { by, at: clock.now() });
  }

  /** The slot is the present password's: a token given before another password or a claim of the account is void. */
  function slotOf({ userPoolId, id, passwordLastSetAt }: TokenOwner): string {
    return secrets.hash(JSON.stringify([purpose, userPoolId, id, passwordLastSetAt]));
  }

  return { put, check, take };
}
