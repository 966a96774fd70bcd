import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What IANA gave out for the public internet, and nothing that leads on to an IPv4 address: all of that is outside of 2000::/3 or
 * within the ranges named here (Teredo and its neighbours, 6to4, documentation).
 */
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
const specialIpv6 = new BlockList();
specialIpv6.addSubnet('2001::', 23, 'ipv6');
specialIpv6.addSubnet('2002::', 16, 'ipv6');
specialIpv6.addSubnet('3fff::', 20, 'ipv6');

export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  // As a socket would take it: an IPv4 address written as IPv6 is that address.
  const taken = ipaddr.process(address);
  if (taken.range() !== 'unicast') return false;
  return taken.kind() === 'ipv4' || (globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6'));
}

/** Of a network of one's own. Metadata services (link-local), multicast and ways from IPv6 to IPv4 are not among them. */
export function isInternal(address: string): boolean {
  return ['private', 'uniqueLocal', 'loopback', 'carrierGradeNat'].includes(ipaddr.process(address).range());
}
