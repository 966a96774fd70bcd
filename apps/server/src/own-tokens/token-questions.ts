import type { Clock, Secrets } from '../core/ground/ports.ts';

/** How many questions one entry asks at the same time. What comes beyond hears that it should come again. */
const maxInFlight = 50;
/** How long a token that is not good, or whose question failed, is not asked about again. A good one is asked about each time. */
const refusedMs = 30_000;
const failedMs = 1_000;
/** How many of those are remembered. Beyond that the oldest are asked about again. */
const maxRemembered = 10_000;

/** The company's server could not be asked, or answered nothing that can be used. */
export class NoAnswer extends Error {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds = 5) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface TokenQuestion<Answer> {
  /** Names the entry: questions of one do not take the places of another's. */
  entry: string;
  token: string;
  /** What is asked beside the token: only the very same question shares an answer. */
  asked: string;
  /** Null: the token is not good. */
  ask(): Promise<Answer | null>;
}

/**
 * Asks companies' servers about tokens: one question at a time per token, few at once, and none again so soon where the answer was no. What
 * was good is never remembered: whoever was logged out meanwhile must not pass.
 */
export function createTokenQuestions(parts: { clock: Clock; secrets: Pick<Secrets, 'derive' | 'currentKeyId'> }) {
  const { clock, secrets } = parts;
  const underWay = new Map<string, { asked: string; answer: Promise<unknown> }>();
  const inFlight = new Map<string, number>();
  const remembered = new Map<string, { until: number; failure: NoAnswer | null }>();

  function remember(key: string, failure: NoAnswer | null): void {
    if (remembered.size >= maxRemembered) {
      const [oldest = ''] = remembered.keys();
      remembered.delete(oldest);
    }
    remembered.delete(key);
    remembered.set(key, { until: clock.now() + (failure === null ? refusedMs : failedMs), failure });
  }

  async function put<Answer>(key: string, { entry, ask }: TokenQuestion<Answer>): Promise<Answer | null> {
    const count = inFlight.get(entry) ?? 0;
    if (count >= maxInFlight) throw new NoAnswer('too many tokens are being asked about', 1);
    inFlight.set(entry, count + 1);
    try {
      const answer = await ask();
      if (answer === null) remember(key, null);
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer) remember(key, error);
      throw error;
    } finally {
      const left = (inFlight.get(entry) ?? 1) - 1;
      if (left === 0) inFlight.delete(entry);
      else inFlight.set(entry, left);
    }
  }

  /** Null when the token is not good. @throws NoAnswer */
  return async function question<Answer>(given: TokenQuestion<Answer>): Promise<Answer | null> {
    // Tokens are kept nowhere, not even in memory for long: a keyed hash tells them apart.
    const key = secrets.derive(secrets.currentKeyId, 'own-token', given.entry, given.token) ?? '';
    for (;;) {
      const known = remembered.get(key);
      if (known !== undefined && known.until > clock.now()) {
        if (known.failure !== null) throw known.failure;
        return null;
      }
      const other = underWay.get(key);
      if (other === undefined) break;
      if (other.asked === given.asked) return other.answer as Promise<Answer | null>;
      await other.answer.catch(() => undefined);
    }
    const answer = put(key, given).finally(() => underWay.delete(key));
    underWay.set(key, { asked: given.asked, answer });
    return answer;
  };
}
