import type { FastifyRequest } from 'fastify';
import type { SendPasscodeInput } from '../../core/sign-in/passcodes.ts';
import { callerOf } from '../callers/caller.ts';
import { networkOf } from '../limits/address.ts';
import { languageOf } from './errors.ts';
import type { Parts } from './parts.ts';

/** Sends a passcode within the limit per network, whatever generation the request is of. */
export function createPasscodeCalls({ passcodes, limits }: Pick<Parts, 'passcodes' | 'limits'>) {
  return async function sendPasscode(
    request: FastifyRequest,
    asked: Pick<SendPasscodeInput, 'application' | 'purpose' | 'contact' | 'person' | 'isForReset'>,
  ): Promise<void> {
    const caller = callerOf(request);
    await limits.consume('sendCode', networkOf(caller.ip), caller);
    await passcodes.send({ ...asked, language: languageOf(request), caller });
  };
}
