import { errorTable, type Reason } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { DomainError } from '../../../core/ground/errors.ts';
import { languageOf, messageOf, plainJson } from '../../requests/errors.ts';

/**
 * The published form of a refusal (wire 4.6): `message` is an object, which is where the official client looks for the code.
 */
export function writeGraphqlError(error: DomainError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const row = errorTable[error.code];
  if (error.detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.detail.retryAfterSeconds));
  return plainJson(reply)
    .code(row.http ?? 200)
    .send({
      errors: [
        {
          message: { code: row.code, message: messageOf(error, languageOf(request)), data: error.detail.next ?? null },
          extensions: { requestId: request.id },
        },
      ],
      data: null,
    });
}

/**
 * The cause of an error that the GraphQL library reports: what an operation threw, or that the variables do not fit. The library's own
 * message quotes the values, passwords among them, so only the path is taken from it.
 */
export function causeOf(error: GraphQLError): unknown {
  if (error.originalError !== undefined && !(error.originalError instanceof GraphQLError)) return error.originalError;
  if (error.path !== undefined) return error;
  const [, variable = ''] = /^Variable "\$(\w+)"/.exec(error.message) ?? [];
  const [, inner = ''] = /^[^:]*? at ([.\w[\]]+):/.exec(error.message) ?? [];
  const [, kind, name = ''] = /^[^{]*?\b(required|unknown) field "(\w+)"/.exec(error.message) ?? [];
  const reasons: Record<string, Reason> = { required: 'required', unknown: 'unknownField' };
  return new DomainError('invalid_argument', {
    field: `${['variables', variable].filter(Boolean).join('.')}${inner}${name && `.${name}`}`,
    reason: reasons[kind ?? ''] ?? 'missingOrOfOtherType',
  });
}
