import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { switchToWal } from './engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-wal-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('keeps a write-ahead log on a local disk', async () => {
  const database = new DatabaseSync(join(folder, 'local.db'));
  await switchToWal(database);
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  database.close();
});

it('says what to do where there can be none, instead of going on without', async () => {
  // Locks by files, as on a volume that gives processes no shared memory.
  const database = new DatabaseSync(`file:${join(folder, 'network.db')}?vfs=unix-dotfile`);
  await expect(switchToWal(database)).rejects.toThrow(/put DATA_DIR on a local disk, or use PostgreSQL/);
  database.close();
});
