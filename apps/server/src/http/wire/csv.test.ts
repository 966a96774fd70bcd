import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvLine } from './csv.ts';

it.each([
  ['=1+1', "'=1+1"],
  ['-2', "'-2"],
  ['＝1+1', "'＝1+1"],
  ['＠SUM(1)', "'＠SUM(1)"],
  ['\t=1', "'\t'=1"],
  ['x;=cmd', "x;'=cmd"],
  ['x; \u00a0+cmd', "x; \u00a0'+cmd"],
  ['x\t@cmd', "x\t'@cmd"],
  ['x|-cmd', "x|'-cmd"],
  ['x\n=cmd', "x\n'=cmd"],
  ['x;"=cmd', 'x;"\'=cmd'],
  ['Mozilla/5.0 (X11; Linux x86_64)', 'Mozilla/5.0 (X11; Linux x86_64)'],
  ['a=b; c-d', 'a=b; c-d'],
  [-5, '-5'],
  [{ field: 'x;=cmd' }, '{"field":"x;\'=cmd"}'],
])('the cell %j says %j', (value, told) => {
  expect(parse(csvLine([value]))).toEqual([[told]]);
});

it.each([',', ';', '\t', '|'])('no cell of an export is a formula where the list separator is %j', (delimiter) => {
  const signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
  const texts = signs.flatMap((sign) =>
    [';', ' ; ', '\t', '|', ';"', ';""', '\n', '\r\n', ',', '";'].map(
      (before) => `x,"y"${before}${sign}cmd|' /C calc'!A0`,
    ),
  );
  const options = { delimiter, relax_quotes: true, relax_column_count: true };
  for (const text of texts) {
    const cells = parse(csvLine(['1', text, 'end']), options).flat();
    for (const cell of cells) expect(cell.trim(), JSON.stringify(text)).not.toMatch(/^"*[=+\-@＝＋－＠]/);
  }
});

it('takes a long run of tabs and blanks, which costs its length and not the square', () => {
  const text = `a${'\t'.repeat(200_000)}b${' ;'.repeat(100_000)}=c`;
  expect(parse(csvLine([text]))).toEqual([[text.replace('=', "'=")]]);
});
