import type { IncomingHttpHeaders } from 'node:http';
import { allowedRequestHeaders, brands } from '@passbeam/protocol';
import type { Directory } from '../../core/pools/directory.ts';
import type { App } from '../app.ts';

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': allowedRequestHeaders.join(', '),
  'access-control-max-age': '7200',
} as const;

/** Which pages may read a reply (threat model T22). */
export interface OriginRule {
  /** By the list of the application that the request names; by all lists when it names none. */
  allows(headers: IncomingHttpHeaders, origin: string): boolean;
  /** A preflight names no application. */
  allowsPreflight(origin: string): boolean;
}

export function createOriginRule(directory: Directory, ownOrigins: readonly string[]): OriginRule {
  function allowsPreflight(origin: string): boolean {
    return origin !== 'null' && (ownOrigins.includes(origin) || directory.allowsOriginAnywhere(origin));
  }

  return {
    allowsPreflight,
    allows(headers, origin) {
      if (origin === 'null') return false;
      if (ownOrigins.includes(origin)) return true;
      const applicationId = brands.map((brand) => headers[`x-${brand}-app-id`]).find((id) => typeof id === 'string');
      const application = typeof applicationId === 'string' ? directory.findApplication(applicationId) : null;
      return application ? directory.allowsOrigin(application, origin) : directory.allowsOriginAnywhere(origin);
    },
  };
}

export function crossOriginHeaders(origin: string) {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'retry-after',
  };
}

/**
 * Pages of listed origins may call us with credentials; nobody else may read a reply. Requests without an Origin, as apps
 * and backends send them, pay one comparison.
 */
export function allowOrigins(app: App, rule: OriginRule): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || request.routeOptions.config.isPublic) return done();
    reply.header('vary', 'Origin');
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (isPreflight ? rule.allowsPreflight(origin) : rule.allows(request.headers, origin)) {
      reply.headers(crossOriginHeaders(origin));
      if (isPreflight) reply.headers(preflightHeaders);
    }
    if (isPreflight) return reply.code(204).send();
    done();
  });
  // The hook answers preflights; this route only lets Fastify reach it.
  app.options('*', { schema: { hide: true } }, (_request, reply) => reply.callNotFound());
}
