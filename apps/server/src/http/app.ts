import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { requestIdHeader } from '@passbeam/protocol';
import Fastify from 'fastify';
import { DomainError } from '../core/ground/errors.ts';
import { addressesBehind } from './callers/caller.ts';
import { allowOrigins, createOriginRule } from './callers/cors.ts';
import { createRefusedOrigins } from './callers/refused-origins.ts';
import { toDomainError, writeV2Error, writeV3Error } from './requests/errors.ts';
import type { Parts } from './requests/parts.ts';
import { createQrCalls } from './requests/qr-calls.ts';
import { commonHeadersOf } from './requests/reply.ts';
import { consoleCallRoutes } from './routes/console/calls.ts';
import { type ConsolePageOptions, consolePageRoutes } from './routes/console/page.ts';
import { graphqlRoutes } from './routes/graphql/index.ts';
import { interactionRoutes } from './routes/login/interactions.ts';
import { managementRoutes } from './routes/management/index.ts';
import { type OidcParts, oidcRoutes } from './routes/oidc/index.ts';
import { type SiteOptions, type SiteParts, siteRoutes } from './routes/site/index.ts';
import { isOfV2, v2Routes } from './routes/v2/index.ts';
import { createHotPoll } from './routes/v3/hot-poll.ts';
import { type V3Parts, v3Routes } from './routes/v3/index.ts';
import type { App } from './server/app.ts';
import { decorateWithCode } from './server/code-in-logs.ts';
import { acceptJsonOnly } from './server/json-body.ts';
import { logRequests } from './server/log-requests.ts';
import { measureRequests, type RequestDurations } from './server/request-durations.ts';
import { schemaCompilers } from './server/schema-compilers.ts';
import { boundSockets } from './server/sockets/bound-sockets.ts';
import { nulInAddress, repeatedHeader } from './server/sockets/malformed-requests.ts';
import { type RequestTracing, traceRequests } from './server/trace-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Answered from memory like an earlier request that the log shows: no line of its own at the default level. */
    isRepeat: boolean;
  }
  interface FastifyContextConfig {
    /** Any origin may read the reply, because it holds nothing about a person: images and scripts. */
    isPublic?: boolean;
    /** Any origin may read the reply, listed ones with credentials, as official clients do: keys and discovery. */
    isKnownToAll?: boolean;
    /** No log line per request at the default level: polls and probes. */
    isQuiet?: boolean;
  }
}

export type AppOptions = SiteOptions & ConsolePageOptions & { trustedProxies: string[] };

export type AppParts = {
  /** Absent: requests are not timed. */
  durations?: RequestDurations;
  /** Absent: requests are not traced. */
  tracing?: RequestTracing;
} & Parts &
  Omit<V3Parts, 'origins'> &
  SiteParts &
  OidcParts;

/** Builds the whole HTTP layer, without a port: tests call it in process, main listens with it. */
export async function buildApp(parts: AppParts, options: AppOptions): Promise<App> {
  const nextRequestId = requestIds();
  const commonHeaders = commonHeadersOf(options.publicUrl);
  const app: App = Fastify({
    // Fastify's own log would make a child logger and two listeners for each request, polls included.
    logger: false,
    genReqId: nextRequestId,
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    // These limits end slow and endless requests (threats T31).
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 1000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    // Some callers join host and path with one slash too many, or put one at the end.
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    schemaController: { compilersFactory: schemaCompilers },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: true, useDefaults: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...commonHeaders, [requestIdHeader]: request.id, 'referrer-policy': 'no-referrer' });
      errorWriterFor(request)(toDomainError(error, request, parts), request, reply);
    },
  });

  const addressOf = addressesBehind(options.trustedProxies);
  app.decorateRequest('ip', {
    getter() {
      return addressOf(this.raw);
    },
  });
  app.decorateRequest('span', null);
  if (parts.tracing) traceRequests(app, { ...parts, tracing: parts.tracing });
  acceptJsonOnly(app);
  app.setErrorHandler((error, request, reply) => writeV3Error(toDomainError(error, request, parts), request, reply));
  app.setNotFoundHandler((request, reply) => {
    // A misspelt address may hold a token all the same, which no page may carry on.
    reply.header('referrer-policy', 'no-referrer');
    return errorWriterFor(request)(new DomainError('route_not_found'), request, reply);
  });
  const origins = createOriginRule(parts.directory, [new URL(options.publicUrl).origin], createRefusedOrigins(parts));
  allowOrigins(app, origins);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders).header(requestIdHeader, request.id);
    done(repeatedHeader(request.raw) ?? (request.is404 ? undefined : nulInAddress(request.raw)));
  });
  decorateWithCode(app);
  app.decorateRequest('isHeldOpen', false);
  app.decorateRequest('isRepeat', false);
  logRequests(app, parts);
  if (parts.durations) measureRequests(app, parts.durations);

  await siteRoutes(app, parts, options);
  v3Routes(app, { ...parts, origins });
  managementRoutes(app, parts);
  oidcRoutes(app, parts);
  interactionRoutes(app, parts);
  consoleCallRoutes(app, parts);
  consolePageRoutes(app, parts, options);
  v2Routes(app, parts);
  graphqlRoutes(app, parts);

  if (!parts.log.isLevelEnabled('debug') && parts.tracing === undefined) {
    const route = app.server.listeners('request')[0] as RequestListener;
    const { view } = createQrCalls(parts);
    app.server.removeListener('request', route);
    const poll = { ...parts, view, origins, nextRequestId, addressOf, commonHeaders };
    app.server.on('request', createHotPoll(poll, route));
  }
  boundSockets(app.server);
  return app;
}

/** The writer of errors where no route was reached that would know its generation. */
const errorWriterFor = ({ url }: { url: string }) => (isOfV2(url) ? writeV2Error : writeV3Error);

/** Makes UUIDs by counting from a random start. They must only be unique, and cheap, for each poll needs one. */
function requestIds(): () => string {
  const start = randomUUID().slice(0, 24);
  let count = 0;
  return () => start + (++count).toString(16).padStart(12, '0');
}
