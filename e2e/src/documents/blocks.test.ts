import { expect, it } from 'vitest';
import { extractBlocks } from './blocks.ts';

const fence = '```';

it('finds blocks with their language, name and line, even within lists', () => {
  const markdown = `text\n\n${fence}ts\n// a.ts\nlet x;\n${fence}\n1. step\n\n   ${fence}sh\n   npm start\n   ${fence}\n`;
  expect(extractBlocks(markdown, 'some.md')).toEqual([
    { document: 'some.md', line: 3, language: 'ts', text: '// a.ts\nlet x;\n', file: 'a.ts' },
    { document: 'some.md', line: 9, language: 'sh', text: 'npm start\n', file: null },
  ]);
});

it('gives a block without a language the empty one, which the tests of the documents refuse', () => {
  expect(extractBlocks(`${fence}\nx\n${fence}\n`, 'some.md')).toMatchObject([{ language: '' }]);
});

it('refuses a document with a block that is not closed', () => {
  expect(() => extractBlocks(`${fence}ts\nlet x;\n`, 'some.md')).toThrow('some.md:1');
});
