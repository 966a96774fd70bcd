import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An entry of OUTBOUND_ALLOW: what the operator lets this server call although it is not public, or not https. */
export type AllowedHost = {
  /** Null: every port. */
  port: number | null;
} & ({ name: string } | { network: [Address, number] });

/** The entries that SMS_HOOK_ALLOW_LOOPBACK stands for. */
export const loopbackHosts: readonly AllowedHost[] = [
  { network: ipaddr.parseCIDR('127.0.0.0/8'), port: null },
  { network: ipaddr.parseCIDR('::1/128'), port: null },
];

const bracketed = /^\[([^[\]]+)\](?::(\d{1,5}))?$/;
const plain = /^([^[\]:]+)(?::(\d{1,5}))?$/;

/** Reads one entry: `auth.internal`, `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`, or with a port `[fd00::/8]:8443`. Null for anything else. */
export function readAllowedHost(text: string): AllowedHost | null {
  const isBareIpv6 = /^[^[\]]*:[^[\]]*:[^[\]]*$/.test(text);
  const parts = isBareIpv6 ? [text, text] : (bracketed.exec(text) ?? plain.exec(text));
  const [, host = '', digits] = parts ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const network = readNetwork(host);
  if (network !== null) return { network, port };
  return isHostName(host) ? { name: host.toLowerCase(), port } : null;
}

/** An address or a network; not length 0, which is every address, nor IPv4 written as IPv6, which would never match. */
function readNetwork(text: string): [Address, number] | null {
  const [address = '', digits, ...rest] = text.split('/');
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  if (rest.length > 0 || !(isIpv4 || (address.includes(':') && ipaddr.IPv6.isValid(address)))) return null;
  const bits = isIpv4 ? 32 : 128;
  const length = digits === undefined ? bits : Number(digits);
  const parsed = ipaddr.parse(address);
  if (!/^\d{1,3}$/.test(digits ?? '1') || length < 1 || length > bits) return null;
  return parsed.range() === 'ipv4Mapped' || address.includes('%') ? null : [parsed, length];
}

/** Whether a URL could have this host. `0x7f.1` and `127.1` are addresses in disguise. */
function isHostName(text: string): boolean {
  if (!/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/i.test(text)) return false;
  return URL.parse(`https://${text}/`)?.hostname === text.toLowerCase() && !/^[\d.]+$/.test(text);
}

/** Whether an entry names the host of this URL, for its port. */
export function isNamed(allowed: readonly AllowedHost[], url: URL): boolean {
  return allowed.some((entry) => 'name' in entry && entry.name === url.hostname && isForPort(entry, url));
}

/** Whether an entry holds the address, for the port of this URL. */
export function isInNetwork(allowed: readonly AllowedHost[], url: URL, address: string): boolean {
  const taken = ipaddr.process(address);
  return allowed.some((entry) => {
    if (!('network' in entry) || !isForPort(entry, url)) return false;
    const [network, length] = entry.network;
    return network.kind() === taken.kind() && taken.match(network as never, length);
  });
}

/** Whether http may be tried before the name is resolved: an entry has the name, or is a network that may hold its addresses. */
export function maySpeakHttp(allowed: readonly AllowedHost[], url: URL): boolean {
  return isNamed(allowed, url) || allowed.some((entry) => 'network' in entry && isForPort(entry, url));
}

function isForPort({ port }: AllowedHost, url: URL): boolean {
  const called = url.port === '' ? { 'https:': 443, 'http:': 80 }[url.protocol] : Number(url.port);
  return port === null || port === called;
}
