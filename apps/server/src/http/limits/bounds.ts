import type { AuditStore } from '../../core/audit/store.ts';
import type { World } from '../../core/core.ts';
import type { Clock, Secrets } from '../../core/ground/ports.ts';
import type { SignInFailureStore } from '../../core/sign-in/failure-store.ts';
import { networkOf } from './address.ts';
import { createGuessCounts } from './guess-counts.ts';
import { countAttempt } from './guess-limit.ts';
import { createLimits, type Limits, type NewLimiter, noLimits } from './limits.ts';
import { createUnknownCodes, type UnknownCodes } from './unknown-codes.ts';
import { createWaitingRoom, noWaitingRoom, type WaitingRoom } from './waiting-room.ts';

/** Makes everything that bounds how often somebody may call. With `isOn` false nothing is bounded, for load tests. */
export function createBounds(parts: {
  isOn: boolean;
  audit: Pick<AuditStore, 'append'>;
  signInFailures: SignInFailureStore;
  secrets: Secrets;
  clock: Clock;
  newLimiter?: NewLimiter;
  /** Wraps the limits, to count their refusals. */
  observed?: (limits: Limits) => Limits;
}): { limits: Limits; unknownCodes: UnknownCodes; waitingRoom: WaitingRoom } {
  const { isOn, signInFailures: failures, secrets, clock, observed = (limits) => limits } = parts;
  const newKeptLimiter = createGuessCounts({ failures, secrets, clock });
  const limits = observed(isOn ? createLimits({ ...parts, newKeptLimiter }) : noLimits);
  return {
    limits,
    unknownCodes: createUnknownCodes({ limits, secrets, clock }),
    waitingRoom: isOn ? createWaitingRoom() : noWaitingRoom,
  };
}

type Counts = 'countSent' | 'countChange' | 'countNewTokens' | 'countRightPassword' | 'countSignUp' | 'countTest';

/** What core counts of what it does. */
export function countsOf(limits: Limits): Pick<World, Counts | 'wrongTokens'> {
  const { consume, check } = limits;
  return {
    countSent: (addressHash, caller) => consume('sendCodeTo', addressHash, caller),
    countChange: (userId, caller) => consume('ownChange', userId, caller),
    countNewTokens: (userId, applicationId, caller) => consume('newTokens', `${userId}:${applicationId}`, caller),
    countRightPassword: (holderId, caller) => consume('rightPassword', holderId, caller),
    countSignUp: (caller) => countAttempt(limits, caller),
    countTest: (userPoolId, caller) => consume('testMessage', userPoolId, caller),
    wrongTokens: {
      check: ({ ip }) => check('ownToken', networkOf(ip)),
      count: (caller) => consume('ownToken', networkOf(caller.ip), caller),
    },
  };
}
