/**
 * Runs work under the same key one after the other, in order of arrival. Within this process only: it keeps parallel
 * guesses at one password from all being judged before the first failure is counted.
 */
export function createTurns() {
  const tails = new Map<string, Promise<unknown>>();

  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work);
    const tail = turn.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
