import { parseArgs } from 'node:util';
import { type Command, type CommandName, commands, type Option, optionsOf } from './table.ts';

/** What was typed. */
export interface Call {
  name: CommandName;
  words: readonly string[];
  isJson: boolean;
  text(option: string): string | undefined;
  list(option: string): readonly string[];
  isSet(option: string): boolean;
}

/** A call that cannot be meant. Its message says what to write. */
export class WrongCall extends Error {
  /** Beginning of a command whose help fits. */
  readonly about: string;

  constructor(message: string, about = '') {
    super(message);
    this.about = about;
  }
}

/** Help was asked for, of what begins so. */
export interface HelpAsked {
  help: string;
}

const all: readonly Command[] = commands;

/** @throws WrongCall */
export function readCall(typed: readonly string[]): Call | HelpAsked {
  const wantsHelp = typed.includes('--help') || typed.includes('-h') || typed[0] === 'help' || typed.length === 0;
  const plain = typed.filter(
    (word, index) => !(word === '--help' || word === '-h' || (index === 0 && word === 'help')),
  );
  const found = commandOf(plain);
  if (found === null) {
    const group = groupOf(plain[0]);
    if (wantsHelp) return { help: group };
    throw new WrongCall(unknownCommand(plain, group), group);
  }
  if (wantsHelp) return { help: found.name };
  return readOptions(found, plain.slice(found.name.split(' ').length));
}

/** The command whose name these words begin with. */
function commandOf(words: readonly string[]): (Command & { name: CommandName }) | null {
  const found = all.find(({ name }) => name.split(' ').every((part, index) => words[index] === part));
  return (found as (Command & { name: CommandName }) | undefined) ?? null;
}

const groupOf = (word = '') => (all.some(({ name }) => name.startsWith(`${word} `)) ? word : '');

function unknownCommand(words: readonly string[], group: string): string {
  const [first = '', second] = words;
  if (group === '') return first.startsWith('-') ? `${first} is no command.` : `there is no command ${first}.`;
  return second === undefined || second.startsWith('-')
    ? `${group} needs one of its commands.`
    : `there is no command ${group} ${second}.`;
}

function readOptions(command: Command & { name: CommandName }, typed: readonly string[]): Call {
  const { name } = command;
  const known = optionsOf(command);
  const options = Object.fromEntries(known.map((option) => [option.name, parsedAs(option)]));
  const loose = parseArgs({ args: [...typed], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of loose.tokens) {
    if (token.kind !== 'option') continue;
    const option = known.find((each) => each.name === token.name);
    if (option === undefined) {
      const others = known.map((each) => `--${each.name}`).join(', ');
      const hint = command.words === undefined ? '' : ' A word that begins with - stands after --.';
      throw new WrongCall(`${name} has no option ${token.rawName}. It has ${others}.${hint}`, name);
    }
    const isMissing = option.takes !== undefined && (token.value === undefined || /^--/.test(token.value));
    if (isMissing) throw new WrongCall(`${token.rawName} needs ${option.takes} after it.`, name);
    if (option.takes === undefined && token.value !== undefined) {
      throw new WrongCall(`${token.rawName} takes nothing after it.`, name);
    }
  }
  checkWords(command, loose.positionals);
  const values = loose.values as Record<string, string | boolean | (string | boolean)[] | undefined>;
  return {
    name,
    words: loose.positionals,
    isJson: values.json === true,
    text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
    list: (option) => [values[option] ?? []].flat().map(String),
    isSet: (option) => values[option] === true,
  };
}

function parsedAs({ takes, isList }: Option) {
  return { type: takes === undefined ? ('boolean' as const) : ('string' as const), multiple: isList === true };
}

function checkWords({ name, words = [] }: Command, given: readonly string[]): void {
  const needed = words.filter((word) => !word.startsWith('['));
  const takesMany = words.some((word) => word.includes('...'));
  const missing = needed[given.length];
  if (missing !== undefined) throw new WrongCall(`${name} needs ${missing}.`, name);
  if (!takesMany && given.length > words.length) {
    throw new WrongCall(`${name} has nothing to do with ${JSON.stringify(given[words.length])}.`, name);
  }
}
