import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';

/** Stops the start. Every mistake is one sentence that names the key, says what was found and what to write. */
export class ConfigError extends Error {
  readonly mistakes: string[];

  constructor(where: string, mistakes: string[]) {
    const count = mistakes.length === 1 ? 'one setting needs' : `${mistakes.length} settings need`;
    super(`passbeam cannot start: ${count} a change in ${where}.\n${mistakes.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** Notes that our schemas carry beside the JSON Schema keywords. */
interface Notes {
  /** Completes the sentence "Write …". */
  expected?: string;
  /** The whole sentence, where writing something is not the way out. */
  remedy?: string;
  /** The value is never repeated in a message. */
  secret?: boolean;
}

type Node = Notes & {
  type?: string;
  enum?: unknown[];
  anyOf?: Node[];
  maxLength?: number;
  properties?: Record<string, Node>;
  items?: Node;
};

/** Everything in `value` that the schema refuses, one sentence per key. `nameOf` spells a path as the reader knows it. */
export function schemaMistakes(schema: TSchema, value: unknown, nameOf: (path: string[]) => string): string[] {
  const root = schema as Node;
  const mistakes = new Map<string, string>();
  const note = (path: string[], sentence: string) => {
    const name = nameOf(path);
    if (!mistakes.has(name)) mistakes.set(name, `${name} ${sentence}`);
  };

  for (const error of allErrors(schema, value)) {
    const path = segments(error.instancePath);
    const node = nodeAt(root, path);
    if (error.keyword === 'boolean') continue;
    if (error.keyword === 'additionalProperties') {
      const known = Object.keys(node?.properties ?? {});
      for (const key of error.params.additionalProperties) {
        note([...path, key], `is not a known key. ${suggestion(key, known)}`);
      }
    } else if (error.keyword === 'required') {
      for (const key of error.params.requiredProperties) {
        note([...path, key], `is missing. ${remedyOf(node?.properties?.[key])}`);
      }
    } else {
      note(path, `${found(valueAt(value, path), node)}. ${remedyOf(node)}`);
    }
  }
  return [...mistakes.values()];
}

/** All errors at once, which is what a person needs: by default the library stops at eight. */
function allErrors(schema: TSchema, value: unknown) {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: 10_000 });
  try {
    return Value.Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** "is …": what stands there now, shortened, and of a secret nothing but its length. */
function found(value: unknown, node: Node | undefined): string {
  if (value === null || value === '') return 'is empty';
  if (Array.isArray(value)) return 'is a list';
  if (typeof value === 'object') return 'is a mapping';
  if (typeof value === 'string') {
    if (node?.secret) return `(${value.length} characters) cannot be used`;
    return `is ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}`;
  }
  if (node?.type === 'string' || node?.secret) return `is a ${typeof value}, not text: quotes are missing`;
  return `is ${String(value)}`;
}

function remedyOf(node: Node | undefined): string {
  return node?.remedy ?? `Write ${expectedOf(node)}.`;
}

function expectedOf(node: Node | undefined): string {
  if (!node) return 'what the documentation says';
  if (node.expected) return node.expected;
  if (node.enum) return oneOf(node.enum.map(String));
  if (node.anyOf) return expectedOf(node.anyOf[0]);
  if (node.type === 'string') return node.maxLength ? `text of at most ${node.maxLength} characters` : 'text';
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'array') return 'a list';
  return 'a mapping of keys to values';
}

export function oneOf(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? '');
}

function suggestion(key: string, known: string[]): string {
  const near = nearestName(key, known);
  return near ? `Did you mean ${near}?` : `Known here: ${known.join(', ')}.`;
}

/** The known name a person most likely meant, or null when none is `within` so many slips; default a third of its letters. */
export function nearestName(
  name: string,
  known: readonly string[],
  within = Math.max(2, Math.floor(name.length / 3)),
): string | null {
  let best: string | null = null;
  let bestDistance = within + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function segments(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function nodeAt(root: Node, path: string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => node?.properties?.[key] ?? node?.items, root);
}

function valueAt(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], root);
}
