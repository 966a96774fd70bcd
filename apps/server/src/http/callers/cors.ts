import type { IncomingHttpHeaders } from 'node:http';
import { allowedRequestHeaders, brands, requestIdHeader } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Directory } from '../../core/directory/directory.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { App } from '../server/app.ts';
import { audienceOf } from './audience.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The application that the reply is about, once that is known: its pages may read the reply. */
    aboutApplication: string | null;
    /** The user pool that the reply is about, where it is about the pool as a whole. */
    aboutPool: string | null;
  }
}

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': allowedRequestHeaders.join(', '),
  'access-control-max-age': '7200',
} as const;

export interface OwnedRequest {
  headers: IncomingHttpHeaders;
  aboutApplication: string | null;
  aboutPool?: string | null;
  url?: string | undefined;
}

/** Which pages may read a reply (threats T22). */
export interface OriginRule {
  /**
   * Whether pages of the origin may read the reply, by the list of the application or pool that it is about: of the QR session, client,
   * token or managed pool. Only for a reply about none, the application that the request names, which anybody can write. A refusal is
   * noted.
   */
  allows(request: OwnedRequest, origin: string): boolean;
  lists(request: OwnedRequest, origin: string): boolean;
  /** A preflight names no application: any list will do. */
  allowsPreflight(origin: string, url?: string): boolean;
}

export function createOriginRule(
  directory: Directory,
  ownOrigins: readonly string[],
  noteRefused: (origin: string, named: Owner) => void = () => {},
): OriginRule {
  function isListed({ applicationId, poolId }: Owner, origin: string, url = ''): boolean {
    const application = applicationId === null ? null : directory.findApplication(applicationId);
    if (application !== null) {
      return (
        directory.allowsOrigin(application, origin) ||
        (isOfRelyingParties(url) && directory.redirectsTo(application, origin))
      );
    }
    const pool = poolId === null ? null : directory.findPool(poolId);
    return pool !== null && directory.poolAllowsOrigin(pool, origin);
  }

  function lists(request: OwnedRequest, origin: string): boolean {
    return (
      ownOrigins.includes(origin) || (origin !== 'null' && isListed(ownerOf(request, directory), origin, request.url))
    );
  }

  return {
    lists,
    allows(request, origin) {
      if (lists(request, origin)) return true;
      noteRefused(origin, ownerOf(request, directory));
      return false;
    },
    allowsPreflight(origin, url = '') {
      const isListedSomewhere =
        directory.allowsOriginAnywhere(origin) || (isOfRelyingParties(url) && directory.redirectsAnywhereTo(origin));
      if (ownOrigins.includes(origin) || (origin !== 'null' && isListedSomewhere)) return true;
      noteRefused(origin, { applicationId: null, poolId: null });
      return false;
    },
  };
}

export interface Owner {
  applicationId: string | null;
  poolId: string | null;
}

function ownerOf({ headers, aboutApplication, aboutPool = null }: OwnedRequest, directory: Directory): Owner {
  if (aboutApplication !== null || aboutPool !== null) return { applicationId: aboutApplication, poolId: aboutPool };
  const audience = audienceOf(headers.authorization);
  // A token of a company's own names this server, and none of its applications.
  const isOurs = audience !== null && (directory.findApplication(audience) ?? directory.findPool(audience)) !== null;
  if (isOurs) return { applicationId: audience, poolId: audience };
  return { applicationId: valueNamed(headers, 'app-id'), poolId: valueNamed(headers, 'userpool-id') };
}

/** The value of a header of either brand; null when the two contradict each other. */
function valueNamed(headers: IncomingHttpHeaders, suffix: 'app-id' | 'userpool-id'): string | null {
  const values = new Set(brands.map((brand) => headers[`x-${brand}-${suffix}`]).filter((value) => value));
  const [value] = values;
  return values.size === 1 && typeof value === 'string' ? value : null;
}

/** Addresses that browsers are sent to, and the calls of our own page: no page of another origin reads their replies (RFC 9700, 2.6). */
function isForNavigation(url: string): boolean {
  return /^\/+(?:(?:oidc|oauth)\/+auth|login)(?:[/?]|$)/.test(url);
}

/** What a page that people come back to after a sign-in calls: it redeems its code and asks whom its tokens are of. */
function isOfRelyingParties(url: string): boolean {
  return /^\/+(?:oidc|oauth)\/+(?:token|me)(?:[/?]|$)/.test(url);
}

export function crossOriginHeaders(origin: string) {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': `retry-after, ${requestIdHeader}`,
  };
}

/** Only pages of listed origins may read a reply, and with credentials. Requests without an Origin cost one comparison. */
export function allowOrigins(app: App, rule: OriginRule): void {
  app.decorateRequest('aboutApplication', null);
  app.decorateRequest('aboutPool', null);
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || request.routeOptions.config.isPublic) return done();
    reply.header('vary', 'Origin');
    const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return done();
    if (!isForNavigation(request.url) && rule.allowsPreflight(origin, request.url))
      reply.headers({ ...crossOriginHeaders(origin), ...preflightHeaders });
    reply.code(204).send();
  });
  // Only a finished reply tells which application or pool it is about.
  app.addHook('onSend', (request, reply, payload, done) => {
    const { origin } = request.headers;
    if (origin === undefined || request.method === 'OPTIONS') return done(null, payload);
    const { isPublic, isKnownToAll } = request.routeOptions.config;
    if (isForNavigation(request.url)) return done(null, payload);
    if (isPublic || (isKnownToAll && !rule.lists(request, origin))) reply.header('access-control-allow-origin', '*');
    else if (rule.allows(request, origin)) reply.headers(crossOriginHeaders(origin));
    done(null, payload);
  });
  // The hook answers preflights; this route only lets Fastify reach it.
  app.options('*', { schema: { hide: true } }, (_request, reply) => reply.callNotFound());
}

/** Holds no reply open for a page that may not read it (threats T22). @throws DomainError permission_denied */
export function allowReader(rule: OriginRule, request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (!rule.allows(request, origin)) {
    throw new DomainError('permission_denied', { field: 'origin', reason: 'originNotAllowed' });
  }
  // A stream passes by the hooks, so it gets the headers here.
  reply.headers(crossOriginHeaders(origin));
}
