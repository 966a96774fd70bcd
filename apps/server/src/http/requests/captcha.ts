import { DomainError } from '../../core/ground/errors.ts';

/** Completes a sentence about a call for captchas. */
export const whyNoCaptchas = 'no sign-in asks for one: failures slow down whoever guesses.';

/** @throws DomainError not_implemented, in each generation's words */
export function refuseCaptcha(): never {
  throw new DomainError('not_implemented', { field: 'captchaCode', reason: 'noCaptchas' });
}
