import { type ErrorCode, errorTable, type Language, reasonText } from '@passbeam/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError } from '../../core/ground/errors.ts';
import type { Secrets } from '../../core/ground/ports.ts';
import { brandHeader } from '../callers/application.ts';
import { codeInLogs } from '../server/code-in-logs.ts';
import { explainValidation } from '../server/validation.ts';

/** Fastify's own refusals, in our words. */
const codeOfFastifyError: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_request',
  // A path longer than any of ours belongs to no route.
  FST_ERR_MAX_PARAM_LENGTH: 'route_not_found',
};

export interface FailureParts {
  log: Logger;
  secrets: Secrets;
  isStoreOutage(error: unknown): boolean;
}

/** An unforeseen error is logged whole and becomes `internal`: the caller gets the request id, never a stack (threats T32). */
export function toDomainError(error: unknown, request: FastifyRequest, parts: FailureParts): DomainError {
  const refusal = asRefusal(error, request, parts);
  request.span?.refused(refusal.code);
  return refusal;
}

function asRefusal(error: unknown, request: FastifyRequest, parts: FailureParts): DomainError {
  if (error instanceof DomainError) return error;
  const { validation, validationContext, code } = error as FastifyError;
  if (validation) return explainValidation(validation, validationContext);
  const known = code === undefined ? undefined : codeOfFastifyError[code];
  if (known) return new DomainError(known);
  // The caller hung up, or took too long, before the body was whole: nobody reads the answer, and a log line would help nobody.
  if (code === 'ECONNRESET' && request.raw.readableAborted) return new DomainError('malformed_request');
  request.span?.failed(error);
  const failed = { requestId: request.id, code: codeInLogs(request, parts.secrets), err: error };
  if (parts.isStoreOutage(error)) {
    parts.log.error(failed, 'a store is not answering');
    return new DomainError('unavailable', { retryAfterSeconds: 1 });
  }
  parts.log.error(failed, 'unexpected error');
  return new DomainError('internal');
}

/** The one place that writes a v3 refusal: envelope, HTTP status and Retry-After. */
export function writeV3Error(error: DomainError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const row = errorTable[error.code];
  if (error.detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.detail.retryAfterSeconds));
  return plainJson(reply)
    .code(row.http ?? 200)
    .send({
      statusCode: row.statusCode,
      ...(row.apiCode === undefined ? {} : { apiCode: row.apiCode }),
      refusal: error.code,
      message: messageOf(error, languageOf(request)),
      requestId: request.id,
      ...(error.detail.next === undefined ? {} : { data: error.detail.next }),
    });
}

/** The class of the published v2 refusals. Guard shows people the messages of 4xx and 6xx classes only. */
const v2RefusalClass = 499;

/** The one writer of v2 refusals: all fields that clients read (wire 7.3). Without `code`, iOS takes a reply for a success. */
export function writeV2Error(error: DomainError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const row = errorTable[error.code];
  if (error.detail.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.detail.retryAfterSeconds));
  return plainJson(reply)
    .code(row.http ?? 200)
    .send({
      code: row.code,
      statusCode: row.http ?? (row.statusCode < 400 ? row.statusCode : v2RefusalClass),
      apiCode: row.code,
      message: messageOf(error, languageOf(request)),
      data: error.detail.next ?? null,
      requestId: request.id,
      uniqueId: request.id,
    });
}

/** Makes the reply plain JSON. The route's own serialiser knows only the shape of its success. */
export function plainJson(reply: FastifyReply): FastifyReply {
  return reply.type('application/json; charset=utf-8').serializer((body: unknown) => JSON.stringify(body));
}

export function messageOf(error: DomainError, language: Language): string {
  const { field, reason } = error.detail;
  const base = errorTable[error.code][language];
  const more = [field, reason && reasonText(reason, language)].filter(Boolean).join(language === 'zh' ? '：' : ' ');
  if (more === '') return base;
  return language === 'zh' ? `${base}：${more}` : `${base}: ${more}`;
}

/** English unless the `lang` header of either brand asks for Chinese. */
export function languageOf(request: FastifyRequest): Language {
  try {
    return brandHeader(request, 'lang')?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  } catch {
    return 'en';
  }
}
