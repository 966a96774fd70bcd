import {
  type Command,
  commands,
  commonOptions,
  exitCodes,
  type Option,
  optionsOf,
  serverOptions,
  serverVariables,
} from './table.ts';

/** What the table says, as help in a terminal and as the page of the documentation. */

const all: readonly Command[] = commands;

/** How an option is typed. */
const typed = ({ name, takes }: Option) => (takes === undefined ? `--${name}` : `--${name} ${takes}`);
const call = ({ name, words = [] }: Command) => [name, ...words].join(' ');

/** The help of `passbeam`, of a group such as `passbeam app`, or of one command. */
export function helpText(asked: string): string {
  const one = all.find(({ name }) => name === asked);
  if (one !== undefined) return helpOfOne(one);
  const group = all.filter(({ name }) => name.startsWith(`${asked} `));
  const shown = group.length > 0 ? group : all;
  const lines = shown.map((command): [string, string] => [call(command), command.says]);
  const examples = group.flatMap((command) => command.examples.slice(0, 1));
  return [
    `passbeam ${group.length > 0 ? `${asked} ` : ''}COMMAND`,
    '',
    ...columns(lines),
    '',
    ...(examples.length > 0 ? ['Examples:', ...examples.map((text) => `  passbeam ${text}`), ''] : []),
    ...(group.length > 0 ? [] : [...settings(['server', 'store']), ...exits(), '']),
    `passbeam ${group.length > 0 ? asked : 'app'} ${group[0]?.name.split(' ').at(-1) ?? 'create'} --help tells more of one of them.`,
    '',
  ].join('\n');
}

function helpOfOne(command: Command): string {
  return [
    `passbeam ${call(command)}`,
    '',
    `  ${command.says}`,
    '',
    ...columns(optionsOf(command).map((option) => [typed(option), option.says])),
    '',
    'Examples:',
    ...command.examples.map((text) => `  passbeam ${text}`),
    '',
    ...settings([command.on]),
    ...exits(),
    '',
  ].join('\n');
}

function settings(places: readonly Command['on'][]): string[] {
  const server = [
    'Commands about applications, people, codes and events call a server. Variables of the environment, or of .env:',
    ...columns(serverVariables.map(([name, says]) => [name, says])),
    '',
  ];
  const store = [
    'Commands about the file, keys and administrators work on the store of a server, which may run meanwhile, with its settings.',
    '',
  ];
  return [...(places.includes('server') ? server : []), ...(places.includes('store') ? store : [])];
}

function exits(): string[] {
  return ['It exits with:', ...columns(exitCodes.map(([code, says]) => [String(code), says]))];
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(34, Math.max(...rows.map(([first]) => first.length)));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}

/** docs/reference/command-line.md. */
export function referencePage(): string {
  const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = (heads: string[], rows: string[][]) => [
    row(...heads),
    `|${heads.map(() => '---|').join('')}`,
    ...rows.map((cells) => row(...cells)),
  ];
  const optionRows = (options: readonly Option[]) =>
    options.map((option) => [`\`${typed(option)}\``, `${option.says}${option.isList ? '; may be repeated' : ''}`]);
  const section = (command: Command) => [
    `### ${command.name}`,
    '',
    `\`passbeam ${call(command)}\`: ${command.says}.`,
    '',
    ...((command.options?.length ?? 0) > 0
      ? [...table(['option', 'means'], optionRows(command.options ?? [])), '']
      : []),
    `For example ${command.examples.map((text) => `\`passbeam ${text}\``).join(', ')}.`,
    '',
  ];
  return [
    '# The command line',
    '',
    '`npx passbeam COMMAND` in a checkout, once `npm ci` or `npm start` has run there, and in a container of the image. How it is called under',
    'systemd, Docker, compose and Kubernetes, and what to use when, is in [operate.md](../guide/operate.md#commands). `npx passbeam app --help`',
    'shows a part of this page in the terminal.',
    '',
    ...table(
      ['command', 'what it does'],
      all.map((command) => [`[${command.name}](#${command.name.replaceAll(' ', '-')})`, command.says]),
    ),
    '',
    '## Where it works',
    '',
    'Commands about applications, people, codes and events call a server by the management API. They may run on any machine, and what they may do',
    'is what the access key may do ([rights.md](rights.md)). A secret is never written on the command line, where other users of the machine',
    'could read it.',
    '',
    ...table(
      ['variable', 'means'],
      serverVariables.map(([name, says]) => [`\`${name}\``, says]),
    ),
    '',
    ...table(['option', 'means'], optionRows(serverOptions)),
    '',
    'Commands about the file, keys and administrators (`check`, `config`, `keys`, `administrator`) work on the store of a server, which may run',
    'meanwhile: with the [settings of the server](configuration.md#environment), on a machine that reaches its database. In a checkout both kinds',
    'also read `.env`.',
    '',
    '## What comes out',
    '',
    ...table(['option', 'means'], optionRows(commonOptions)),
    '',
    ...table(
      ['exit code', 'when'],
      exitCodes.map(([code, says]) => [String(code), says]),
    ),
    '',
    'Results go to standard output. What goes wrong goes to standard error, and so does progress, once a command has taken a second. With `--json`',
    'a refusal is `{"error": {"code", "message"}}`.',
    '',
    'Completion of names: `source <(npx passbeam completion bash)`, or `zsh`; for fish `npx passbeam completion fish | source`.',
    '',
    '## Commands',
    '',
    ...all.flatMap(section),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}
