import { expect, it } from 'vitest';
import { anEvent } from '../../../stores/conformance/builders.ts';
import { ownerOf } from '../owner.fixture.ts';
import { createEventExport } from './export.ts';

const admin = ownerOf('pool1');
const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'r' };

function exporting(isTaken: () => boolean) {
  const read = async () => ({ events: [{ ...anEvent(), seq: 1 }], next: 1 });
  return createEventExport({
    log: { selectionOf: async () => ({}) as never, named: async (_, events) => events as never },
    audit: { read: read as never, append: async () => {} },
    leases: { take: async () => isTaken(), giveBack: async () => {} },
    secrets: { randomToken: () => 'holder' },
    clock: { now: () => 0 },
  });
}

it('breaks off with an error, and does not end like a whole file, when another one began meanwhile', async () => {
  let takes = 0;
  const batches = await exporting(() => ++takes <= 2).start(admin, {}, 'csv', caller);
  await batches.next();
  await batches.next();
  await expect(batches.next()).rejects.toMatchObject({ code: 'too_many_requests' });
});
