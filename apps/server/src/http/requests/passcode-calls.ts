import type { FastifyRequest } from 'fastify';
import type { Passcodes, SendPasscodeInput } from '../../core/sign-in/passcodes.ts';
import { callerOf } from '../callers/caller.ts';
import { type Limits, networkOf } from '../callers/limits.ts';
import { languageOf } from './errors.ts';

export interface PasscodeCallParts {
  passcodes: Passcodes;
  limits: Limits;
}

/** Sends a passcode within the limit per network, whatever generation the request is of. */
export function createPasscodeCalls({ passcodes, limits }: PasscodeCallParts) {
  return async function sendPasscode(
    request: FastifyRequest,
    asked: Pick<SendPasscodeInput, 'application' | 'purpose' | 'contact' | 'person' | 'isForReset'>,
  ): Promise<void> {
    const caller = callerOf(request);
    await limits.consume('sendCode', networkOf(caller.ip), caller);
    await passcodes.send({ ...asked, language: languageOf(request), caller });
  };
}
