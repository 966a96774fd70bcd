import { DomainError } from '../../core/ground/errors.ts';

/** Room for one process, and for an office behind one address. A page that finds no room goes on polling. */
const defaultRoom = { total: 25_000, perNetwork: 1_000 };

export interface WaitingRoom {
  /** Takes a place for a stream or a long poll. @throws DomainError too_many_requests */
  enter(network: string): void;
  leave(network: string): void;
}

/** Caps the requests that are kept open, so that waiting pages cannot use up the process (threats T31). */
export function createWaitingRoom(room = defaultRoom): WaitingRoom & { count(): number } {
  const waiting = new Map<string, number>();
  let total = 0;

  return {
    enter(network) {
      const count = waiting.get(network) ?? 0;
      if (total >= room.total || count >= room.perNetwork) {
        throw new DomainError('too_many_requests', { reason: 'tooManyWaiting', retryAfterSeconds: 15 });
      }
      waiting.set(network, count + 1);
      total += 1;
    },
    leave(network) {
      const left = (waiting.get(network) ?? 1) - 1;
      if (left > 0) waiting.set(network, left);
      else waiting.delete(network);
      total -= 1;
    },
    count: () => total,
  };
}

/** `RATE_LIMITS=off`: load tests only. */
export const noWaitingRoom: WaitingRoom = { enter: () => {}, leave: () => {} };
