import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
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
const daySeconds = 86_400;

/** Unpacks the last tagged release, or else the last commit of the day before; a sentence when there is none. */
export function unpackOlderRelease(): OlderRelease | string {
  const commit = git('describe', '--tags', '--abbrev=0', 'HEAD^') || aDayEarlier();
  if (commit === '') return 'git knows no older release: no repository, or a shallow one';
  const folder = mkdtempSync(join(tmpdir(), 'passbeam-older-'));
  const archive = join(folder, 'release.tar');
  execFileSync('git', ['archive', `--output=${archive}`, commit], { cwd: root });
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  linkPackages(folder);
  lendPages(folder);
  return {
    name: commit.slice(0, 12),
    program: join(folder, 'apps/server/src/main.ts'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function aDayEarlier(): string {
  const now = Number(git('log', '-1', '--format=%ct'));
  return git('log', '-1', '--format=%H', `--before=${now - daySeconds}`);
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

/** What browsers get is built, and so in no commit: the release gets this tree's. A server without its widget would not start. */
function lendPages(folder: string): void {
  for (const place of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, place))) {
      const built = join(root, place, name, 'dist');
      if (existsSync(built)) cpSync(built, join(folder, place, name, 'dist'), { recursive: true });
    }
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
