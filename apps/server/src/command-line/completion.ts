import { type Command, commands, optionsOf } from './table.ts';

/** Scripts that let a shell complete the names of commands and options. */

const all: readonly Command[] = commands;
const flagsOf = (command: Command) => optionsOf(command).map(({ name }) => `--${name}`);

/** What may follow each beginning of a command: `''`, `app`, `app create`. */
function followers(): [string, string[]][] {
  const found = new Map<string, Set<string>>();
  for (const command of all) {
    const words = command.name.split(' ');
    for (const [index, word] of words.entries()) {
      const before = words.slice(0, index).join(' ');
      found.set(before, (found.get(before) ?? new Set()).add(word));
    }
    found.set(command.name, new Set(flagsOf(command)));
  }
  return [...found].map(([before, words]) => [before, [...words]]);
}

function bash(): string {
  const dotted = followers().map(([before, words]) => [before.replaceAll(' ', '.'), words.join(' ')] as const);
  const names = dotted.flatMap(([before]) => (before === '' ? [] : [before]));
  return `_passbeam_names=" ${names.join(' ')} "
_passbeam() {
  local word before="" next=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    word="\${before:+$before.}$word"
    [[ "$_passbeam_names" == *" $word "* ]] && before="$word"
  done
  case "$before" in
${dotted.map(([before, words]) => `    "${before}") next="${words}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$next" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _passbeam passbeam
`;
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const lines = all.flatMap((command) => {
    const [first = '', second] = command.name.split(' ');
    const isFirst = '__fish_use_subcommand';
    const inFirst = `__fish_seen_subcommand_from ${first}`;
    const names =
      second === undefined
        ? [`complete -c passbeam -f -n ${isFirst} -a ${first} -d ${quoted(command.says)}`]
        : [
            `complete -c passbeam -f -n ${isFirst} -a ${first}`,
            `complete -c passbeam -f -n ${quoted(inFirst)} -a ${second} -d ${quoted(command.says)}`,
          ];
    const seen = second === undefined ? inFirst : `${inFirst}; and __fish_seen_subcommand_from ${second}`;
    return [...names, ...flagsOf(command).map((flag) => `complete -c passbeam -n ${quoted(seen)} -l ${flag.slice(2)}`)];
  });
  return `${[...new Set(lines)].join('\n')}\n`;
}

/** Null for a shell that it does not know. */
export function completionScript(shell: string): string | null {
  if (shell === 'bash') return bash();
  if (shell === 'zsh') return `autoload -Uz bashcompinit && bashcompinit\n${bash()}`;
  return shell === 'fish' ? fish() : null;
}
