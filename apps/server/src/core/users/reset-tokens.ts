import type { Clock, Secrets } from '../ports.ts';
import type { PasscodeStore } from './passcode-store.ts';
import type { User } from './user.ts';

export const resetTokenSeconds = 600;

type Owner = Pick<User, 'userPoolId' | 'id' | 'passwordLastSetAt'>;

/** Tokens that set one new password. One a person; the last one given counts. */
export function createResetTokens(parts: {
  /** The slots of the tokens; no code of a person is ever in one of these (threat model T17). */
  store: PasscodeStore;
  secrets: Pick<Secrets, 'hash' | 'randomToken'>;
  clock: Clock;
}) {
  const { store, secrets, clock } = parts;

  async function issue(user: Owner): Promise<string> {
    const token = `${user.id}.${secrets.randomToken()}`;
    const now = clock.now();
    const expiresAt = now + resetTokenSeconds * 1000;
    await store.put({ slotHash: slotOf(user), codeHash: secrets.hash(token), sentAt: now, expiresAt }, now);
    return token;
  }

  /** Uses the token up; false for a wrong, expired or used one, and for somebody else's. */
  function take(user: Owner, token: string): Promise<boolean> {
    return store.take(slotOf(user), secrets.hash(token), clock.now());
  }

  /** Of the password that stands: a token asked for before another was set, or before the account was claimed, is void. */
  function slotOf({ userPoolId, id, passwordLastSetAt }: Owner): string {
    return secrets.hash(JSON.stringify(['password-reset', userPoolId, id, passwordLastSetAt]));
  }

  return { issue, take };
}

export type ResetTokens = ReturnType<typeof createResetTokens>;

/** The id of the person a token claims to be for. */
export function claimedOwner(token: string): string {
  return token.slice(0, Math.max(0, token.indexOf('.')));
}
