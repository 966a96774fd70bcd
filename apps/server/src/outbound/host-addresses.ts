import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** An answer is waited for so long, and asked for once more. The call's own deadline ends it earlier. */
const answerMs = 1_000;
const tries = 2;

export interface AskedHost {
  hostname: string;
  /** The operator lists this name. */
  isListed: boolean;
  signal: AbortSignal;
}

/** Every address of a host. @throws Error when there is none, or none was told in time */
export type HostAddresses = (asked: AskedHost) => Promise<string[]>;

/**
 * How names become addresses. The system's own way keeps a thread until the name server answers, and there are few: whoever runs a silent
 * one would hold up every call there is. So it serves the names that the operator lists alone, for those may be known to a cluster only. All
 * others are asked of the name servers directly, after the file of hosts, and the asking ends with the call.
 */
export function createHostAddresses({
  nameServers,
  hostsFile = '/etc/hosts',
  systemLookup = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address),
}: {
  /** Others than those of the system, for tests; so are the rest. */
  nameServers?: readonly string[];
  hostsFile?: string;
  systemLookup?: (hostname: string) => Promise<string[]>;
} = {}): HostAddresses {
  const underWay = new Map<string, Promise<string[]>>();

  /** A lookup cannot be ended. So one that hangs is joined by later calls, and none of them takes another thread. */
  function askSystem(hostname: string): Promise<string[]> {
    const begun = underWay.get(hostname);
    if (begun !== undefined) return begun;
    const asking = systemLookup(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, asking);
    return asking;
  }

  async function askNameServers(hostname: string, signal: AbortSignal): Promise<string[]> {
    const resolver = new Resolver({ timeout: answerMs, tries });
    if (nameServers !== undefined) resolver.setServers(nameServers);
    const end = () => resolver.cancel();
    signal.addEventListener('abort', end);
    try {
      const told = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
      signal.throwIfAborted();
      const addresses = told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      const [refusal] = told.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      if (addresses.length === 0) throw refusal;
      return addresses;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  return async function addressesOf({ hostname, isListed, signal }) {
    if (isListed) return askSystem(hostname);
    const name = hostname.toLowerCase().replace(/\.$/, '');
    const known = addressesIn(await readFile(hostsFile, 'utf8').catch(() => ''), name);
    if (known.length > 0) return known;
    // No name server is asked about this machine (RFC 6761, section 6.3).
    if (/(^|\.)localhost$/.test(name)) return ['127.0.0.1', '::1'];
    signal.throwIfAborted();
    return askNameServers(hostname, signal);
  };
}

/** The addresses that a file of hosts has for a name. */
function addressesIn(hosts: string, name: string): string[] {
  return hosts.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    return isIP(address) !== 0 && names.includes(name) ? [address] : [];
  });
}
