import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delimiterOf } from './csv-records.ts';
import type { ReadRow } from './import.ts';
import { newReader, type ReaderState, readPart } from './records.ts';

type File = Parameters<typeof readPart>[0];
const csv: File = { format: 'csv', columns: {}, passwords: 'hashes' };
const json: File = { format: 'json', columns: {}, passwords: 'hashes' };

/** The rows of a file that came in these parts, as if each were read by another node. */
async function read(file: File, ...parts: string[]): Promise<ReadRow[]> {
  let state: ReaderState = newReader;
  const rows: ReadRow[] = [];
  for (const [index, text] of parts.entries()) {
    for await (const piece of readPart(file, JSON.parse(JSON.stringify(state)), text, index === parts.length - 1)) {
      state = piece.state;
      rows.push(...piece.rows);
    }
  }
  return rows;
}

const values = (rows: ReadRow[]) => rows.map((row) => ('values' in row ? row.values : row.mistake));
const refusal = (read: Promise<unknown>) =>
  read.then(
    () => null,
    (error) => error.detail,
  );

describe('a CSV file', () => {
  it.each([
    ['commas', 'username,email\nann,ann@example.com\n'],
    ['semicolons', 'username;email\nann;ann@example.com\n'],
    ['tabs', 'username\temail\nann\tann@example.com\n'],
    ['a byte order mark', '\uFEFFusername,email\nann,ann@example.com\n'],
    ['Windows line ends', 'username,email\r\nann,ann@example.com\r\n'],
    ['line ends of old', 'username,email\rann,ann@example.com\r'],
    ['no line end behind the last row', 'username,email\nann,ann@example.com'],
    ['quotes', '"username","email"\n"ann","ann@example.com"\n'],
    ['empty lines', '\nusername,email\n\n\nann,ann@example.com\n,\n'],
    ['spaces around', 'username , email\n ann , ann@example.com \n'],
  ])('with %s', async (_, text) => {
    expect(values(await read(csv, text))).toEqual([{ username: 'ann', email: 'ann@example.com' }]);
  });

  it('says in which line each row begins, whatever stands inside quotes', async () => {
    const rows = await read(csv, 'username,address\nann,"1 High Street\nTown"\n\nbob,"say ""hi"", then"\n');
    expect(rows).toEqual([
      { line: 2, values: { username: 'ann', address: '1 High Street\nTown' } },
      { line: 5, values: { username: 'bob', address: 'say "hi", then' } },
    ]);
  });

  it('costs one row a quote that does not belong, and no other', async () => {
    const rows = await read(csv, 'username,name\nann,5" screen\nbob,"Bob" B\ncy,Cy\n');
    expect(values(rows)).toEqual([
      { username: 'ann', name: '5" screen' },
      { username: 'bob', name: '"Bob" B' },
      { username: 'cy', name: 'Cy' },
    ]);
  });

  it('refuses rows that are wider than the header, and one whose quote stays open', async () => {
    expect(await read(csv, 'username,name\nann,Ann,x\nbob,Bob,\ncy,"Cy\n')).toEqual([
      { line: 2, mistake: ['rowTooWide', 2] },
      { line: 3, values: { username: 'bob', name: 'Bob' } },
      { line: 4, mistake: 'quoteOpen' },
    ]);
  });

  it('maps columns, and leaves out those that an empty text names', async () => {
    const columns = { Login: 'username', Notes: '', Team: 'customData.team' };
    const text = 'Login,Notes,Team,email\nann,secret,blue,ann@example.com\n';
    expect(values(await read({ ...csv, columns }, text))).toEqual([
      { username: 'ann', 'customData.team': 'blue', email: 'ann@example.com' },
    ]);
  });

  it('refuses columns that are no field, or one field twice, before any row', async () => {
    expect(await refusal(read(csv, 'username,shoe\nann,42\n'))).toEqual({
      field: 'columns.shoe',
      reason: ['notImported', 'shoe'],
    });
    expect(await refusal(read(csv, 'username,username\nann,bob\n'))).toMatchObject({ reason: 'columnTwice' });
    const columns = { Login: 'username' };
    expect(await refusal(read({ ...csv, columns }, 'username,Login\nann,bob\n'))).toMatchObject({
      reason: ['fieldTwice', 'username'],
    });
  });

  it('is not swallowed by a quote that is never closed', async () => {
    const text = `username,name\nann,"Ann\n${'bob,Bob\n'.repeat(20_000)}`;
    expect(await refusal(read(csv, text))).toEqual({ field: 'text', reason: ['recordTooLong', 2, 65_536] });
  });

  it('keeps no password where the import takes none', async () => {
    const text = 'username,password\nann,secret word\n';
    expect(values(await read({ ...csv, passwords: 'none' }, text))).toEqual([{ username: 'ann' }]);
    expect(values(await read(csv, text))).toEqual([{ username: 'ann', password: 'secret word' }]);
  });
});

describe('a JSON file', () => {
  it.each([
    ['a list', '[{"username":"ann"},\n{"username":"b}ob"}]'],
    ['a list with a byte order mark', '\uFEFF[ {"username":"ann"} , \n {"username":"b}ob"} ]\n'],
    ['one object a line', '{"username":"ann"}\n{"username":"b}ob"}\n'],
  ])('as %s', async (_, text) => {
    expect(await read(json, text)).toEqual([
      { line: 1, values: { username: 'ann' } },
      { line: 2, values: { username: 'b}ob' } },
    ]);
  });

  it('takes customData as an object, and nothing for null', async () => {
    const text = '{"username":"ann","email":null,"customData":{"team":"blue","level":3}}';
    expect(values(await read(json, text))).toEqual([
      { username: 'ann', 'customData.team': 'blue', 'customData.level': 3 },
    ]);
  });

  it('refuses each row that is not good, and reads on', async () => {
    const text = [
      '{"username":"ann","shoe":42}',
      'nonsense',
      '{"username":}',
      '{"username":"a","username":"b"}',
      '{"customData":[]}',
      '{"username":"zoe"}',
      '{"username":"open',
    ].join('\n');
    expect(await read(json, text)).toEqual([
      { line: 1, mistake: ['notImported', 'shoe'] },
      { line: 2, mistake: 'rowNotJson' },
      { line: 3, mistake: 'rowNotJson' },
      { line: 4, mistake: 'givenTwice' },
      { line: 5, mistake: 'notObject' },
      { line: 6, values: { username: 'zoe' } },
      { line: 7, mistake: 'rowNotJson' },
    ]);
  });
});

describe('however a file is cut into parts', () => {
  const cell = fc.oneof(
    fc.constantFrom('', 'é"ß', 'a,b', 'x\ny', '"', '用户\r\n😀', '{', '}"\\'),
    fc.string({ maxLength: 6 }),
  );
  const people = fc.array(fc.record({ username: fc.stringMatching(/^[a-z]{1,5}$/), name: cell }), { maxLength: 12 });
  const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 5 });

  function inParts(text: string, places: number[]): string[] {
    const sorted = [...places].sort((a, b) => a - b).map((place) => Math.min(place, text.length));
    return [...sorted, text.length].map((end, index) => text.slice(sorted[index - 1] ?? 0, end));
  }

  it('the same rows are read of CSV', () =>
    fc.assert(
      fc.asyncProperty(people, cuts, fc.constantFrom('\n', '\r\n'), async (list, places, end) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ['username,name', ...list.map(({ username, name }) => `${username},${quoted(name)}`), ''].join(
          end,
        );
        const whole = await read(csv, text);
        expect(await read(csv, ...inParts(text, places))).toEqual(whole);
        expect(values(whole)).toEqual(
          list.map(({ username, name }) => ({ username, ...(name.trim() !== '' && { name: name.trim() }) })),
        );
      }),
    ));

  it('a character in two halves stays whole', async () => {
    const text = 'username,name\nann,😀\n';
    const middle = text.indexOf('😀') + 1;
    expect(values(await read(csv, text.slice(0, middle), text.slice(middle)))).toEqual([
      { username: 'ann', name: '😀' },
    ]);
  });

  it('the same rows are read of JSON', () =>
    fc.assert(
      fc.asyncProperty(people, cuts, fc.boolean(), async (list, places, isList) => {
        const clean = list.map(({ username, name }) => ({ username, name: name.replaceAll('\0', '') }));
        const text = isList ? JSON.stringify(clean, null, 1) : clean.map((each) => JSON.stringify(each)).join('\n');
        const whole = await read(json, text);
        expect(await read(json, ...inParts(text, places))).toEqual(whole);
        expect(values(whole)).toEqual(clean.map(({ username, name }) => ({ username, ...(name !== '' && { name }) })));
      }),
    ));
});

it('the delimiter is what the header has most of, outside of quotes', () => {
  expect(delimiterOf('username')).toBe(',');
  expect(delimiterOf('"a,b,c,d";username;email')).toBe(';');
  expect(delimiterOf('a;b,c,d')).toBe(',');
});
