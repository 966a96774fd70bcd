// `node scripts/house.ts` prints figures about the server's files and folders. `architecture.test.ts` checks its rules with the same functions.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const sourceFolder = fileURLToPath(new URL('../apps/server/src', import.meta.url));

/** The folders of core in order: each may import itself and those before it. */
export const floors = [
  'ground',
  'audit',
  'directory',
  'identifiers',
  'users',
  'sessions',
  'tokens',
  'sign-in',
  'qr',
  'devices',
  'authorization',
  'account',
  'management',
  'administrators',
  'core',
];

/** Whether a file belongs to tests. */
const isOfTests = (file: string) => /\.(test|fixture)\.ts$|test-world|testing\.ts|conformance/.test(file);

/** From each source file of the server to the server's files that it imports. Paths begin below `apps/server/src`. */
export type Imports = Map<string, string[]>;

export function readImports(): Imports {
  const files = globSync('**/*.ts', { cwd: sourceFolder }).filter((file) => !isOfTests(file));
  return new Map(
    files.map((file) => [
      file,
      specifiersOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(file), specifier)),
    ]),
  );
}

/** The import specifiers of a file, as they are written in it. */
export function specifiersOf(file: string): string[] {
  const text = readFileSync(join(sourceFolder, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s(?:[\w\s{},*$]+?\sfrom\s)?['"]([^'"]+)['"]/gm)].map(
    ([, specifier]) => specifier ?? '',
  );
}

/** Pairs of folders that import each other, so that neither can be understood without the other. */
export function mutualFolders(imports: Imports): string[] {
  const pairs = new Set<string>();
  for (const [file, targets] of imports) {
    for (const target of targets) pairs.add(`${dirname(file)} ${dirname(target)}`);
  }
  return [...pairs]
    .map((pair) => pair.split(' ') as [string, string])
    .filter(([from, to]) => from < to && pairs.has(`${to} ${from}`))
    .map(([from, to]) => `${from} <-> ${to}`);
}

/** Circles of files that import each other, each circle once. */
export function circles(imports: Imports): string[] {
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  function visit(file: string): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    path.pop();
    state.set(file, 'done');
  }
  for (const file of imports.keys()) visit(file);
  return found;
}

/** Imports inside core that point to a later folder, or to one that `floors` does not name. */
export function upwardImports(imports: Imports): string[] {
  const floorOf = (file: string) => floors.indexOf(file.split('/')[1]?.replace(/\.ts$/, '') ?? '');
  const ofCore = [...imports].filter(([file]) => file.startsWith('core/'));
  return ofCore.flatMap(([file, targets]) =>
    targets
      .filter((target) => floorOf(file) < 0 || floorOf(target) < 0 || floorOf(target) > floorOf(file))
      .map((target) => `${file} -> ${target}`),
  );
}

/** The number of lines of each file, longest first. */
export function lengths(imports: Imports): { file: string; lines: number }[] {
  return [...imports.keys()]
    .map((file) => ({ file, lines: readFileSync(join(sourceFolder, file), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
}

/** The number of source files in each folder, fullest first. */
export function folderSizes(imports: Imports): { folder: string; files: number }[] {
  const counts = new Map<string, number>();
  for (const file of imports.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts].map(([folder, files]) => ({ folder, files })).sort((a, b) => b.files - a.files);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const imports = readImports();
  const files = lengths(imports);
  const folders = folderSizes(imports);
  const lines = files.reduce((sum, { lines }) => sum + lines, 0);
  console.log(
    `${files.length} source files in ${folders.length} folders, ${lines} lines, median ${files[files.length >> 1]?.lines}`,
  );
  console.log(
    `longest: ${files
      .slice(0, 3)
      .map(({ file, lines }) => `${file} ${lines}`)
      .join(', ')}`,
  );
  console.log(
    `fullest: ${folders
      .slice(0, 3)
      .map(({ folder, files }) => `${folder} ${files}`)
      .join(', ')}`,
  );
  console.log(`compose.ts: ${files.find(({ file }) => file === 'compose.ts')?.lines} lines`);
  for (const [what, found] of [
    ['folders that import each other', mutualFolders(imports)],
    ['circles of files', circles(imports)],
    ['imports that point upward in core', upwardImports(imports)],
  ] as const) {
    console.log(`${what}: ${found.length}`);
    for (const one of found) console.log(`  ${one}`);
  }
}
