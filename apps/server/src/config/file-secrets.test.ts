import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfigFile } from './config-file.ts';
import { ConfigError } from './config-mistakes.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'passbeam.yaml');
const poolSecret = '6c1f7e0b9a4d4f7f8f6f2f3b5a9d0c1e';
const appSecret = '0d9b6c5e4f3a2b1c0f9e8d7c6b5a4938';
writeFileSync(join(folder, 'app-secret'), `${appSecret}\n`);
writeFileSync(join(folder, 'empty'), '\n');

const text = (secrets: { pool: string; application: string; password?: string }) => `
userPools:
  - id: staff
    secret: ${secrets.pool}
    name: Staff
    applications: [{ id: intranet, name: Intranet, secret: ${secrets.application} }]
    users: [{ username: bob, password: ${secrets.password ?? '"correct horse battery"'} }]
`;

function mistakesOf(content: string, env = {}): string[] {
  try {
    parseConfigFile(content, path, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('secrets of the configuration file that stand elsewhere', () => {
  it('are read from the environment and from files beside it', () => {
    const content = text({
      pool: '{ env: POOL_SECRET }',
      application: '{ file: app-secret }',
      password: '{ env: BOBS }',
    });
    const { file } = parseConfigFile(content, path, { POOL_SECRET: `${poolSecret}\n`, BOBS: 'correct horse battery' });
    const [pool] = file.userPools;
    expect(pool?.secret).toBe(poolSecret);
    expect(pool?.applications?.[0]?.secret).toBe(appSecret);
    expect(pool?.users?.[0]?.password).toBe('correct horse battery');
  });

  it('are named, once each, when they cannot be read', () => {
    const content = text({
      pool: '{ env: POOL_SECRET }',
      application: `{ file: ${join(folder, 'nowhere')} }`,
      password: '{ file: empty }',
    });
    expect(mistakesOf(content, { POOL_SECRET: ' ' })).toEqual([
      'userPools[0].secret.env names the variable "POOL_SECRET", which is not set. Write the secret there.',
      expect.stringMatching(/^userPools\[0\]\.applications\[0\]\.secret\.file names ".*nowhere", which cannot be read/),
      expect.stringMatching(/^userPools\[0\]\.users\[0\]\.password\.file names ".*empty", which is empty/),
    ]);
  });

  it('keep the rules of secrets that are written in the file', () => {
    const content = text({ pool: '{ env: POOL_SECRET }', application: '{ file: app-secret }' });
    expect(mistakesOf(content, { POOL_SECRET: 'short' })).toEqual([
      expect.stringMatching(/^userPools\[0\]\.secret \(5 characters\) cannot be used/),
    ]);
  });

  it.each(['{ env: A, file: b }', '{ vault: a }', '{ env: 5 }', '{}'])('are refused in another form: %s', (form) => {
    expect(mistakesOf(text({ pool: form, application: '{ file: app-secret }' }))).toEqual([
      expect.stringMatching(/^userPools\[0\]\.secret is a mapping\. Write .*\{ env: NAME \} or \{ file: path \}/),
    ]);
  });

  it.each([`"\${PASSBEAM_POOL_SECRET_OF_PRODUCTION}"`, "'{{ .Values.pool.secret.of.production }}'"])(
    'are not placeholders that nobody filled in: %s',
    (placeholder) => {
      const content = text({ pool: placeholder, application: '{ file: app-secret }' });
      expect(mistakesOf(content)).toEqual([
        'userPools[0].secret holds a placeholder that nothing fills in. Write { env: NAME } or { file: path } instead.',
      ]);
    },
  );
});
