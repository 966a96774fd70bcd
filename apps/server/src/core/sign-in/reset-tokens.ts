import type { UseStore } from '../ground/honest-repeat.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import type { PasscodeStore, Taken } from './passcode-store.ts';
import type { TakenCode } from './passcodes.ts';

export const resetTokenSeconds = 600;

type Owner = Pick<User, 'userPoolId' | 'id' | 'passwordLastSetAt'>;

/** Tokens that set one new password. One a person; the last one given counts. */
export function createResetTokens(parts: {
  /** The slots of the tokens; no code of a person is ever in one of these (threats T17). */
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

  /** For a code; a repeat of the code gives the same token, and never a second use of it by `by`. */
  async function issueFor(user: Owner, { taken, mark }: TakenCode, by: string): Promise<string> {
    const token = `${user.id}.${mark}`;
    const now = clock.now();
    if (taken === 'first') await put(user, token, now, now);
    // Made up for, when the first one died before it was written.
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

  /** Of the password that stands: a token asked for before another was set, or before the account was claimed, is void. */
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
