import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A separate file system that is small enough to be filled. */
export class SmallVolume {
  readonly path = mkdtempSync(join(tmpdir(), 'passbeam-volume-'));
  readonly #ballast = join(this.path, 'ballast');

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path]);
  }

  /** True, with a message, when this machine cannot mount one. */
  static isMissing(): boolean {
    const isHere = process.getuid?.() === 0 && process.platform === 'linux';
    if (!isHere) console.log('SKIPPED a full disk: a small volume needs root on Linux');
    return !isHere;
  }

  /** Takes all the room that is left. Can be called again. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    const piece = Buffer.alloc(64 * 1024);
    try {
      for (;;) writeSync(file, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.#ballast, { force: true });
  }

  remove(): void {
    execFileSync('umount', [this.path]);
    rmSync(this.path, { recursive: true });
  }
}
