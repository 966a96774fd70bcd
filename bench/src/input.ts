import { readFileSync } from 'node:fs';

/** What `runNode` was given for this process. */
export function readInput<Input>(): Input {
  return JSON.parse(readFileSync(0, 'utf8')) as Input;
}
