import type { FastifyRequest } from 'fastify';
import { visit } from 'jsonc-parser';
import { DomainError } from '../../core/ground/errors.ts';
import type { App } from './app.ts';
import { refuseCompressed, utf8Text } from './body-text.ts';

const maxDepth = 20;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The only body the JSON API reads: application/json, plain, valid UTF-8, without duplicate keys, prototype keys, NUL or
 * lone surrogates (threats T21, T31, T32). Everything else is refused before a route sees it.
 */
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DomainError('malformed_request', { reason: 'the body is not valid JSON' });
  }
  checkTokens(text);
  return value;
}

function checkTokens(text: string): void {
  const keysByDepth: Set<string>[] = [];
  const refuse = (reason: string, field?: string): never => {
    throw new DomainError('malformed_request', { field, reason });
  };
  const enter = () => {
    if (keysByDepth.push(new Set()) > maxDepth) refuse(`nesting is deeper than ${maxDepth}`);
  };
  const leave = () => {
    keysByDepth.pop();
  };
  visit(text, {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty(key) {
      const keys = keysByDepth.at(-1);
      if (keys?.has(key)) refuse('is given twice', key);
      keys?.add(key);
      if (forbiddenKeys.has(key)) refuse('is not an allowed key', key);
      if (!isCleanText(key)) refuse('a key holds a NUL or a broken character');
    },
    onLiteralValue(value: unknown, offset: number, length: number) {
      if (typeof value === 'number' && !isKept(text.slice(offset, offset + length)))
        refuse('a number cannot be kept as sent');
      if (typeof value === 'string' && !isCleanText(value)) refuse('a text holds a NUL or a broken character');
    },
  });
}

function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What would come back as another number, or as null, was not kept; digits after the point may be rounded. */
function isKept(written: string): boolean {
  const value = Number(written);
  if (!Number.isFinite(value)) return false;
  if (/^-?\d+$/.test(written)) return BigInt(written) === BigInt(value);
  const [digits = ''] = written.split(/e/i);
  return value !== 0 || !/[1-9]/.test(digits);
}
