/** Measures two things in turn, several times, so that whatever else the machine does falls on both. */
export async function alternate(
  rounds: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<{ first: number; second: number; ratio: number; lowest: number; highest: number }> {
  const pairs: { first: number; second: number }[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ first: await first(), second: await second() });
  const ratios = pairs.map((pair) => pair.second / pair.first).sort((a, b) => a - b);
  return {
    first: median(pairs.map((pair) => pair.first)),
    second: median(pairs.map((pair) => pair.second)),
    ratio: median(ratios),
    lowest: ratios.at(0) ?? Number.NaN,
    highest: ratios.at(-1) ?? Number.NaN,
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
