/** What an event holds as JSON, or nothing. */
export type Json = string | number | boolean | null | undefined;

export interface Change {
  name: string;
  /** Undefined where there was, or is, none. */
  old: string | undefined;
  now: string | undefined;
}

/** The fields that differ, by names with dots and as short texts. */
export function changesOf(before: Json, after: Json): Change[] {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => old[name] !== now[name])
    .map((name) => ({ name, old: old[name], now: now[name] }));
}

/** A change in one line, such as `status: Activated → Suspended`. */
export function inOneLine({ name, old, now }: Change): string {
  const short = (text: string | undefined) =>
    text === undefined ? '–' : text.length > 24 ? `${text.slice(0, 23)}…` : text;
  return `${name}: ${short(old)} → ${short(now)}`;
}

function flat(json: Json): Record<string, string> {
  if (typeof json !== 'string') return {};
  const found: Record<string, string> = {};
  const walk = (path: string, value: unknown) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) walk(path === '' ? name : `${path}.${name}`, inner);
    } else {
      found[path || '·'] = typeof value === 'string' ? value : JSON.stringify(value);
    }
  };
  try {
    walk('', JSON.parse(json));
  } catch {
    return { '·': json };
  }
  return found;
}
