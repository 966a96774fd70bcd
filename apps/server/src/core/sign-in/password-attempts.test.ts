import { expect, it } from 'vitest';
import { DomainError } from '../ground/errors.ts';
import { openTestCore } from '../testing.ts';
import { createPasswordAttempts } from './password-attempts.ts';

const alice = { id: 'alice', passwordHash: 'right', lastIp: null };
const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'r' };

it('right passwords of a person are counted, whatever they open, and wrong ones use nothing of that up', async () => {
  const core = await openTestCore();
  let left = 2;
  const { attempt } = createPasswordAttempts({
    ...core,
    signInFailures: core.stores.signInFailures,
    passwords: {
      ...core.passwords,
      verify: async (password, hash) => ({ matches: password === hash, needsRehash: false }),
      waste: async () => {},
    },
    async countRightPassword(holderId) {
      expect(holderId).toBe('alice');
      left -= 1;
      if (left < 0) throw new DomainError('too_many_requests');
    },
  });
  const type = (password: string, holder: typeof alice | null = alice) =>
    attempt('pool1', holder, 'alice', password, caller);
  expect(await type('wrong')).toMatchObject({ matches: false });
  expect(await type('right', null)).toMatchObject({ matches: false });
  expect(await type('right')).toMatchObject({ matches: true });
  expect(await type('right')).toMatchObject({ matches: true });
  await expect(type('right')).rejects.toMatchObject({ code: 'too_many_requests' });
  await core.stores.close();
});
