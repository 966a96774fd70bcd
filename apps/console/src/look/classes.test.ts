import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(file, 'utf8');

/** A file and everything that it imports, as one chunk of the console at least holds it. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  for (const [, path = ''] of read(file).matchAll(/^(?:import|export|\}) ?[^'(]*'(\.[^']+)';$/gm)) {
    reachedFrom(resolve(dirname(file), path), reached);
  }
  return reached;
}

/** The classes with which selectors begin: what comes behind is dressed by its parent. */
const classesOf = (css: string) =>
  [...css.matchAll(/(?:^|[},]\s*|\s{2})\.([a-z][\w-]*)[^{}]*\{/g)].map(([, name = '']) => name);
const styledBy = (files: Iterable<string>) =>
  new Set([...files].filter((file) => file.endsWith('.css')).flatMap((file) => classesOf(read(file))));

it('every class is styled by what its file imports, for pages are loaded one by one', () => {
  const everywhere = styledBy(reachedFrom(join(source, 'main.tsx')));
  const all = styledBy(globSync(`${source}**/*.css`));
  const unstyled = globSync(`${source}**/*.tsx`).flatMap((file) => {
    // Parts of a page are dressed by the page, whose folder they share.
    const own = styledBy([...reachedFrom(file), ...globSync(`${dirname(file)}/*.css`)]);
    const used = [...read(file).matchAll(/className="([^"]+)"/g)].flatMap(([, names = '']) => names.split(' '));
    return used
      .filter((name) => all.has(name) && !own.has(name) && !everywhere.has(name))
      .map((name) => `${file.slice(source.length)}: ${name}`);
  });
  expect([...new Set(unstyled)]).toEqual([]);
});
