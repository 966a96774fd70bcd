const firstMs = 1_000;
const longestMs = 30_000;

/**
 * How long to wait after the n-th failure in a row: doubling, at most half a minute, with jitter over the upper half so
 * that the pages of an office do not all return in the same instant. Never sooner than the server asked.
 */
export function backoffMs(failures: number, retryAfterSeconds: number, random: () => number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  const jittered = ceiling / 2 + (ceiling / 2) * random();
  const asked = retryAfterSeconds * 1_000;
  return asked > 0 ? asked + jittered / 2 : jittered;
}
