import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/ground/errors.ts';
import type { App } from '../../server/app.ts';
import { refuseCompressed, utf8Text } from '../../server/body-text.ts';
import { formParameters } from '../../server/form-parameters.ts';

/** Form-encoded bodies, for this scope alone. A repeated parameter is refused (RFC 6749, 3.2). */
export function acceptForms(scope: App): void {
  const type = 'application/x-www-form-urlencoded';
  scope.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    refuseCompressed(request);
    return parseForm(utf8Text(body));
  });
}

/** @throws DomainError malformed_request */
export function parseForm(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of formParameters(text)) {
    if (fields.has(name)) throw new DomainError('malformed_request', { field: name, reason: 'givenTwice' });
    if (name.includes('\0') || value.includes('\0')) {
      throw new DomainError('malformed_request', { field: name, reason: 'holdsNul' });
    }
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}
