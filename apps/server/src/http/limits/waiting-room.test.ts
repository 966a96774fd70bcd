import { expect, it } from 'vitest';
import { DomainError } from '../../core/ground/errors.ts';
import { createWaitingRoom } from './waiting-room.ts';

it('has so many places in all, and so many for one network', () => {
  const room = createWaitingRoom({ total: 3, perNetwork: 2 });
  room.enter('a');
  room.enter('a');
  expect(() => room.enter('a')).toThrow(DomainError);
  room.enter('b');
  expect(() => room.enter('c')).toThrow(/too_many_requests/);
  room.leave('a');
  room.enter('c');
  for (const network of ['a', 'b', 'c']) room.leave(network);
  expect(room.count()).toBe(0);
});
