import { expect, it } from 'vitest';
import type { AuditEvent } from '../audit/event.ts';
import { saveChanged } from './changes.ts';
import type { User } from './user.ts';

it('whoever loses every race for an account is told to ask again, and nothing is logged as a fault of the server', async () => {
  const user = { id: 'alice', version: 1 } as User;
  const busy = { find: async () => user, update: async () => 'stale' as const };
  await expect(saveChanged(busy, user, (current) => ({ ...current }), {} as AuditEvent)).rejects.toMatchObject({
    code: 'too_many_requests',
    detail: { retryAfterSeconds: 1 },
  });
});
