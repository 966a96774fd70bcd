import { allowedRequestHeaders, brands } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { Directory } from '../../core/pools/directory.ts';
import type { App } from '../app.ts';

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': allowedRequestHeaders.join(', '),
  'access-control-max-age': '7200',
} as const;

/**
 * Pages of listed origins may call us with credentials; nobody else may read a reply (threat model T22). A preflight names no application, so
 * the union of all lists answers it; the reply itself is judged by the application's own list. Requests without an
 * Origin, the bulk of all polls, pay one comparison.
 */
export function allowOrigins(app: App, directory: Directory, ownOrigins: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || request.routeOptions.config.isPublic) return done();
    reply.header('vary', 'Origin');
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (allows(request, origin, isPreflight)) {
      reply.header('access-control-allow-origin', origin);
      reply.header('access-control-allow-credentials', 'true');
      reply.header('access-control-expose-headers', 'retry-after');
      if (isPreflight) reply.headers(preflightHeaders);
    }
    if (isPreflight) return reply.code(204).send();
    done();
  });
  // The hook answers preflights; this route only lets Fastify reach it.
  app.options('*', { schema: { hide: true } }, (_request, reply) => reply.callNotFound());

  function allows(request: FastifyRequest, origin: string, isPreflight: boolean): boolean {
    if (origin === 'null') return false;
    if (ownOrigins.includes(origin)) return true;
    if (isPreflight) return directory.allowsOriginAnywhere(origin);
    const applicationId = brands
      .map((brand) => request.headers[`x-${brand}-app-id`])
      .find((id) => typeof id === 'string');
    const application = typeof applicationId === 'string' ? directory.findApplication(applicationId) : null;
    return application ? directory.allowsOrigin(application, origin) : directory.allowsOriginAnywhere(origin);
  }
}
