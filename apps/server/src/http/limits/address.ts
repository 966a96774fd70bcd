import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The longest text that is read: an IPv6 address in full, in brackets, with a zone and a port. */
const longestAddress = 80;

/** IPv4 where it is one, however written, else IPv6 as RFC 5952 has it; no port, no zone. Null for no address. */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return text;
  const trimmed = text.length > longestAddress ? '' : text.trim();
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d{1,5})?|([\d.]+)(?::\d{1,5})?)$/.exec(trimmed) ?? [];
  const [address = ''] = (bracketed ?? withPort ?? trimmed).split('%', 1);
  if (isIPv4(address)) return bracketed === undefined ? address : null;
  if (!isIPv6(address)) return null;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}

/** One person's network: an IPv4 address, or the /64 an IPv6 subscriber is given. */
export function networkOf(ip: string): string {
  const address = canonicalAddress(ip);
  if (address === null) return ip;
  return isIPv4(address) ? address : ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toRFC5952String();
}
