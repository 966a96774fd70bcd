import type { UseStore } from '../ground/honest-repeat.ts';
import type { Secrets } from '../ground/ports.ts';
import { createOneTimeTokens, type OneTimeTokenParts, type TokenOwner } from './one-time-tokens.ts';
import type { TakenPasscode } from './passcodes.ts';

export const resetTokenSeconds = 600;

export function createResetTokens(
  parts: OneTimeTokenParts & { uses: Pick<UseStore, 'isRepeat'>; secrets: Pick<Secrets, 'randomToken'> },
) {
  const { uses, secrets, clock } = parts;
  const { put, check, take } = createOneTimeTokens('password-reset', resetTokenSeconds, parts);

  async function issue(user: TokenOwner): Promise<string> {
    const token = `${user.id}.${secrets.randomToken()}`;
    await put(user, token, 'first');
    return token;
  }

  /** Gives the token for a passcode. A repeated passcode gives the same token, but `by` can never use it a second time. */
  async function issueFor(user: TokenOwner, { taken, mark }: TakenPasscode, by: string): Promise<string> {
    const token = `${user.id}.${mark}`;
    // The first request may have died before it stored the token, so a repeat stores it, unless it was used already.
    const isUsed = taken === 'again' && (await wasUsedBy(token, by));
    if (!isUsed) await put(user, token, taken);
    return token;
  }

  function wasUsedBy(token: string, by: string): Promise<boolean> {
    return uses.isRepeat(secrets.hash(token), { by, at: clock.now() });
  }

  /** Whether the token is good for this caller, whose used one is so for a moment. It is not used up. */
  async function isGood(user: TokenOwner, token: string, by: string): Promise<boolean> {
    // The use is looked up last: whoever takes the token meanwhile has recorded it by then.
    return (await check(user, token)) || wasUsedBy(token, by);
  }

  return { issue, issueFor, isGood, take };
}

export type ResetTokens = ReturnType<typeof createResetTokens>;

export function claimedOwner(token: string): string {
  return token.slice(0, Math.max(0, token.indexOf('.')));
}
