import type { Server } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { networkOf } from './address.ts';

/** A network's share is enough for an office behind one address, each page with a connection or two. */
const defaultLimits = { sockets: 50_000, perNetwork: 2_000 };

/** Caps open sockets, in all and per network, so that idle or slow ones cannot use up the process (threats T31). */
export function capConnections(server: Server, trustedProxies: readonly string[], limits = defaultLimits): void {
  server.maxConnections = limits.sockets;
  const proxies = listOf(trustedProxies);
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const peer = socket.remoteAddress ?? '';
    // A trusted proxy speaks for many people, so it has no such limit.
    if (proxies.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) return;
    const network = networkOf(peer);
    const count = (open.get(network) ?? 0) + 1;
    if (count > limits.perNetwork) {
      socket.destroy();
      return;
    }
    open.set(network, count);
    socket.once('close', () => {
      const left = (open.get(network) ?? 1) - 1;
      if (left > 0) open.set(network, left);
      else open.delete(network);
    });
  });
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(length), family);
  }
  return list;
}
