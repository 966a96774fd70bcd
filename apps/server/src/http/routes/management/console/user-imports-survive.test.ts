import { startPassbeam } from '@passbeam/workshop/passbeam';
import { afterAll, expect, it, vi } from 'vitest';
import { signedRequest } from '../signed-call.fixture.ts';

const pool = { id: '6543210fedcba9876543210f', secret: 'k7Qm2xVb9TzLw4Rc8NfYp3HsJd6GaUeX' };
const rows = 2_000;
const started: { remove(): Promise<void> }[] = [];
afterAll(async () => {
  for (const each of started) await each.remove();
});

it('an import goes on when its server was killed in the middle: every person once, and exact counts', async () => {
  const configuration = { userPools: [{ ...pool, name: 'Pool' }] };
  const environment = { DEMO: 'off', LOG_LEVEL: 'error' };
  const passbeam = await startPassbeam({ configuration, environment });
  started.push(passbeam);

  async function call(name: string, body: Record<string, unknown> = {}) {
    const { url, headers, method, payload } = signedRequest(pool, Date.now(), 'POST', `/api/v3/${name}`, { body });
    const reply = await fetch(passbeam.url + url, { method, headers, body: payload });
    return (await reply.json()).data;
  }

  const { importId } = await call('create-user-import', { format: 'csv', dryRun: false });
  const text = ['username', ...Array.from({ length: rows }, (_, index) => `person-${index}`), 'person-7'].join('\n');
  await call('upload-user-import', { importId, part: 0, text, isLast: true });
  const patience = { timeout: 60_000, interval: 20 };
  await vi.waitFor(
    async () => expect((await call('get-user-import', { importId })).created).toBeGreaterThan(0),
    patience,
  );
  await passbeam.kill();
  await passbeam.start();
  const before = await call('get-user-import', { importId });
  expect(before).toMatchObject({ state: 'running' });
  expect(before.created).toBeLessThan(rows);
  await vi.waitFor(async () => expect((await call('get-user-import', { importId })).state).toBe('finished'), {
    ...patience,
    interval: 200,
  });
  const after = await call('get-user-import', { importId });
  expect(after).toMatchObject({ created: rows, refused: 1, rows: rows + 1, done: rows + 1 });
  expect((await call('get-userpool-summary')).users).toEqual({ n: rows, isCapped: false });
}, 120_000);
