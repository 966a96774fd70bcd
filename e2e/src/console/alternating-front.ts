import { once } from 'node:events';
import { createServer, request as requestOf } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AlternatingFront {
  readonly port: number;
  close(): void;
}

/** A load balancer that gives each request to the next node, so that hardly two of a page meet the same one. */
export async function openAlternatingFront(portsOf: () => number[]): Promise<AlternatingFront> {
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const ports = portsOf();
    const port = ports[turn++ % ports.length];
    const { url, method, headers } = incoming;
    const onward = requestOf({ port, host: '127.0.0.1', path: url, method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
