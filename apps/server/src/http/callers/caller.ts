import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { realAddressHeader } from '@passbeam/protocol';
import type { Caller } from '../../core/ground/caller.ts';
import { canonicalAddress } from '../limits/address.ts';

/** More of a User-Agent than browsers send; every event keeps it, so a longer one could fill the disk (threats T28, T49). */
const maxUserAgentLength = 512;

export interface Asking {
  headers: IncomingHttpHeaders;
  ip: string;
  id: string;
}

export function callerOf(request: Asking): Caller {
  const userAgent = request.headers['user-agent']?.slice(0, maxUserAgentLength) ?? null;
  return { ip: request.ip, userAgent, requestId: request.id };
}

/** An address that somebody searches for, in the form in which addresses are recorded; undefined for an empty one. */
export function searchedAddress(text: string | undefined): string | undefined {
  return text ? (canonicalAddress(text) ?? text) : undefined;
}

export type AddressOf = (request: IncomingMessage) => string;

/**
 * The address that asks, in its one form: the peer's, or as trusted proxies name it (threats T30). The list is read from its end while
 * the writer is trusted, up to an entry that is no address.
 */
export function addressesBehind(trustedProxies: string[]): AddressOf {
  const peerOf: AddressOf = ({ socket }) => canonicalAddress(socket.remoteAddress ?? '') ?? '';
  if (trustedProxies.length === 0) return peerOf;
  const isTrusted = proxyAddr.compile(trustedProxies);
  return (request) => {
    let address = peerOf(request);
    const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().flatMap((line) => line.split(','));
    for (let hop = forwarded.length - 1; hop >= 0 && address !== '' && isTrusted(address, 0); hop--) {
      const next = canonicalAddress(forwarded[hop] ?? '');
      if (next === null) return address;
      address = next;
    }
    // A trusted backend may speak for a browser by this header, as official clients do.
    const told = address !== '' && isTrusted(address, 0) ? request.headers[realAddressHeader] : undefined;
    return (typeof told === 'string' ? canonicalAddress(told) : null) ?? address;
  };
}
