import { errorTable, type Reason } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { DomainError } from '../../../core/ground/errors.ts';
import { languageOf, messageOf, plainJson } from '../../requests/errors.ts';

/** The published form (wire 4.6): `message` is an object, in which the official client looks for the code. */
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

/** What an operation threw, or that the variables do not fit: by path alone, for the library quotes values, such as passwords. */
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
