import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Code, tests and documents name threats, parts of the wire and decisions by number: (threats T33), (threats, limits),
 * (wire 4.7), (wire 2.5–2.7, 4.6), (wire 9, row 21), (wire 7.2, code 1639), (decision 12). Whoever follows a number must find it.
 */
const server = import.meta.dirname;
const repository = join(server, '../../..');
const references = 'docs/reference';
const read = (file: string) => readFileSync(join(repository, file), 'utf8');

const folders = ['apps', 'packages', 'e2e', 'bench', 'scripts', 'deploy', 'docs', '.changeset'];
const texts = globSync(['*.md', ...folders.map((folder) => `${folder}/**/*.{ts,tsx,js,vue,html,css,md,yml,yaml}`)], {
  cwd: repository,
  exclude: ['**/node_modules/**', '**/dist/**'],
}).map((file) => ({ file, text: read(file) }));

/** What a reference says below each heading, by the number in it. */
function entriesOf(document: string, number: RegExp): Map<string, string> {
  const entries = new Map<string, string>();
  for (const text of read(`${references}/${document}`).split(/^#{2,3} /m)) {
    const found = number.exec(text)?.[0];
    if (found !== undefined) entries.set(found, text);
  }
  return entries;
}

const threats = entriesOf('threats.md', /^(?:T\d+|Limits)(?=\n)/);
const wire = entriesOf('wire.md', /^\d+(?:\.\d+)?(?=\.? )/);
const decisions = new Set(
  globSync('docs/decisions/*.md', { cwd: repository }).map((file) => Number(/\/(\d+)-/.exec(file)?.[1])),
);

const threatCitation = /\bthreats(?: (?<list>T\d+(?:, T\d+)*)|, limits\b)/gi;
const numbers = String.raw`\d+(?:\.\d+)?(?:(?:, |–)\d+(?:\.\d+)?)*`;
const wireCitation = new RegExp(
  String.raw`\bwire (?:(?<section>\d+(?:\.\d+)?), (?<kind>row|code)s? (?<within>${numbers})|(?<list>${numbers}))`,
  'g',
);
/** The tables of http/contract begin each row, and each heading, with its section. */
const sectionOfRow = /(?<=['`])\d\.\d{1,2}(?=[ '`])/g;

/** The references of all texts that lead nowhere, by file; fails when there are fewer than `atLeast` references at all. */
function missing(find: (text: string, file: string) => string[], isThere: (name: string) => boolean, atLeast: number) {
  const named = texts.flatMap(({ file, text }) => find(text, file).map((name) => ({ file, name })));
  expect(named.length).toBeGreaterThan(atLeast);
  return named.filter(({ name }) => !isThere(name));
}

function groupsOf(text: string, citation: RegExp): Record<string, string | undefined>[] {
  return [...text.matchAll(citation)].map(({ groups = {} }) => groups);
}

describe('who follows a number finds it', () => {
  it('of a threat', () => {
    const find = (text: string) => groupsOf(text, threatCitation).flatMap(({ list = 'Limits' }) => list.split(', '));
    expect(missing(find, (name) => threats.has(name), 150)).toEqual([]);
  });

  it('of a section of the wire', () => {
    const find = (text: string, file: string) => [
      ...groupsOf(text, wireCitation).flatMap(({ list, section = '' }) => list?.split(/, |–/) ?? [section]),
      ...(file.includes('/http/contract/') ? (text.match(sectionOfRow) ?? []) : []),
    ];
    expect(missing(find, (number) => wire.has(number), 400)).toEqual([]);
  });

  it('of a row or a code within a section', () => {
    const find = (text: string) =>
      groupsOf(text, wireCitation).flatMap(({ section, kind, within }) =>
        within === undefined ? [] : within.split(/, |–/).map((number) => `${section} ${kind} ${number}`),
      );
    const isThere = (name: string) => {
      const [section = '', kind, number] = name.split(' ');
      return new RegExp(kind === 'row' ? `^\\| ${number} \\|` : `\\b${number}\\b`, 'm').test(wire.get(section) ?? '');
    };
    expect(missing(find, isThere, 60)).toEqual([]);
  });

  it('of a decision', () => {
    const find = (text: string) => [...text.matchAll(/\bdecision (\d+)\b/gi)].map(([, number = '']) => number);
    expect(missing(find, (number) => decisions.has(Number(number)), 20)).toEqual([]);
  });

  it('because every reference has one of the forms above', () => {
    const other =
      /\bT\d{1,2}\b|\b[Tt]hreat model,? section|\b[Cc]ontract (?:section )?\d|\b[Dd]esign,? (?:section |\d)/g;
    const found = texts
      .filter(({ file }) => file !== `${references}/threats.md`)
      .flatMap(({ file, text }) =>
        (text.replaceAll(threatCitation, '').match(other) ?? []).map((form) => ({ file, form })),
      );
    expect(found).toEqual([]);
  });
});

describe('a reference leads on to what exists', () => {
  /** The places a text names: files by their path in the repository or below the server's sources, documents by links. */
  function placesIn(text: string): string[] {
    const spans = [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = '']) => path);
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => path);
    return [...spans, ...links];
  }

  const isThere = (path: string) =>
    [repository, server, join(repository, references)].some((folder) => existsSync(join(folder, path)));

  it.each([...threats].map(([name, text]) => ({ name, text })))('threats $name', ({ text }) => {
    const places = placesIn(text);
    expect(places.length).toBeGreaterThan(0);
    expect(places.filter((path) => !isThere(path))).toEqual([]);
  });

  it('wire', () => {
    const places = placesIn(read(`${references}/wire.md`));
    expect(places.length).toBeGreaterThan(5);
    expect(places.filter((path) => !isThere(path))).toEqual([]);
  });
});
