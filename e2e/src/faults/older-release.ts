import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface OlderRelease {
  name: string;
  /** The path of its main.ts. */
  program: string;
  remove(): void;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Releases with this file store QR codes in Redis in today's form. */
const sign = 'apps/server/src/stores/redis/greet.ts';

/** Unpacks the last tagged release, or else the first commit whose nodes understand today's; a sentence when there is none. */
export function unpackOlderRelease(): OlderRelease | string {
  const commit = git('describe', '--tags', '--abbrev=0', 'HEAD^') || firstThatUnderstands();
  if (commit === null) return 'git knows no older release: no repository, or a shallow one';
  const folder = mkdtempSync(join(tmpdir(), 'passbeam-older-'));
  const archive = join(folder, 'release.tar');
  execFileSync('git', ['archive', `--output=${archive}`, commit], { cwd: root });
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  linkPackages(folder);
  return {
    name: commit.slice(0, 12),
    program: join(folder, 'apps/server/src/main.ts'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function firstThatUnderstands(): string | null {
  const commits = git('log', '--reverse', '--diff-filter=A', '--format=%H', '--', sign).split('\n');
  // The first commit of a shallow clone adds every file and has no parent, so it tells nothing.
  return commits.find((commit) => commit !== '' && git('rev-list', '--parents', '-1', commit).includes(' ')) ?? null;
}

/** Packages of others are linked to this tree's; our own must be those of the release. */
function linkPackages(folder: string): void {
  const [ours, theirs] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  mkdirSync(theirs);
  for (const name of readdirSync(ours)) {
    if (name === '@passbeam') cpSync(join(ours, name), join(theirs, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(ours, name), join(theirs, name));
  }
}

/** The output of a git command; empty when it fails. */
function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
