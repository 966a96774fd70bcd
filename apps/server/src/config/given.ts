import { readFileSync } from 'node:fs';
import { nearestName } from './config-mistakes.ts';

/**
 * What the environment gives: which variable holds what text, and which names somebody probably misspelt. What the texts
 * mean is not looked at here.
 */

type Env = Record<string, string | undefined>;

/** May stand before any of our names: for machines where PORT or HOST belong to another program already. */
const prefix = 'PASSBEAM_';

/** By these commands find a server. They may stand beside its settings, in one file. */
export const variablesOfCommands = ['PASSBEAM_URL', 'ACCESS_KEY_ID', 'ACCESS_KEY_SECRET'] as const;
export const secretOfCommands = 'ACCESS_KEY_SECRET';

interface Names<Name extends string> {
  all: readonly Name[];
  /** The names that may also be given as NAME_FILE. */
  secret: readonly Name[];
  /** Completes "Write …". */
  expected(name: Name): string;
}

interface Given<Name extends string> {
  texts: Partial<Record<Name, string>>;
  mistakes: string[];
  /** Sentences for the log: variables that are passed over, though their name is one of ours. */
  warnings: string[];
}

/** The text of each variable, whether it stands in the environment or in the file that NAME_FILE names. */
export function readGiven<Name extends string>(env: Env, names: Names<Name>): Given<Name> {
  const given: Given<Name> = { texts: {}, mistakes: [], warnings: [] };
  for (const name of names.all) {
    const spelling = spellingOf(env, name, names.all, given.warnings);
    const file = names.secret.includes(name) ? spellingOf(env, `${name}_FILE`, names.all, given.warnings) : undefined;
    if (spelling !== undefined && file !== undefined) {
      given.mistakes.push(`${spelling} and ${file} are both set. Keep one of them.`);
    } else if (spelling !== undefined) {
      const text = env[spelling] ?? '';
      if (text.trim() === '') given.mistakes.push(`${spelling} is empty. Remove it, or write ${names.expected(name)}.`);
      else given.texts[name] = text;
    } else if (file !== undefined) {
      const content = readSecretFile(env[file] ?? '');
      if ('problem' in content) {
        given.mistakes.push(`${file} ${content.problem}. Write the path of a readable file.`);
      } else given.texts[name] = content.text;
    }
  }
  return given;
}

/** The name under which a variable is set, with or without the prefix. The prefixed one wins, for no other program sets it. */
function spellingOf(env: Env, name: string, all: readonly string[], warnings: string[]): string | undefined {
  const spellings = name.startsWith(prefix) ? [name] : [`${prefix}${name}`, name];
  return spellings.find((spelling) => {
    const text = env[spelling];
    if (text === undefined || (spelling !== name && all.includes(spelling))) return false;
    if (!isServiceLink(spelling, text)) return true;
    warnings.push(
      `${spelling} is ${text}: Kubernetes writes that for a service of this name, so it is passed over. ` +
        'Set enableServiceLinks: false in the pod.',
    );
    return false;
  });
}

/** Kubernetes tells each pod of every service in variables such as METRICS_PORT=tcp://10.96.12.7:9090. */
function isServiceLink(name: string, text: string): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\/[\d.:a-f[\]]+$/i.test(text);
}

const serviceLinkNames = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)$/;

/** Reads a secret that stands in a file of its own: white space around it does not count. */
export function readSecretFile(path: string): { text: string } | { problem: string } {
  if (path.trim() === '') return { problem: 'is empty' };
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? { problem: `names ${JSON.stringify(path)}, which is empty` } : { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: `names ${JSON.stringify(path)}, which cannot be read (${code})` };
  }
}

/**
 * Sentences for the log about variables that do nothing, though somebody meant one of ours: PUBLICURL, DATABASE_URI.
 * @param all the names that are read, without prefix
 */
export function misspelt(env: Env, { all, secret }: Pick<Names<string>, 'all' | 'secret'>): string[] {
  const files = [...secret, secretOfCommands].map((name) => `${name}_FILE`);
  const known = new Set([...all, ...variablesOfCommands, ...files].flatMap((name) => [name, prefix + name]));
  return Object.keys(env).flatMap((name) => {
    if (known.has(name) || serviceLinkNames.test(name)) return [];
    const bare = name.toUpperCase().startsWith(prefix) ? name.slice(prefix.length) : name;
    if (bare === name && !isAlmostOurs(name, all)) return [];
    const plain = bare.replace(/_FILE$/i, '');
    if (plain !== bare && (all as string[]).includes(plain)) {
      return [`${name} does nothing: only secrets are read from files. Write ${plain} itself.`];
    }
    const near = nearestName(name, all) ?? nearestName(plain, all);
    return [`${name} is not a known variable and does nothing.${near ? ` Did you mean ${near}?` : ''}`];
  });
}

/**
 * Whether a name is ours with other punctuation, or a long one with a slip. Strict, because the environment is full of
 * other programs' variables.
 */
function isAlmostOurs(name: string, all: readonly string[]): boolean {
  const letters = lettersOf(name);
  const withoutFile = lettersOf(name.replace(/_FILE$/i, ''));
  return all.some((ours) => {
    if (letters === lettersOf(ours) || withoutFile === lettersOf(ours)) return true;
    return nearestName(name, [ours], slipsAllowed(ours)) !== null;
  });
}

function slipsAllowed({ length }: string): number {
  if (length >= 14) return 3;
  return length >= 8 ? 1 : 0;
}

const lettersOf = (name: string) => name.toUpperCase().replace(/[^A-Z\d]/g, '');
