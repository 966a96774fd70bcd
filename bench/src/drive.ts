/** Calls `work` `count` times, `atOnce` at a time; how many a second. A failure ends the measurement. */
export async function perSecond(count: number, atOnce: number, work: () => Promise<void>): Promise<number> {
  let left = count;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await work();
    }),
  );
  return count / ((performance.now() - began) / 1000);
}
