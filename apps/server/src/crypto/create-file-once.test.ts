import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createFileOnce } from './create-file-once.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passbeam-once-'));
});

it('gives in to whoever wrote the file meanwhile', async () => {
  const path = join(folder, 'key');
  const slow = createFileOnce(path, async () => {
    expect(await createFileOnce(path, async () => 'theirs')).toBe('theirs');
    return 'ours';
  });
  expect(await slow).toBe('theirs');
  expect(await readFile(path, 'utf8')).toBe('theirs');
  expect(await readdir(folder)).toEqual(['key']);
});

it('leaves nothing behind when the text cannot be made', async () => {
  const failing = async () => {
    throw new Error('no entropy');
  };
  await expect(createFileOnce(join(folder, 'key'), failing)).rejects.toThrow('no entropy');
  expect(await readdir(folder)).toEqual([]);
});

it('says so when the folder is missing', async () => {
  await expect(createFileOnce(join(folder, 'missing', 'key'), async () => 'x')).rejects.toThrow(/ENOENT/);
});
