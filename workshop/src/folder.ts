import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './at-exit.ts';

export interface ThrowAwayFolder {
  readonly path: string;
  remove(): void;
}

/** Makes a new folder in `home`, which is deleted at the latest when this process ends. */
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
