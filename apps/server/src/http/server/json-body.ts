import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';
import { NotStrictJson, parseStrictJson } from '../../core/ground/strict-json.ts';
import type { App } from './app.ts';
import { refuseCompressed, utf8Text } from './body-text.ts';

/** The only body the JSON API reads: plain application/json in valid UTF-8 that has one reading (threats T21, T31, T32). */
export function acceptJsonOnly(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    refuseCompressed(request);
    return parseJson(body);
  });
}

/** @throws DomainError malformed_request */
export function parseJson(body: Buffer): unknown {
  return body.length === 0 ? {} : parseJsonText(utf8Text(body));
}

/** JSON inside a field is held to the same as a body. @throws DomainError invalid_argument */
export function parseJsonField(text: string, field: string): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    const reason = error instanceof DomainError ? error.detail.reason : undefined;
    throw new DomainError('invalid_argument', { field, reason });
  }
}

function parseJsonText(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof NotStrictJson)) throw error;
    throw new DomainError('malformed_request', { field: error.field, reason: error.reason });
  }
}
