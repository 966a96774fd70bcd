import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public IPv6 is 2000::/3 (IANA) without the ranges below: documentation, and ways to an IPv4 address (Teredo and neighbours, 6to4). */
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
const specialIpv6 = new BlockList();
specialIpv6.addSubnet('2001::', 23, 'ipv6');
specialIpv6.addSubnet('2002::', 16, 'ipv6');
specialIpv6.addSubnet('3fff::', 20, 'ipv6');

export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  // An IPv4 address written as IPv6 counts as that IPv4 address, as a socket would take it.
  const taken = ipaddr.process(address);
  if (taken.range() !== 'unicast') return false;
  return taken.kind() === 'ipv4' || (globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6'));
}

/** Private networks and this machine, but not metadata services (link-local), multicast or ways from IPv6 to IPv4. */
export function isInternal(address: string): boolean {
  return ['private', 'uniqueLocal', 'loopback', 'carrierGradeNat'].includes(ipaddr.process(address).range());
}
