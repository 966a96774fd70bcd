import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of the sections to measure. */
  only: string[];
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  isQuick: boolean;
  /** Whether the results are written into the documentation. */
  writes: boolean;
  /** The checkout of an earlier release, measured beside this one; null for none. */
  before: string | null;
}

/**
 * Reads `--only polls,logins`, `--rounds 5`, `--seconds 3`, `--quick` (tries whether everything works), `--write` (into the
 * documentation) and `--before ../earlier` (a checkout to compare with, its packages installed). @throws Error that names the mistake
 */
export function readOptions(args: string[], sections: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: sections.join(',') },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      before: { type: 'string' },
    },
  });
  const only = values.only.split(',');
  const unknown = only.filter((name) => !sections.includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: there are ${sections.join(', ')}`);
  if (values.quick && values.write) throw new Error('--quick gives no figures worth writing down');
  if (values.write && only.length < sections.length) throw new Error('--write takes a run of every section');
  return {
    only,
    rounds: positive('--rounds', values.rounds, values.quick ? 1 : 5),
    seconds: positive('--seconds', values.seconds, values.quick ? 1 : 3),
    warmUpSeconds: values.quick ? 1 : 2,
    isQuick: values.quick,
    writes: values.write,
    before: values.before === undefined ? null : resolve(values.before),
  };
}

function positive(name: string, value: string | undefined, byDefault: number): number {
  const number = value === undefined ? byDefault : Number(value);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} ${value}: must be a whole number from 1`);
  return number;
}
