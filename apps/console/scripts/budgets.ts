import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** What browsers may have to load, in kilobytes (1000 bytes) after compression. */
export const limits = { entry: 215, route: 280, all: 450 };

/** Fails a build whose entry (sign-in and shell), heaviest page or whole is too large. */
export function budgets(): Plugin {
  return {
    name: 'budgets',
    generateBundle(_options, bundle) {
      const sizes = measure(bundle);
      const said = `entry ${sizes.entry} of ${limits.entry} kB, heaviest page ${sizes.route} of ${limits.route} kB (${sizes.heaviest}), all ${sizes.all} of ${limits.all} kB`;
      if (sizes.entry > limits.entry || sizes.route > limits.route || sizes.all > limits.all) {
        this.error(`The console is too large: ${said}`);
      }
      this.info(said);
    },
  };
}

type Bundle = Rolldown.OutputBundle;

/** Sizes after compression. A page is the entry and everything that its import brings along at once. */
export function measure(bundle: Bundle): { entry: number; route: number; heaviest: string; all: number } {
  const bytes = new Map(
    Object.values(bundle).map((file) => [
      file.fileName,
      gzipSync(file.type === 'chunk' ? file.code : file.source).length,
    ]),
  );
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const entry = chunks.find(({ isEntry }) => isEntry);
  const kilobytes = (files: Iterable<string>) =>
    Math.round([...files].reduce((sum, file) => sum + (bytes.get(file) ?? 0), 0) / 100) / 10;
  if (entry === undefined) return { entry: 0, route: 0, heaviest: '', all: 0 };
  const first = filesOf(entry.fileName, bundle);
  const pages = chunks
    .filter(({ isDynamicEntry }) => isDynamicEntry)
    .map(({ name, fileName }) => ({ name, size: kilobytes(new Set([...first, ...filesOf(fileName, bundle)])) }))
    .sort((a, b) => b.size - a.size);
  return {
    entry: kilobytes(first),
    route: pages[0]?.size ?? 0,
    heaviest: pages[0]?.name ?? '',
    all: kilobytes(Object.keys(bundle).filter((name) => /\.(js|css|html)$/.test(name))),
  };
}

/** A chunk, its styles, and what it imports statically. */
function filesOf(fileName: string, bundle: Bundle, found = new Set<string>()): Set<string> {
  const chunk = bundle[fileName];
  if (chunk?.type !== 'chunk' || found.has(fileName)) return found;
  found.add(fileName);
  const { importedCss = new Set<string>() } =
    (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata ?? {};
  for (const style of importedCss) found.add(style);
  for (const name of chunk.imports) filesOf(name, bundle, found);
  return found;
}
