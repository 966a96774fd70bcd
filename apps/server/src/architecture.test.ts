import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  circles,
  folderSizes,
  lengths,
  mutualFolders,
  readImports,
  sourceFolder,
  specifiersOf,
  upwardImports,
} from '../../../scripts/house.ts';

const repository = join(sourceFolder, '../../..');
const imports = readImports();
const sources = [...imports.keys()];

/** Which rooms a room may know (docs/architecture.md). Packages are not listed: see below for core's. */
const mayImport: Record<string, string[]> = {
  core: [],
  config: ['core', 'own-tokens'],
  crypto: ['core'],
  messages: ['core', 'outbound'],
  outbound: ['core'],
  'own-tokens': ['core', 'outbound'],
  upkeep: ['core'],
  stores: ['core', 'upkeep'],
  metrics: ['core'],
  process: ['config'],
  tracing: ['core', 'process'],
  'qr-image': [],
  http: ['core', 'qr-image'],
  seed: ['config', 'core'],
  move: ['config', 'core', 'crypto', 'process', 'stores'],
  'command-line': ['config', 'core', 'crypto', 'process', 'seed', 'stores'],
};

/** Which folders a folder inside `http/` may know. */
const mayImportInHttp: Record<string, string[]> = {
  server: [],
  limits: ['server'],
  callers: ['limits', 'server'],
  wire: [],
  requests: ['callers', 'limits', 'server', 'wire'],
  routes: ['callers', 'limits', 'requests', 'server', 'wire'],
};

/** The sources in these folders of the repository. */
function filesIn(...folders: string[]): string[] {
  const patterns = folders.map((name) => `${name}/**/*.{ts,js}`);
  return globSync(patterns, { cwd: repository, exclude: ['**/node_modules/**', '**/dist/**'] });
}

const roomOf = (file: string, depth = 0) => file.split('/')[depth] ?? file;

describe('imports point one way', () => {
  it.each(sources.filter((file) => roomOf(file) in mayImport))('%s', (file) => {
    const room = roomOf(file);
    for (const target of imports.get(file) ?? []) {
      if (roomOf(target) !== room) expect(mayImport[room], `${file} imports ${target}`).toContain(roomOf(target));
    }
  });

  it.each(sources.filter((file) => /^http\/.*\//.test(file)))('%s', (file) => {
    const room = roomOf(file, 1);
    for (const target of (imports.get(file) ?? []).filter((target) => target.startsWith('http/'))) {
      if (roomOf(target, 1) !== room)
        expect(mayImportInHttp[room], `${file} imports ${target}`).toContain(roomOf(target, 1));
    }
  });

  it('from each room of core to earlier ones', () => {
    expect(upwardImports(imports)).toEqual([]);
  });

  it('so no two folders import each other', () => {
    expect(mutualFolders(imports)).toEqual([]);
  });

  it('and no files import each other in a circle', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('keeps the platform out of core', () => {
    for (const file of sources.filter((source) => roomOf(source) === 'core')) {
      expect(
        specifiersOf(file).filter((specifier) => specifier.startsWith('node:')),
        file,
      ).toEqual([]);
    }
  });
});

describe('what stands around the server', () => {
  it('meets it as its users do: over HTTP and by its programs, never by an import', () => {
    const around = filesIn('e2e', 'bench', 'deploy', 'scripts', 'workshop');
    expect(around.length).toBeGreaterThan(100);
    const inside = /\b(?:from|import)\s*\(?\s*['"](?:[^'"]*\bapps\/server\/|@passbeam\/server\b)/;
    expect(around.filter((file) => inside.test(readFileSync(join(repository, file), 'utf8')))).toEqual([]);
  });

  it('is nothing the server needs', () => {
    const needing = sources.filter((file) => specifiersOf(file).some((name) => name.startsWith('@passbeam/workshop')));
    expect(needing).toEqual([]);
  });
});

describe('sizes', () => {
  it('a file over 400 lines says in its first line why it is one', () => {
    const long = lengths(imports).filter(({ lines }) => lines > 400);
    const first = (file: string) => readFileSync(join(sourceFolder, file), 'utf8').split('\n', 1)[0] ?? '';
    expect(long.filter(({ file }) => !first(file).startsWith('//')).map(({ file }) => file)).toEqual([]);
  });

  it('a folder of many files has rooms in it', () => {
    // Migrations are a numbered list that only grows.
    const folders = folderSizes(imports).filter(({ folder }) => folder !== 'stores/sql/migrations');
    expect(folders.filter(({ files }) => files > 23)).toEqual([]);
  });

  it('the composition stays on two screens', () => {
    expect(lengths(imports).find(({ file }) => file === 'compose.ts')?.lines).toBeLessThanOrEqual(150);
  });
});

describe('randomness and time are handed in', () => {
  // Ids come from the CSPRNG alone (threats T5), and expiry from the store's clock (threats T47).
  it.each(sources.filter((file) => ['core', 'stores', 'http'].includes(roomOf(file))))('%s', (file) => {
    expect(readFileSync(join(sourceFolder, file), 'utf8')).not.toMatch(/Math\.random|Date\.now\(|new Date\(\)/);
  });
});

it('logins end in one place, which tells their applications', () => {
  const ending = sources.filter((file) =>
    /updateTable\('login_sessions'\)\s*\.set\(\{[^}]*revoked_at/.test(readFileSync(join(sourceFolder, file), 'utf8')),
  );
  expect(ending).toEqual(['stores/sql/tables/ended-logins.ts']);
});

it('paths of files come from fileURLToPath: the path of a URL has its spaces, #, % and ü encoded', () => {
  const files = filesIn('apps', 'packages', 'e2e', 'bench', 'scripts', 'deploy', 'workshop');
  expect(files.length).toBeGreaterThan(500);
  const wrong = files.filter((file) =>
    /import\.meta\.url\)\s*\.pathname/.test(readFileSync(join(repository, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
