import { dirname, resolve } from 'node:path';
import { readSecretFile } from './given.ts';

/**
 * References to secrets that are kept outside of the configuration file: `{ env: NAME }` names a variable of the environment,
 * `{ file: path }` a file, its path relative to the configuration file. White space around the secret does not count.
 */

type Entry = Record<string, unknown>;

/** The keys of the file whose values are secrets. */
const secretKeys = ['secret', 'secrets', 'clientSecret', 'password'] as const;

/**
 * The file's content with every such reference replaced by its text. What cannot be read stays as it is.
 * @returns one sentence for each reference that names nothing, and for each secret that looks like a template nobody filled in
 */
export function fillInSecrets(
  value: unknown,
  { env, path }: { env: Record<string, string | undefined>; path: string },
): { value: unknown; mistakes: string[]; unread: ReadonlySet<string> } {
  const mistakes: string[] = [];
  const unread = new Set<string>();

  function visit(node: unknown, at: string): unknown {
    if (Array.isArray(node)) return node.map((item, index) => visit(item, `${at}[${index}]`));
    if (!isEntry(node)) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, child]) => {
        const childAt = at === '' ? key : `${at}.${key}`;
        return [key, isSecretKey(key) ? secretsOf(child, childAt) : visit(child, childAt)];
      }),
    );
  }

  /** A list of secrets holds the one in use and the one before it. */
  function secretsOf(given: unknown, at: string): unknown {
    return Array.isArray(given) ? given.map((item, index) => secretOf(item, `${at}[${index}]`)) : secretOf(given, at);
  }

  function secretOf(given: unknown, at: string): unknown {
    if (typeof given === 'string' && /\$\{|\{\{/.test(given)) {
      return refuse(
        at,
        'holds a placeholder that nothing fills in. Write { env: NAME } or { file: path } instead',
        given,
      );
    }
    const source = sourceOf(given);
    if (source === null) return given;
    const [kind, name] = source;
    const found = kind === 'env' ? fromEnvironment(name) : readSecretFile(resolve(dirname(path), name));
    return 'text' in found
      ? found.text
      : refuse(`${at}.${kind}`, `${found.problem}. Write the secret there`, given, at);
  }

  function refuse(at: string, sentence: string, given: unknown, unreadAt = at): unknown {
    mistakes.push(`${at} ${sentence}.`);
    unread.add(unreadAt);
    return given;
  }

  function fromEnvironment(name: string): { text: string } | { problem: string } {
    const text = env[name]?.trim() ?? '';
    return text === '' ? { problem: `names the variable ${JSON.stringify(name)}, which is not set` } : { text };
  }

  return { value: visit(value, ''), mistakes, unread };
}

function sourceOf(given: unknown): ['env' | 'file', string] | null {
  if (!isEntry(given)) return null;
  const [[kind, name] = [], ...others] = Object.entries(given);
  if (others.length > 0 || typeof name !== 'string' || (kind !== 'env' && kind !== 'file')) return null;
  return [kind, name];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSecretKey(key: string): boolean {
  return (secretKeys as readonly string[]).includes(key);
}
