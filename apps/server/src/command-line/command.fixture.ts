import { execFile } from 'node:child_process';
import { commandProgram } from '@passbeam/workshop/passbeam';
import { bareEnvironment } from '@passbeam/workshop/program';

export interface Ran {
  code: number;
  out: string;
  /** What it wrote to standard error, without progress. */
  told: string;
}

/** Lines that a busy machine adds. */
const progress = /^ {2}.*, \d+ s\n/gm;

/** Runs the real program, with these settings and none of this shell. */
export function passbeam(env: NodeJS.ProcessEnv, ...words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...bareEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [commandProgram, ...words], options, (error, out, told) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, told: told.replaceAll(progress, '') }),
    );
  });
}
