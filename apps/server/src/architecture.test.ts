import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = import.meta.dirname;
const repository = join(root, '../../..');
const sources = globSync('**/*.ts', { cwd: root }).filter(
  (file) => !/\.(test|fixture)\.ts$|test-world|testing\.ts|conformance/.test(file),
);

/** Which rooms a room may know (docs/architecture.md). Packages are not listed: see below for core's. */
const mayImport: Record<string, string[]> = {
  core: ['core'],
  stores: ['stores', 'core'],
  crypto: ['crypto', 'core'],
  messages: ['messages', 'core'],
  metrics: ['metrics', 'core'],
  tracing: ['tracing', 'core', 'logging.ts'],
  'qr-image': ['qr-image'],
  http: ['http', 'core', 'qr-image'],
  seed: ['seed', 'core', 'config.ts', 'config-file.ts', 'config-mistakes.ts'],
};

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^\s*(?:import|export)\b[^'"]*?['"]([^'"]+)['"]/gms)].map(
    ([, specifier]) => specifier ?? '',
  );
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

describe('imports point one way', () => {
  it.each(sources.filter((file) => roomOf(file) in mayImport))('%s', (file) => {
    const room = roomOf(file);
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) continue;
      const target = relative(root, join(root, dirname(file), specifier));
      expect(mayImport[room], `${file} imports ${target}`).toContain(roomOf(target));
    }
  });

  it('keeps the platform out of core', () => {
    for (const file of sources.filter((source) => roomOf(source) === 'core')) {
      expect(
        importsOf(file).filter((specifier) => specifier.startsWith('node:')),
        file,
      ).toEqual([]);
    }
  });
});

describe('randomness and time are handed in', () => {
  // Ids come from the CSPRNG alone (threats T5), and expiry from the store's clock (threats T47).
  it.each(sources.filter((file) => ['core', 'stores', 'http'].includes(roomOf(file))))('%s', (file) => {
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/Math\.random|Date\.now\(|new Date\(\)/);
  });
});

it('paths of files come from fileURLToPath: the path of a URL has its spaces, #, % and ü encoded', () => {
  const folders = ['apps', 'packages', 'e2e', 'bench', 'scripts', 'deploy'].map((name) => `${name}/**/*.{ts,js}`);
  const files = globSync(folders, { cwd: repository, exclude: ['**/node_modules/**', '**/dist/**'] });
  expect(files.length).toBeGreaterThan(500);
  const wrong = files.filter((file) =>
    /import\.meta\.url\)\s*\.pathname/.test(readFileSync(join(repository, file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
