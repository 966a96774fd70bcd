import type { UseStore } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import type { PasscodeStore, Taken } from './passcode-store.ts';
import type { TakenCode } from './passcodes.ts';

export const resetTokenSeconds = 600;

type Owner = Pick<User, 'userPoolId' | 'id' | 'passwordLastSetAt'>;

/** Tokens that set one new password. Each person has one; the last one given counts. */
export function createResetTokens(parts: {
  /** The slots of the tokens; no passcode is ever in one of these (threats T17). */
  store: PasscodeStore;
  uses: Pick<UseStore, 'isRepeat'>;
  secrets: Pick<Secrets, 'hash' | 'randomToken'>;
  clock: Clock;
}) {
  const { store, uses, secrets, clock } = parts;

  async function issue(user: Owner): Promise<string> {
    const token = `${user.id}.${secrets.randomToken()}`;
    const now = clock.now();
    await put(user, token, now, now);
    return token;
  }

  /** Gives the token for a passcode. A repeated passcode gives the same token, but `by` can never use it a second time. */
  async function issueFor(user: Owner, { taken, mark }: TakenCode, by: string): Promise<string> {
    const token = `${user.id}.${mark}`;
    const now = clock.now();
    if (taken === 'first') await put(user, token, now, now);
    // The first request may have died before it stored the token, so a repeat stores it, unless it was used already.
    else if (!(await uses.isRepeat(secrets.hash(token), { by, at: now }))) await put(user, token, now, 0);
    return token;
  }

  /** Uses the token up; null for a wrong, expired or used one, and for somebody else's. */
  function take(user: Owner, token: string, by: string): Promise<Taken | null> {
    return store.take(slotOf(user), secrets.hash(token), { by, at: clock.now() });
  }

  async function put(user: Owner, token: string, now: number, sentBefore: number): Promise<void> {
    const expiresAt = now + resetTokenSeconds * 1000;
    await store.put({ slotHash: slotOf(user), codeHash: secrets.hash(token), sentAt: now, expiresAt }, sentBefore);
  }

  /**
   * The slot belongs to the present password, so a token that was given before another password was set, or before the
   * account was claimed, is void.
   */
  function slotOf({ userPoolId, id, passwordLastSetAt }: Owner): string {
    return secrets.hash(JSON.stringify(['password-reset', userPoolId, id, passwordLastSetAt]));
  }

  return { issue, issueFor, take };
}

export type ResetTokens = ReturnType<typeof createResetTokens>;

/** The id of the person a token claims to be for. */
export function claimedOwner(token: string): string {
  return token.slice(0, Math.max(0, token.indexOf('.')));
}
