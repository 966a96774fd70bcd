import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The one way this server calls others (threats T25): https, one resolution whose every answer must be a public
 * address, a connection to the address that was checked, no redirects, five seconds, one megabyte, nothing from the
 * environment: no proxy, no credentials.
 */
const timeoutMs = 5_000;
const maxReplyBytes = 1024 * 1024;

export interface OutboundReply {
  status: number;
}

export interface OutboundOptions {
  /** For development: http, and addresses of this machine. */
  allowLoopback: boolean;
  /** Every address of a host; the system's resolver unless a test says otherwise. */
  resolve?: (hostname: string) => Promise<string[]>;
  timeoutMs?: number;
}

export function createOutbound(options: OutboundOptions) {
  const { allowLoopback, resolve = systemResolve } = options;

  function isAllowed(address: string): boolean {
    return isPublic(address) || (allowLoopback && isLoopback(address));
  }

  /** One that may be connected to. Refused as a whole when any answer is not public: half a rebinding is one too. */
  async function addressOf({ protocol, hostname }: URL): Promise<string> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const addresses = isIP(host) ? [host] : await resolve(host);
    const [first] = addresses;
    if (first === undefined || !addresses.every(isAllowed)) {
      throw new Error(`${hostname} is not a public address, or has one that is not`);
    }
    if (protocol === 'http:' && !addresses.every(isLoopback)) {
      throw new Error('http is for this machine only');
    }
    return first;
  }

  /** @throws Error when nothing was sent, or no whole reply came in time */
  async function post(address: string, headers: Record<string, string>, body: string): Promise<OutboundReply> {
    const url = new URL(address);
    if (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:'))
      throw new Error('only https is called');
    const signal = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
    const checked = await within(signal, addressOf(url));
    const pinned: LookupFunction = (_hostname, asked, callback) => {
      const family = isIP(checked);
      if (asked.all) callback(null, [{ address: checked, family }]);
      else callback(null, checked, family);
    };
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((succeed, fail) => {
      const call = request(
        url,
        {
          method: 'POST',
          lookup: pinned,
          agent: false,
          signal,
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        },
        (reply) => {
          let size = 0;
          reply.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > maxReplyBytes) call.destroy(new Error('the reply is too large'));
          });
          reply.on('end', () => succeed({ status: reply.statusCode ?? 0 }));
          reply.on('error', fail);
        },
      );
      call.on('error', fail);
      call.end(body);
    });
  }

  return { post };
}

export type Outbound = ReturnType<typeof createOutbound>;

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

function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  // As a socket would take it: an IPv4 address written as IPv6 is that address.
  const taken = ipaddr.process(address);
  if (taken.range() !== 'unicast') return false;
  return taken.kind() === 'ipv4' || (globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6'));
}

function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.process(address).range() === 'loopback';
}

async function systemResolve(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
  return Promise.race([work, late]);
}
