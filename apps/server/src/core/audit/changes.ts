const maxUnits = 4096;

/** The top-level keys that a change changed, as JSON before and after. Its arguments must hold no secret. */
export function changesOf(before: object, after: object): { originValue: string; targetValue: string } {
  const [old, next] = [before, after] as Record<string, unknown>[];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(old?.[key]) !== JSON.stringify(next?.[key]),
  );
  const part = (of: Record<string, unknown> | undefined) =>
    shortened(JSON.stringify(Object.fromEntries(keys.map((key) => [key, of?.[key]]))));
  return { originValue: part(old), targetValue: part(next) };
}

function shortened(json: string): string {
  return json.length <= maxUnits ? json : `${json.slice(0, maxUnits - 1)}…`;
}
