import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@passbeam/workshop/folder';
import { isPostgresMissing, startPostgres } from '@passbeam/workshop/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleLinks, createConsoleLinks } from '../core/administrators/links.ts';
import { createSealer } from '../crypto/sealer.ts';
import { openSqlite } from '../stores/sql/open-sqlite.ts';
import { passbeam } from './command.fixture.ts';
import { withStore } from './store-command.ts';

/** The real program on a store that no server holds. */

const key = 'p2N8vT5xQ7mR1cW9zK4bH6jL3fD0sG8aY5uE2iO7tXr';
const secret = 'kpWq83Zr0vTn4XyLs7Bf2Hd9Mc6Jg1Qe';
/** Another one for each attempt, for a store remembers. */
const pool = { id: 'pool', secret, name: 'Ours' };
const password = 'a long enough sentence';
const caller = { ip: '127.0.0.1', userAgent: null, requestId: 'request-1' };
const folder = makeFolder('passbeam-commands-');
const configFile = join(folder.path, 'passbeam.json');
afterAll(() => folder.remove());

function write(changed: object = {}): void {
  writeFileSync(configFile, JSON.stringify({ userPools: [{ ...pool, ...changed }] }, null, 1));
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  const isLeftOut = kind === 'postgres' && isPostgresMissing();
  let env: NodeJS.ProcessEnv;
  let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
  const run = (...words: string[]) => passbeam(env, ...words);

  const withLinks = (work: (links: ConsoleLinks) => Promise<unknown>) =>
    withStore({ ...env }, (store) =>
      work(createConsoleLinks({ ...store, administrators: store.stores.administrators, consoleUrl: 'http://c' })),
    );

  beforeAll(async () => {
    if (isLeftOut) return;
    env = { DATA_DIR: folder.path, PASSBEAM_CONFIG: configFile, SECRET_KEY: key };
    if (kind === 'postgres') {
      postgres = await startPostgres();
      env.DATABASE_URL = postgres.url;
    } else {
      const sealer = createSealer([Buffer.from(key)], 'store');
      await (await openSqlite({ path: join(folder.path, 'passbeam.db'), ...sealer })).close();
    }
  }, 60_000);
  afterAll(() => postgres?.stop());

  it.skipIf(isLeftOut)(
    'config diff shows what config apply writes, then who may change a key, and nothing afterwards',
    async () => {
      pool.id = randomUUID();
      write();
      const differing = await run('config', 'diff', '--json');
      expect(JSON.parse(differing.out).changes).toMatchObject([{ path: 'userPools[0].name', line: 6, file: 'Ours' }]);
      expect(differing.code).toBe(1);
      expect(differing.out).not.toContain(secret);
      expect((await run('config', 'apply', '--dry-run')).out).toContain('userPools[0].name');
      expect(await run('config', 'apply')).toMatchObject({ code: 0, out: 'Applied.\n' });
      expect(await run('config', 'diff')).toMatchObject({ code: 0, out: 'Nothing would change.\n' });
      write({ securitySettings: { registerDisabled: false } });
      const handedOver = `${configFile}:8 userPools[0].securitySettings.registerDisabled: from now on the file alone changes it\n`;
      expect(await run('config', 'diff')).toMatchObject({ code: 1, out: handedOver });
      await run('config', 'apply');
      write();
      expect(await run('config', 'diff')).toMatchObject({
        code: 1,
        out: expect.stringContaining('the console may change it'),
      });
      await run('config', 'apply');
    },
    60_000,
  );

  it.skipIf(isLeftOut)(
    'keys are rotated, listed and dropped',
    async () => {
      const first = JSON.parse((await run('keys', 'list', '--json')).out).keys;
      const { out, code } = await run('keys', 'rotate');
      expect(code).toBe(0);
      const [, kid = ''] = /^(\S+) signs from now on\.\n/.exec(out) ?? [];
      expect(out).toMatch(new RegExp(`${kid} {2}made .* UTC {2}signs\n.*verifies until`));
      expect(JSON.parse((await run('keys', 'list', '--json')).out).keys).toHaveLength(first.length + 1);
      const dropped = JSON.parse((await run('keys', 'rotate', '--drop-old', '--json')).out);
      expect(dropped.keys).toEqual([{ kid: dropped.kid, createdAt: expect.any(String), verifiesUntil: null }]);
    },
    60_000,
  );

  it.skipIf(isLeftOut)(
    'administrators are listed, the first one gets a link, and so does who lost the authenticator',
    async () => {
      expect((await run('administrator', 'list')).out).toBe('nobody yet: passbeam administrator link\n');
      const link = await run('administrator', 'link');
      expect(link).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^http:\/\/localhost:3000\/console\/.*#\S+\nIt is good once/),
      });
      const nobody = await run('administrator', 'link', 'nobody');
      expect(nobody).toMatchObject({ code: 1, out: '', told: 'nobody signs in as "nobody".\n' });
      const token = /#(\S+)/.exec(link.out)?.[1] ?? '';
      await withLinks((links) => links.setUp(token, { name: 'Ann', signInName: 'ann', password }, caller));
      expect((await run('administrator', 'list')).out).toMatch(/\nann +Ann +.* owner of \*\n$/);
      expect(await run('administrator', 'link')).toMatchObject({
        code: 1,
        told: expect.stringMatching(/^there are administrators/),
      });
      const again = JSON.parse((await run('administrator', 'link', 'Ann', '--json')).out);
      const [, recovery = ''] = again.url.split('#');
      await withLinks((links) => links.accept(recovery, `${password} anew`, caller));
    },
    60_000,
  );
});

it('a mistake in the environment or the file ends with 2, and says what to write', async () => {
  const env = { DATA_DIR: folder.path, PASSBEAM_CONFIG: configFile, SECRET_KEY: key };
  write();
  expect(await passbeam(env, 'check')).toEqual({
    code: 0,
    out: `The environment and ${configFile} are good.\n`,
    told: '',
  });
  write({ colour: '#ff0000' });
  const { code, told } = await passbeam(env, 'check');
  expect(code).toBe(2);
  expect(told).toContain('userPools[0].colour is not a known key');
  expect((await passbeam({ ...env, PORT: 'high' }, 'check')).told).toContain('PORT is "high"');
  expect((await passbeam({ DATA_DIR: folder.path }, 'config', 'diff')).told).toContain('PASSBEAM_CONFIG is not set');
}, 60_000);

it('a store that is not there is not made, and no stack is shown', async () => {
  const { path, remove } = makeFolder('passbeam-commands-');
  const { code, out, told } = await passbeam({ DATA_DIR: path }, 'keys', 'list');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(told).toMatch(
    /^could not do that: DATA_DIR is ".*", which holds no passbeam\.db\. Write the folder of your server\.\n$/,
  );
  expect(readdirSync(path)).toEqual([]);
  const unreachable = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SECRET_KEY: key };
  const refused = await passbeam(unreachable, 'keys', 'list');
  expect(refused.code).toBe(1);
  expect(refused.told).not.toMatch(/^\s+at /m);
  remove();
}, 60_000);
