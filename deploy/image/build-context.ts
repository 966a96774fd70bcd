import { cp, readdir, readFile } from 'node:fs/promises';
import { join, matchesGlob, relative } from 'node:path';

/** Copies the build context of the image: the repository without what .dockerignore leaves out. */
export async function copyBuildContext(repository: string, folder: string): Promise<void> {
  const isIgnored = ignoreRules(await readFile(join(repository, '.dockerignore'), 'utf8'));
  const entries = await readdir(repository, { withFileTypes: true });
  for (const entry of entries) {
    // Both are large and never part of the context, so they are skipped before any rule is read.
    if (entry.name === '.git' || entry.name === 'node_modules') continue;
    await copyKept(join(repository, entry.name));
  }

  async function copyKept(path: string): Promise<void> {
    const name = relative(repository, path);
    const children = await readdir(path, { withFileTypes: true }).catch(() => null);
    if (children === null) {
      if (!isIgnored(name)) await cp(path, join(folder, name), { recursive: true });
      return;
    }
    for (const child of children) {
      if (child.name !== 'node_modules') await copyKept(join(path, child.name));
    }
  }
}

/** The rules of .dockerignore as Docker applies them: the last line that matches a path, or a folder above it, decides. */
function ignoreRules(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.startsWith('!') ? { pattern: line.slice(1), ignores: false } : { pattern: line, ignores: true },
    );
  return (path) => {
    const parts = path.split('/');
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const last = rules.findLast(({ pattern }) => paths.some((each) => matchesGlob(each, pattern)));
    return last?.ignores ?? false;
  };
}
