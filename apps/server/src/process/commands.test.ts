import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createSealer } from '../crypto/sealer.ts';
import { openSqlite } from '../stores/sql/open-sqlite.ts';
import { type Command, commands, exitCodes, helpText } from './commands.ts';

const page = readFileSync(new URL('../../../../docs/reference/command-line.md', import.meta.url), 'utf8');
const dataDir = mkdtempSync(join(tmpdir(), 'passbeam-commands-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

it('the page lists every command and exit code in the words of the help, and no other', () => {
  const all = (commands as readonly Command[]).flatMap(({ name, says, options }) => [
    [name, says],
    ...options.map((option) => [`${name} ${option.name}`, option.says]),
  ]);
  const rows = [...page.matchAll(/^\| `?([^|`]+?)`? \| ([^|]+) \|$/gm)].map(([, first, second]) => [first, second]);
  const codes = exitCodes.map(([code, says]) => [String(code), says]);
  const heads = [
    ['command', 'what it does'],
    ['exit code', 'when'],
  ];
  expect(rows).toEqual([heads[0], ...all, heads[1], ...codes]);
  for (const { says } of commands) expect(helpText()).toContain(says);
});

it('config diff shows what config apply writes, and nothing afterwards', async () => {
  const key = 'p2N8vT5xQ7mR1cW9zK4bH6jL3fD0sG8aY5uE2iO7tXr';
  const configFile = join(dataDir, 'passbeam.yaml');
  const secret = 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe';
  writeFileSync(configFile, JSON.stringify({ userPools: [{ id: 'pool', secret, name: 'Ours' }] }));
  await (
    await openSqlite({ path: join(dataDir, 'passbeam.db'), ...createSealer([Buffer.from(key)], 'store') })
  ).close();
  const env = { ...process.env, DATA_DIR: dataDir, PASSBEAM_CONFIG: configFile, SECRET_KEY: key };
  const program = fileURLToPath(new URL('../passbeam.ts', import.meta.url));
  const run = (...words: string[]) =>
    new Promise<{ code: number; out: string }>((resolve) => {
      execFile(process.execPath, [program, ...words], { env }, (error, out, told) =>
        resolve({ code: Number(error?.code ?? 0), out: out === '' ? told : out }),
      );
    });
  const differing = await run('config', 'diff', '--json');
  expect(JSON.parse(differing.out).changes).toMatchObject([{ path: 'userPools[0].name', line: 1, file: 'Ours' }]);
  expect(differing.code).toBe(1);
  expect(differing.out).not.toContain(secret);
  expect((await run('config', 'apply', '--dry-run')).out).toContain('userPools[0].name');
  expect(await run('config', 'apply')).toMatchObject({ code: 0, out: 'Applied.\n' });
  expect(await run('config', 'diff')).toEqual({ code: 0, out: 'Nothing would change.\n' });
  expect((await run('config', 'apple')).code).toBe(2);
}, 60_000);
