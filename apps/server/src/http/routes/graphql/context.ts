import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../core/ground/caller.ts';
import type { CustomField } from '../../../core/users/custom/custom-fields.ts';

export interface OperationContext {
  request: FastifyRequest;
  caller: Caller;
  /** Reads the declared fields, once a request, however many people's custom data is asked for. */
  declaredFields(userPoolId: string): Promise<CustomField[]>;
}

/** Arguments as GraphQL gives them: null or undefined where the caller said nothing. */
export type Said<T> = { [K in keyof T]?: T[K] | null };
