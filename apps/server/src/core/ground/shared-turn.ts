/**
 * Runs work one at a time, and once for all who ask while it runs: theirs begins after each of them asked, so that it sees whatever they
 * know to have happened.
 */
export function createSharedTurn(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | null = null;

  return () => {
    next ??= running.then(() => {
      next = null;
      const turn = work();
      running = turn.catch(() => undefined);
      return turn;
    });
    return next;
  };
}
