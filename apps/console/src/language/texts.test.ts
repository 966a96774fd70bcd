import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counted, type Texts } from './texts.ts';

const folder = join(import.meta.dirname, '..');

it('counts in the words of one or of many', () => {
  expect(counted(1, 'login', 'logins')).toBe('1 login');
  expect(counted(1200, 'login', 'logins')).toBe('1,200 logins');
  expect(counted(1000, 'login', 'logins', '+')).toBe('1,000+ logins');
});

it('has no English text that says many of one', async () => {
  const wrong: string[] = [];
  for (const name of globSync('**/*words.ts', { cwd: folder })) {
    const exported: Record<string, Texts> = await import(join(folder, name));
    const tables = Object.entries(exported).filter(([table]) => table.endsWith('Words'));
    for (const [en] of tables.flatMap(([, rows]) => Object.values(rows))) {
      const text = typeof en === 'string' ? en : (en as (...filled: number[]) => string)(1, 1, 1);
      if (/\b1 (?!(is|ms)\b)(\w*s|people|match|inherit)\b/.test(text)) wrong.push(text);
    }
  }
  expect(wrong).toEqual([]);
});
