const firstMs = 1_000;
const longestMs = 30_000;

/**
 * How long to wait after the n-th failure in a row: doubled up to half a minute, the upper half random, so that the pages of one office
 * do not return together; never shorter than the server asked for.
 */
export function backoffMs(failures: number, retryAfterSeconds: number, random: () => number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  const jittered = ceiling / 2 + (ceiling / 2) * random();
  const asked = retryAfterSeconds * 1_000;
  return asked > 0 ? asked + jittered / 2 : jittered;
}
