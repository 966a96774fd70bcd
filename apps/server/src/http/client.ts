import type { FastifyRequest } from 'fastify';
import type { Client } from '../core/client.ts';

/** Longer than browsers send. Every event keeps it: whoever sends 16 KiB must not fill the disk with it (T28, T49). */
const maxUserAgentLength = 512;

export function clientOf(request: FastifyRequest): Client {
  const userAgent = request.headers['user-agent']?.slice(0, maxUserAgentLength) ?? null;
  return { ip: request.ip, userAgent, requestId: request.id };
}
