import { setTimeout as pause } from 'node:timers/promises';
import { PassbeamError } from '@passbeam/sdk';
import { ConfigError } from '../config/config-mistakes.ts';
import { createProgress } from '../process/progress.ts';
import { type Call, readCall, WrongCall } from './call.ts';
import { helpText } from './help.ts';
import { CommandFailed, type Outcome, type Surroundings } from './outcome.ts';
import type { CommandName } from './table.ts';

type Run = (call: Call, around: Surroundings) => Promise<Outcome | null>;

const files = () => import('./commands/files.ts');
const store = () => import('./commands/store.ts');
const applications = () => import('./commands/applications.ts');
const people = () => import('./commands/people.ts');
const imports = () => import('./commands/imports.ts');
const audit = () => import('./commands/audit.ts');
const codes = () => import('./commands/codes.ts');

/** What carries each command out, loaded when it is asked for. */
const runs: Record<CommandName, () => Promise<Run>> = {
  check: async () => (await files()).check,
  'config diff': async () => (await files()).diff,
  'config apply': async () => (await files()).apply,
  completion: async () => (await files()).completion,
  'app list': async () => (await applications()).list,
  'app create': async () => (await applications()).create,
  'app rotate': async () => (await applications()).rotate,
  'app secrets': async () => (await applications()).secrets,
  'user find': async () => (await people()).find,
  'user suspend': async () => (await people()).suspend,
  'user activate': async () => (await people()).activate,
  'user logins': async () => (await people()).logins,
  'user end-logins': async () => (await people()).endLogins,
  'user import': async () => (await imports()).importPeople,
  'audit list': async () => (await audit()).list,
  'audit story': async () => (await audit()).story,
  'audit export': async () => (await audit()).exportEvents,
  'codes live': async () => (await codes()).live,
  'codes end': async () => (await codes()).end,
  'administrator list': async () => (await store()).listAdministrators,
  'administrator link': async () => (await store()).makeLink,
  'keys list': async () => (await store()).listKeys,
  'keys rotate': async () => (await store()).rotateKeys,
};

const interruptedCode = 130;
const tidyingMs = 2_000;

/** Reads the call of a process, carries it out, and sets its exit code. */
export async function carryOutCommand(machine: NodeJS.Process): Promise<void> {
  // Whoever reads us may end first, as `head` does: that is no failure.
  machine.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    machine.exit(machine.exitCode ?? 0);
  });
  const typed = machine.argv.slice(2);
  const isJson = typed.includes('--json');
  try {
    const call = readCall(typed);
    if ('help' in call) machine.stdout.write(helpText(call.help));
    else machine.exitCode = await run(call, machine);
  } catch (error) {
    const { code, message, exitCode } = failureOf(error);
    machine.stderr.write(isJson ? `${JSON.stringify({ error: { code, message } })}\n` : `${message}\n`);
    machine.exitCode = exitCode;
  }
}

async function run(call: Call, machine: NodeJS.Process): Promise<number> {
  const { stdout, stderr } = machine;
  const interruption = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      machine.once(name, () => {
        interruption.abort(new CommandFailed('ended before it was done'));
        reject(interruption.signal.reason);
      });
    }
  });
  const progress = createProgress({
    isTerminal: stderr.isTTY === true,
    // Another program that reads JSON finds there nothing but JSON.
    write: (text) => (!call.isJson || stderr.isTTY) && stderr.write(text),
    now: () => performance.now(),
  });
  const around: Surroundings = {
    env: machine.env,
    signal: interruption.signal,
    tell: progress.tell,
    write: (chunk) => new Promise((resolve) => stdout.write(chunk, () => resolve())),
  };
  const timer = setInterval(progress.renew, 1_000);
  const begun = await runs[call.name]();
  const work = begun(call, around);
  try {
    const outcome = await Promise.race([work, interrupted]);
    progress.end();
    if (outcome === null) return 0;
    stdout.write(call.isJson ? `${JSON.stringify(outcome.result)}\n` : `${outcome.lines.join('\n')}\n`);
    return outcome.code ?? 0;
  } catch (error) {
    progress.end();
    if (!interruption.signal.aborted) throw error;
    // What is under way may tidy up, and must not keep the process: stores write whole transactions or nothing.
    await Promise.race([work.catch(() => null), pause(tidyingMs)]);
    stderr.write('ended before it was done\n');
    machine.exit(interruptedCode);
  } finally {
    clearInterval(timer);
  }
}

/** What went wrong, in words; never a stack. */
function failureOf(error: unknown): { code: string; message: string; exitCode: number } {
  if (error instanceof WrongCall) {
    const help = `passbeam ${error.about === '' ? '' : `${error.about} `}--help`;
    return { code: 'wrong_call', message: `${error.message}\n${help} tells more.`, exitCode: 2 };
  }
  if (error instanceof ConfigError) {
    const lines = error.mistakes.map((mistake) => `  - ${mistake}`);
    return {
      code: 'wrong_settings',
      message: [error.message.split('\n')[0]?.replace('passbeam cannot start: ', ''), ...lines].join('\n'),
      exitCode: 2,
    };
  }
  if (error instanceof PassbeamError) {
    const isMistake = error.name === 'ConfigurationError';
    const hint = error.hint === null ? '' : `\n${error.hint}`;
    return { code: error.code, message: `${error.message}${hint}`, exitCode: isMistake ? 2 : 1 };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'failed',
    message: error instanceof CommandFailed ? message : `could not do that: ${message}`,
    exitCode: 1,
  };
}
