/** Does `work` over and over, with each of the workers at once; how often a second. A failure ends it. */
export async function forSeconds<Worker>(
  seconds: number,
  workers: Worker[],
  work: (worker: Worker) => Promise<void>,
): Promise<number> {
  const began = performance.now();
  const until = began + seconds * 1000;
  let done = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (performance.now() < until) {
        await work(worker);
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - began) / 1000);
}

/**
 * Does `work` once for each item, with each of the workers at once; the results, and how many a second. An item's place says
 * whose it is, so that what one phone scanned it also confirms.
 */
export async function forEach<Worker, Item, Result>(
  items: Item[],
  workers: Worker[],
  work: (worker: Worker, item: Item) => Promise<Result>,
): Promise<{ results: Result[]; perSecond: number }> {
  const began = performance.now();
  const results: Result[] = [];
  await Promise.all(
    workers.map(async (worker, first) => {
      for (let index = first; index < items.length; index += workers.length) {
        results[index] = await work(worker, items[index] as Item);
      }
    }),
  );
  return { results, perSecond: items.length / ((performance.now() - began) / 1000) };
}
