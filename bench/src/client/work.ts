/** Repeats `work` for some seconds, with all workers at once; resolves to how often a second it was done. A failure ends it. */
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

/** Does `work` for each item; resolves to results and rate. The index decides the worker, so a phone confirms the code it scanned. */
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
