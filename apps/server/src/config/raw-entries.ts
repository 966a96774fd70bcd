/** The file's content before it is known to have the right shape: what no schema can find is looked for here. */
export type RawEntry = Record<string, unknown>;

/** The objects in a list, each with its path. */
export function entries(list: unknown, path: string): [entry: RawEntry, path: string][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index): [RawEntry, string][] =>
    typeof item === 'object' && item !== null ? [[item, `${path}[${index}]`]] : [],
  );
}

/** A mapping, or an empty one where the schema will find something else. */
export function entryOf(value: unknown): RawEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawEntry) : {};
}

/** Notes a mistake for each text that was there before. */
export function firstUse(mistakes: string[]): (value: unknown, at: string) => void {
  const seen = new Map<string, string>();
  return (value, at) => {
    if (typeof value !== 'string') return;
    const first = seen.get(value);
    if (first) mistakes.push(`${at} is the same as ${first}. Write another value.`);
    else seen.set(value, at);
  };
}
