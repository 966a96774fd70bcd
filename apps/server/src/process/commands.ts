/** The commands of `passbeam.ts`, each once: the help, the page of the documentation and the program are made from them. */
export interface Command {
  /** As it is typed. */
  name: string;
  says: string;
  /** Options beside `--json`. */
  options: readonly { name: string; says: string }[];
}

export const commands = [
  { name: 'check', says: 'reads the environment and the configuration file, and starts nothing', options: [] },
  { name: 'config diff', says: 'what a start would change of what is stored; 1 when there is something', options: [] },
  {
    name: 'config apply',
    says: 'applies the configuration file; nodes that run notice within seconds',
    options: [{ name: '--dry-run', says: 'writes nothing, and shows what config diff shows' }],
  },
] as const satisfies readonly Command[];

export type CommandName = (typeof commands)[number]['name'];

export const exitCodes = [
  [0, 'done, or nothing to do'],
  [1, 'config diff found differences, or something failed'],
  [2, 'a wrong call, or a mistake in the environment or the file'],
] as const;

export function helpText(): string {
  const lines = (commands as readonly Command[]).flatMap(({ name, says, options }) => [
    `  ${name.padEnd(20)}${says}`,
    ...options.map((option) => `    ${option.name.padEnd(18)}${option.says}`),
  ]);
  return [
    'node apps/server/src/passbeam.ts COMMAND',
    '',
    ...lines,
    `  ${'--json'.padEnd(20)}with any command: the result as JSON`,
    '',
    'Settings come from the environment, as the server\u2019s do. It exits with:',
    ...exitCodes.map(([code, says]) => `  ${code}  ${says}`),
    '',
  ].join('\n');
}
