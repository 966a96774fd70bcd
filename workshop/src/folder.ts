import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

export interface ThrowAwayFolder {
  readonly path: string;
  remove(): void;
}

/** A new folder in `home`, which this process leaves behind in no case. */
export function makeFolder(prefix: string, home = tmpdir()): ThrowAwayFolder {
  const path = mkdtempSync(join(home, prefix));
  const remove = () => rmSync(path, { recursive: true, force: true });
  const keep = atExit(remove);
  return {
    path,
    remove() {
      keep();
      remove();
    },
  };
}
