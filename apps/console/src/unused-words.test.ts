import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Tables that the compiler completes end with `satisfies`, and are no part of this. */
const table = /(\w+) = texts\(\{\n(.*?)\n\}\);/gs;

const folder = import.meta.dirname;
const texts = (root: string) =>
  globSync('**/*.{ts,tsx}', { cwd: root })
    .filter((name) => !/\.(test|fixture)\.ts$/.test(name))
    .map((name) => readFileSync(join(root, name), 'utf8'));
const sources = texts(folder);
const code = sources.map((text) => text.replaceAll(table, ''));
const everywhere = [...code, ...texts(join(folder, '../../../packages/protocol/src'))].join('\n');

/** By its name in a file that has the table, or by a value that is written somewhere: `words[status]`, `words[`mode_${mode}`]`. */
function isUsed(word: string, around: string): boolean {
  const filledIn = [...around.matchAll(/\[`(\w*)\$\{[^`]*?\}(\w*)`\]/g)];
  return (
    new RegExp(`\\.${word}\\b`).test(around) ||
    filledIn.some(([, start = '', end = '']) => start + end !== '' && word.startsWith(start) && word.endsWith(end)) ||
    new RegExp(`['"\`]${word}['"\`]|\\b${word}:`).test(everywhere)
  );
}

it('has no word that no page shows', () => {
  const unused = sources.flatMap((text) =>
    [...text.matchAll(table)].flatMap(([, name = '', rows = '']) => {
      const around = code.filter((one) => new RegExp(`\\b${name}\\b`).test(one)).join('\n');
      const words = [...rows.matchAll(/^ {2}(\w+): \[/gm)].map(([, word = '']) => word);
      return words.filter((word) => !isUsed(word, around)).map((word) => `${name}.${word}`);
    }),
  );
  expect(unused).toEqual([]);
});
