import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMasterKeys } from './master-key.ts';

const emptyFolder = () => mkdtemp(join(tmpdir(), 'passbeam-key-'));

describe('SECRET_KEY', () => {
  it('is taken as given, but for white space around it', async () => {
    const secretKey = 'pO8vX2mK7qLr4TzN0cYbWd5eHjU1sAfG';
    const [key] = await loadMasterKeys({ secretKeys: [`${secretKey}\n`], dataDir: '/nowhere' });
    expect(key.toString()).toBe(secretKey);
  });

  it.each([
    ['empty', '', /32 are needed/],
    ['short', 'pO8vX2mK7qLr4TzN', /32 are needed/],
    ['change-me', 'change-me-change-me-change-me-change-me', /sample/],
    ['your secret', 'YOUR_SECRET_KEY_0123456789abcdefghij', /sample/],
    ['one letter', 'x'.repeat(40), /sample/],
  ])('refuses a value that is %s', async (_, secretKey, message) => {
    await expect(loadMasterKeys({ secretKeys: [secretKey], dataDir: '/nowhere' })).rejects.toThrow(message);
  });
});

describe('secret.key', () => {
  it('is made at the first start, for the owner alone, and kept', async () => {
    const dataDir = join(await emptyFolder(), 'data');
    const [first] = await loadMasterKeys({ secretKeys: null, dataDir });
    const [second] = await loadMasterKeys({ secretKeys: null, dataDir });
    expect(second.equals(first)).toBe(true);
    expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  });

  it('can be moved into SECRET_KEY', async () => {
    const dataDir = await emptyFolder();
    const [key] = await loadMasterKeys({ secretKeys: null, dataDir });
    const text = await readFile(join(dataDir, 'secret.key'), 'utf8');
    expect((await loadMasterKeys({ secretKeys: [text], dataDir: '/nowhere' }))[0].equals(key)).toBe(true);
  });

  it('is one key for all processes that start at once, and leaves no other file behind', async () => {
    const dataDir = await emptyFolder();
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadMasterKeys({ secretKeys: null, dataDir })));
    expect(new Set(keys.map((key) => key.toString())).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('is refused when it was emptied, not made anew', async () => {
    const dataDir = await emptyFolder();
    await writeFile(join(dataDir, 'secret.key'), '');
    await expect(loadMasterKeys({ secretKeys: null, dataDir })).rejects.toThrow(/secret\.key/);
  });
});
