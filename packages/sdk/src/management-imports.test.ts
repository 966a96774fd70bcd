import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManagementClient } from './index.ts';
import { poolId, poolSecret, type StartedServer, startServer } from './server.fixture.ts';

let server: StartedServer;
let management: ManagementClient;

beforeAll(async () => {
  server = await startServer();
  management = new ManagementClient({ host: server.host, accessKeyId: poolId, accessKeySecret: poolSecret });
}, 30_000);
afterAll(() => server?.stop(), 15_000);

it('a file is imported from beginning to end, and says how far it is', async () => {
  const states: string[] = [];
  const text = 'username,name\nann,Ann\nalice,Alice\nbob,Bob\n';
  const onProgress = ({ state }: { state: string }) => states.push(state);
  const done = await management.importUsers(text, { format: 'csv', dryRun: false }, { onProgress, everyMs: 50 });
  expect(done).toMatchObject({ state: 'finished', created: 2, refused: 1, progress: 1 });
  expect(states[0]).toBe('running');
  expect(states.at(-1)).toBe('finished');
  const refusals = [];
  for await (const { line, field } of management.userImportRefusals(done.importId)) refusals.push([line, field]);
  expect(refusals).toEqual([[3, 'username']]);
  expect((await management.listUserImports()).map(({ importId }) => importId)).toEqual([done.importId]);
});

it('bytes come in pieces that may cut a character, and parts never do', async () => {
  const parts: string[] = [];
  const text = `username,name\nzoe,${'é'.repeat(100)}😀\n${'\n'.repeat(512 * 1024)}max,Max`;
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += 1_001) yield bytes.subarray(start, start + 1_001);
  }
  const fetching: typeof fetch = (input, init) => {
    if (String(input).endsWith('upload-user-import')) parts.push(JSON.parse(String(init?.body)).text);
    return fetch(input, init);
  };
  const client = new ManagementClient({
    ...{ host: server.host, accessKeyId: poolId, accessKeySecret: poolSecret },
    fetch: fetching,
  });
  const done = await client.importUsers(pieces(), { format: 'csv' }, { everyMs: 50 });
  expect(done).toMatchObject({ created: 2, dryRun: true, state: 'finished' });
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.join('')).toBe(text);
  expect(parts.every((part) => part.isWellFormed())).toBe(true);
});

it('what cannot be read ends the import, so that the next one may begin', async () => {
  const columns = management.importUsers('username,shoe\nann,4\n', { format: 'csv' });
  await expect(columns).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('shoe') });
  const latin1 = management.importUsers([new Uint8Array([0x6e, 0xe9, 0x0a])], { format: 'csv' });
  await expect(latin1).rejects.toThrow(TypeError);
  expect((await management.listUserImports()).filter(({ endedAt }) => endedAt === null)).toEqual([]);
});

it('a wait may be given up; the import goes on, is paused, continued and stopped', async () => {
  const { importId } = await management.createUserImport({ format: 'json' });
  const waiting = management.waitForUserImport(importId, { signal: AbortSignal.timeout(100), everyMs: 10 });
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(management.pauseUserImport({ importId })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(management.createUserImport({ format: 'csv' })).rejects.toMatchObject({ code: 'too_many_requests' });
  expect(await management.stopUserImport({ importId })).toMatchObject({ state: 'stopped' });
  await expect(management.continueUserImport({ importId })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(management.getUserImport({ importId: 'unknown' })).rejects.toMatchObject({
    refusal: 'import_not_found',
  });
});
