import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../core/ground/caller.ts';
import type { CustomField } from '../../../core/users/custom-fields.ts';

/** What every operation gets beside its arguments. */
export interface OperationContext {
  request: FastifyRequest;
  caller: Caller;
  /** Read when custom data is asked for, and once a request, however many people there are. */
  declaredFields(userPoolId: string): Promise<CustomField[]>;
}

/** GraphQL gives null, or nothing, where nothing was said. */
export type Said<T> = { [K in keyof T]?: T[K] | null };
