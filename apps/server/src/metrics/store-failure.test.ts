import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { RedisOutage } from '../stores/redis/outage.ts';
import { openPostgresEngine } from '../stores/sql/postgres/engine.ts';
import { failureOf } from './store-failure.ts';

const replyError = Object.assign(new Error('LOADING'), { name: 'ReplyError' });

it.each([
  [new RedisOutage('x', { mayBeDone: true }), { store: 'redis', kind: 'connection' }],
  [new RedisOutage('x', { mayBeDone: false, cause: replyError }), { store: 'redis', kind: 'refused' }],
  [Object.assign(new Error('x'), { code: '53100' }), { store: 'sql', kind: 'full' }],
  [Object.assign(new Error('x'), { code: '57P01' }), { store: 'sql', kind: 'shutdown' }],
  [Object.assign(new Error('x'), { code: 'ERR_INVALID_STATE' }), { store: 'sql', kind: 'other' }],
  [new Error('x'), { store: 'sql', kind: 'other' }],
  [null, { store: 'sql', kind: 'other' }],
])('%s is %j', (error, failure) => {
  expect(failureOf(error)).toEqual(failure);
});

it('knows SQLite by its own errors', () => {
  expect(failureOf(thrownBy(() => new DatabaseSync('/nowhere/at/all.db')))).toEqual({
    store: 'sql',
    kind: 'cannot_open',
  });
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA page_size = 512; PRAGMA max_page_count = 1');
  expect(failureOf(thrownBy(() => database.exec('CREATE TABLE t (x)')))).toEqual({ store: 'sql', kind: 'full' });
  database.close();
});

it('knows a PostgreSQL that does not answer', async () => {
  const refusing = createServer();
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  const { port } = refusing.address() as { port: number };
  await new Promise((resolve) => refusing.close(resolve));
  const engine = openPostgresEngine({ url: `postgres://u:p@127.0.0.1:${port}/x` });
  const error = await engine.db
    .selectFrom('users')
    .selectAll()
    .execute()
    .catch((reason: unknown) => reason);
  await engine.close();
  expect(failureOf(error)).toEqual({ store: 'sql', kind: 'connection' });
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
