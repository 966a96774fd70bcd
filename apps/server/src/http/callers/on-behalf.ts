import { realAddressHeader } from '@passbeam/protocol';
import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { canonicalAddress } from '../limits/address.ts';
import { type Asking, callerOf } from './caller.ts';

/** The address of a person as a backend tells it, and the field that it came in. */
export interface ToldAddress {
  field: string;
  value: string | null | undefined;
}

/**
 * The caller with the address of the person whom a backend serves: told as `clientIp`, or in `x-real-ip` as one client does (wire 2.0).
 * Only for callers that proved a secret (threats T30). @throws DomainError invalid_argument for a `clientIp` that is no address
 */
export function onBehalf(request: Asking, clientIp?: ToldAddress): Caller {
  const sender = callerOf(request);
  if (clientIp?.value) {
    const ip = canonicalAddress(clientIp.value);
    if (ip === null) throw new DomainError('invalid_argument', { field: clientIp.field, reason: 'notIpAddress' });
    return { ...sender, ip };
  }
  return { ...sender, ip: toldAddress(request) ?? sender.ip };
}

/** The address in `x-real-ip`; null without a readable one. */
export function toldAddress({ headers }: Pick<Asking, 'headers'>): string | null {
  return canonicalAddress([headers[realAddressHeader] ?? ''].flat().join());
}
