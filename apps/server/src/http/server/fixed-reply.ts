import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** For pictures and scripts that pages on any site load. */
export const forAnySite = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const;

/** A reply that never changes, made once: every socket is sent the same bytes, however slowly it reads (threats T31). */
export class FixedReply {
  readonly #make: () => string | Buffer;
  readonly #headers: Readonly<Record<string, string>>;
  #made: { body: Buffer; etag: string } | undefined;

  constructor(headers: Readonly<Record<string, string>>, make: () => string | Buffer) {
    this.#headers = headers;
    this.#make = make;
  }

  send(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    this.#made ??= withTag(Buffer.from(this.#make()));
    const { body, etag } = this.#made;
    reply.headers(this.#headers).header('etag', etag);
    if (hasTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.send(body);
  }
}

function withTag(body: Buffer): { body: Buffer; etag: string } {
  const hash = createHash('sha256').update(body).digest('base64url');
  return { body, etag: `"${hash.slice(0, 22)}"` };
}

/** Weak comparison, as RFC 9110 has it for `If-None-Match`: proxies that compress mark the tag as weak. */
function hasTag(tags: string | undefined, etag: string): boolean {
  if (tags === undefined) return false;
  return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
