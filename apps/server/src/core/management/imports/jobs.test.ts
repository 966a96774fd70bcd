import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTestCore } from '../../testing.ts';
import { ownerOf } from '../owner.fixture.ts';
import { createUserImports } from './jobs.ts';

const admin = ownerOf('pool-1');
const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'request-1' };

let core: Awaited<ReturnType<typeof openTestCore>>;
beforeEach(async () => {
  core = await openTestCore();
});
afterEach(() => core.stores.close());

it('a part that another node takes at the same moment is answered as the import stands by then', async () => {
  const { imports } = core.stores;
  const { id: importId } = await core.userImports.create(admin, { format: 'csv' }, caller);
  const part = { importId, part: 0, text: 'username\nann\n', isLast: true };
  const there = createUserImports({ ...core, imports });
  const { findWithReader } = imports;
  vi.spyOn(imports, 'findWithReader').mockImplementationOnce(async (...asked) => {
    const found = await findWithReader(...asked);
    expect(await there.upload(admin, part, caller)).toMatchObject({ state: 'running', rows: 1 });
    return found;
  });
  expect(await core.userImports.upload(admin, part, caller)).toMatchObject({ state: 'running', parts: 1, rows: 1 });
  expect(await core.userImports.upload(admin, part, caller)).toMatchObject({ state: 'running', parts: 1, rows: 1 });
});
