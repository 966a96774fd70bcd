import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../core/ground/errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A small compressed body could become a large one (threats T31). @throws DomainError unsupported_media_type */
export function refuseCompressed(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw new DomainError('unsupported_media_type', { reason: 'compressed' });
}

/** @throws DomainError malformed_request (threats T32) */
export function utf8Text(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new DomainError('malformed_request', { reason: 'notUtf8' });
  }
}
