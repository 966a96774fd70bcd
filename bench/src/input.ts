import { readFileSync } from 'node:fs';

/** The input that `runNode` passed to this process. */
export function readInput<Input>(): Input {
  return JSON.parse(readFileSync(0, 'utf8')) as Input;
}
