import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Client } from '../core/client.ts';

/** Longer than browsers send. Every event keeps it: whoever sends 16 KiB must not fill the disk with it (T28, T49). */
const maxUserAgentLength = 512;

/** As much of a request as tells who asks. */
export interface Asking {
  headers: IncomingHttpHeaders;
  ip: string;
  id: string;
}

export function clientOf(request: Asking): Client {
  const userAgent = request.headers['user-agent']?.slice(0, maxUserAgentLength) ?? null;
  return { ip: request.ip, userAgent, requestId: request.id };
}

/** Fastify's rule for `request.ip`, for requests that do not pass through it. */
export function addressesBehind(trustedProxies: string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress ?? '';
  const trust = proxyAddr.compile(trustedProxies);
  return (request) => proxyAddr(request, trust);
}
