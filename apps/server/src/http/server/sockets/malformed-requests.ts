import type { IncomingMessage } from 'node:http';
import { DomainError } from '../../../core/ground/errors.ts';

export function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] ?? '';
    if (given.length === name.length && given.toLowerCase() === name) count += 1;
  }
  return count;
}

/** Refuses repeated headers, of which a proxy may have judged another one (threats T20, T32; for `Host`, RFC 9112). */
export function repeatedHeader({ rawHeaders }: IncomingMessage): DomainError | undefined {
  const field = ['host', 'authorization'].find((name) => countHeader(rawHeaders, name) > 1);
  return field === undefined ? undefined : new DomainError('malformed_request', { field, reason: 'givenTwice' });
}

/** Refuses a NUL in an address, as in bodies: no value has one, and PostgreSQL takes none (threats T32). */
export function nulInAddress({ url = '' }: IncomingMessage): DomainError | undefined {
  return url.includes('%00') ? new DomainError('malformed_request', { reason: 'holdsNul' }) : undefined;
}
