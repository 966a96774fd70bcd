import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedHost, isInNetwork, isNamed } from '../core/directory/allowed-hosts.ts';
import { createHostAddresses, type HostAddresses } from './host-addresses.ts';
import { isInternal, isPublic } from './public-address.ts';

/**
 * The one way this server calls others (threats T25): https, one resolution, only public or allowed addresses, no redirects, one deadline
 * to the last byte, a bounded reply, and nothing from the environment (proxy, credentials, switched-off certificates).
 */
const defaultTimeoutMs = 5_000;
const defaultMaxBytes = 1024 * 1024;

export interface OutboundReply {
  status: number;
  headers: IncomingHttpHeaders;
  /** The bytes as they were sent: nothing is decompressed. */
  body: Buffer;
}

export interface OutboundLimits {
  timeoutMs?: number;
  maxBytes?: number;
}

export interface OutboundOptions {
  /** Hosts that may have internal addresses, or speak http. */
  allowed?: readonly AllowedHost[];
  /** Another way from names to addresses, for tests. */
  resolve?: HostAddresses;
}

export function createOutbound({ allowed = [], resolve = createHostAddresses() }: OutboundOptions = {}) {
  /** The addresses of a host. Refuses all of them when a single one is not allowed: half a DNS rebinding is one, too. */
  async function addressesOf(url: URL, signal: AbortSignal): Promise<string[]> {
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const asked = { hostname, isListed: isNamed(allowed, url), signal };
    const addresses = isIP(hostname) ? [hostname] : await resolve(asked);
    const isListed = (address: string) =>
      isIP(address) !== 0 && (isInNetwork(allowed, url, address) || (isNamed(allowed, url) && isInternal(address)));
    if (addresses.length === 0 || !addresses.every((address) => isPublic(address) || isListed(address))) {
      throw new Error(
        `${url.hostname} is not a public address, or has one that is not; OUTBOUND_ALLOW does not list it`,
      );
    }
    if (url.protocol === 'http:' && !isNamed(allowed, url) && !addresses.every(isListed)) {
      throw new Error('only https is called, but for hosts that OUTBOUND_ALLOW lists');
    }
    return addresses;
  }

  /** @throws Error when nothing was sent, or no whole reply came in time */
  async function call(
    address: string,
    sent: { method: 'GET' | 'POST'; headers: Record<string, string>; body: string },
    { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes }: OutboundLimits,
  ): Promise<OutboundReply> {
    const url = new URL(address);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('only https is called');
    if (url.username !== '' || url.password !== '') throw new Error('an address with a user in it is not called');
    const signal = AbortSignal.timeout(timeoutMs);
    const checked = (await within(signal, addressesOf(url, signal))).map((ip) => ({ address: ip, family: isIP(ip) }));
    const pinned: LookupFunction = (_hostname, asked, callback) => {
      const [first] = checked;
      if (asked.all) callback(null, checked);
      else callback(null, first?.address ?? '', first?.family);
    };
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const { method, headers, body } = sent;
    return new Promise((succeed, fail) => {
      const options = { method, headers, lookup: pinned, agent: false, signal, rejectUnauthorized: true };
      const exchange = request(url, options, (reply) => {
        const chunks: Buffer[] = [];
        let size = 0;
        reply.on('data', (chunk: Buffer) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size <= maxBytes) return;
          fail(new Error(`the reply is larger than ${maxBytes} bytes`));
          exchange.destroy();
        });
        reply.on('end', () =>
          succeed({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }),
        );
        // When the deadline passes, a reply may end with any error, by how far it had come: the deadline's own reason is told.
        reply.on('error', (error) => fail(signal.aborted ? signal.reason : error));
      });
      exchange.on('error', (error) => fail(signal.aborted ? signal.reason : error));
      exchange.end(body);
    });
  }

  return {
    get: (url: string, headers: Record<string, string>, limits: OutboundLimits = {}) =>
      call(url, { method: 'GET', headers, body: '' }, limits),
    post: (url: string, headers: Record<string, string>, body: string, limits: OutboundLimits = {}) =>
      call(
        url,
        { method: 'POST', headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body },
        limits,
      ),
  };
}

export type Outbound = ReturnType<typeof createOutbound>;

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
  return Promise.race([work, late]);
}
