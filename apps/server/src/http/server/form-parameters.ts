import { DomainError } from '../../core/ground/errors.ts';

/** More parameters than any client sends. */
const mostParameters = 100;

/** Name and value of each parameter of a query or a form. They are counted before any is read. @throws DomainError malformed_request */
export function formParameters(text: string): URLSearchParams {
  if (text.split('&', mostParameters + 1).length > mostParameters) {
    throw new DomainError('malformed_request', { reason: ['tooManyParameters', mostParameters] });
  }
  return new URLSearchParams(text);
}
