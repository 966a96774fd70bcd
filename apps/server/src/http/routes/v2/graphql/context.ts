import type { FastifyRequest } from 'fastify';
import type { Client } from '../../../../core/client.ts';

/** What every operation gets beside its arguments. */
export interface OperationContext {
  request: FastifyRequest;
  client: Client;
}

/** GraphQL gives null, or nothing, where nothing was said. */
export type Said<T> = { [K in keyof T]?: T[K] | null };
