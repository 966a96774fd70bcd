import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import Fastify from 'fastify';
import type { Logger } from 'pino';
import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/pools/directory.ts';
import type { Secrets } from '../core/ports.ts';
import type { App } from './app.ts';
import { addressesBehind, countHeader } from './client.ts';
import { codeInLogs, decorateWithCode } from './code-in-logs.ts';
import { type FailureParts, toDomainError, writeV2Error, writeV3Error } from './errors.ts';
import { allowOrigins, createOriginRule } from './guards/cors.ts';
import { createRefusedOrigins } from './guards/refused-origins.ts';
import { acceptJsonOnly } from './json-body.ts';
import { createQrCalls } from './qr-calls.ts';
import { commonHeadersOf } from './reply.ts';
import { measureRequests, type RequestDurations } from './request-durations.ts';
import { type ManagementParts, managementRoutes } from './routes/management/index.ts';
import { assetRoutes } from './routes/native/assets.ts';
import { guardPictureRoutes } from './routes/native/guard-pictures.ts';
import { healthRoutes } from './routes/native/health.ts';
import { qrImageRoutes } from './routes/native/qr-images.ts';
import { referenceRoutes } from './routes/native/reference.ts';
import { type OidcParts, oidcRoutes } from './routes/oidc/index.ts';
import { isOfV2, type V2Parts, v2Routes } from './routes/v2/index.ts';
import { secretCheckRoutes } from './routes/v3/check-secret.ts';
import { countryRoutes } from './routes/v3/countries.ts';
import { accountDeletionRoutes } from './routes/v3/delete-account.ts';
import { emptyListRoutes } from './routes/v3/empty-lists.ts';
import { createHotPoll } from './routes/v3/hot-poll.ts';
import { myLoginRoutes } from './routes/v3/my-logins.ts';
import { ownContactRoutes } from './routes/v3/own-contacts.ts';
import { passcodeRoutes } from './routes/v3/passcodes.ts';
import { passwordRoutes } from './routes/v3/password.ts';
import { profileRoutes } from './routes/v3/profile.ts';
import { qrCodeRoutes } from './routes/v3/qr-codes.ts';
import { resetPasswordRoutes } from './routes/v3/reset-password.ts';
import { signInRoutes } from './routes/v3/sign-in.ts';
import { signUpRoutes } from './routes/v3/sign-up.ts';
import { systemRoutes } from './routes/v3/system.ts';
import { ticketExchangeRoutes } from './routes/v3/ticket-exchange.ts';
import { schemaCompilers } from './schema-compilers.ts';
import { boundSockets } from './server/bound-sockets.ts';
import { type RequestTracing, traceRequests } from './trace-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Answered from memory, as an earlier one was that the log has: no line of its own at the default level. */
    isRepeat: boolean;
  }
  interface FastifyContextConfig {
    /** Any origin may read the reply, which holds nothing of a person: images and scripts. */
    isPublic?: boolean;
    /** The same, but listed origins may ask with credentials, as official clients do: keys and discovery. */
    isKnownToAll?: boolean;
    /** No log line per request at the default level: polls and probes. */
    isQuiet?: boolean;
  }
}

export interface AppOptions {
  publicUrl: string;
  version: string;
  trustedProxies: string[];
  /** Built widget, served to pages; absent when it was not built. */
  widgetFolder: string;
  /** Built SDK, as a package to install; absent when it was not built. */
  sdkFolder: string;
  links: { title: string; url: string }[];
  /** Serve the API reference. */
  docs: boolean;
}

export type AppParts = {
  directory: Directory;
  /** Absent: requests are not timed. */
  durations?: RequestDurations;
  /** Absent: requests are not traced. */
  tracing?: RequestTracing;
} & FailureParts &
  ManagementParts &
  Omit<Parameters<typeof qrCodeRoutes>[1], 'origins'> &
  Parameters<typeof ticketExchangeRoutes>[1] &
  Parameters<typeof qrImageRoutes>[1] &
  Parameters<typeof healthRoutes>[1] &
  Parameters<typeof signInRoutes>[1] &
  Parameters<typeof signUpRoutes>[1] &
  Parameters<typeof profileRoutes>[1] &
  Parameters<typeof myLoginRoutes>[1] &
  Parameters<typeof ownContactRoutes>[1] &
  Parameters<typeof accountDeletionRoutes>[1] &
  Parameters<typeof passwordRoutes>[1] &
  Parameters<typeof passcodeRoutes>[1] &
  Parameters<typeof resetPasswordRoutes>[1] &
  Parameters<typeof systemRoutes>[1] &
  OidcParts &
  V2Parts;

/** The whole HTTP face, without a port: tests call it in process, main listens with it. */
export async function buildApp(parts: AppParts, options: AppOptions): Promise<App> {
  const nextRequestId = requestIds();
  const commonHeaders = commonHeadersOf(options.publicUrl);
  const app: App = Fastify({
    // Fastify's own log would make a child logger and two listeners for each request, polls included.
    logger: false,
    genReqId: nextRequestId,
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    // Slow and endless requests end here (threats T31).
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 1000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    // Clients join a host and a path with one slash too many, and put one at the end.
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    schemaController: { compilersFactory: schemaCompilers },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: true, useDefaults: false, allErrors: false } },
    frameworkErrors: (error, request, reply) => {
      reply.headers({ ...commonHeaders, 'referrer-policy': 'no-referrer' });
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
    // An address that is misspelt may hold a token all the same.
    reply.header('referrer-policy', 'no-referrer');
    return errorWriterFor(request)(new DomainError('route_not_found'), request, reply);
  });
  const origins = createOriginRule(
    parts.directory,
    [new URL(options.publicUrl).origin],
    createRefusedOrigins({ log: parts.log, clock: parts.clock }),
  );
  allowOrigins(app, origins);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders);
    done(repeatedHeader(request.raw) ?? (request.is404 ? undefined : nulInAddress(request.raw)));
  });
  decorateWithCode(app);
  app.decorateRequest('isHeldOpen', false);
  app.decorateRequest('isRepeat', false);
  logRequests(app, parts);
  if (parts.durations) measureRequests(app, parts.durations);

  if (options.docs) await referenceRoutes(app, options);
  qrCodeRoutes(app, { ...parts, origins });
  ticketExchangeRoutes(app, parts);
  signInRoutes(app, parts);
  secretCheckRoutes(app, parts);
  signUpRoutes(app, parts);
  profileRoutes(app, parts);
  emptyListRoutes(app, parts);
  countryRoutes(app);
  myLoginRoutes(app, parts);
  ownContactRoutes(app, parts);
  accountDeletionRoutes(app, parts);
  passwordRoutes(app, parts);
  passcodeRoutes(app, parts);
  resetPasswordRoutes(app, parts);
  systemRoutes(app, parts);
  managementRoutes(app, parts);
  oidcRoutes(app, parts);
  v2Routes(app, parts);
  qrImageRoutes(app, parts);
  guardPictureRoutes(app);
  healthRoutes(app, parts);
  assetRoutes(app, options);

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

/** For what goes wrong before, or without, a route that would know its generation. */
const errorWriterFor = ({ url }: { url: string }) => (isOfV2(url) ? writeV2Error : writeV3Error);

/** UUIDs by counting from a random start: unique is all they must be, and each poll needs one. */
function requestIds(): () => string {
  const start = randomUUID().slice(0, 24);
  let count = 0;
  return () => start + (++count).toString(16).padStart(12, '0');
}

/**
 * Node keeps the first of several and drops the rest unseen: a proxy in between may have judged another (threats T20, T32). Of `Host`
 * RFC 9112 says so itself.
 */
function repeatedHeader({ rawHeaders }: IncomingMessage): DomainError | undefined {
  const field = ['host', 'authorization'].find((name) => countHeader(rawHeaders, name) > 1);
  return field === undefined ? undefined : new DomainError('malformed_request', { field, reason: 'is given twice' });
}

/** No value has one, and PostgreSQL takes none (threats T32): bodies are held to the same. */
function nulInAddress({ url = '' }: IncomingMessage): DomainError | undefined {
  return url.includes('%00') ? new DomainError('malformed_request', { reason: 'holds a NUL' }) : undefined;
}

/** One line a request, but none for polls and probes at the default level: at thousands a second they would drown the rest. */
function logRequests(app: App, { log, secrets }: { log: Logger; secrets: Pick<Secrets, 'hash'> }): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.isQuiet && !log.isLevelEnabled('debug')) return;
    const onResponse = route.onResponse === undefined ? [] : [route.onResponse].flat();
    route.onResponse = [
      ...onResponse,
      (request, reply, done) => {
        const level = route.config?.isQuiet || request.isRepeat ? 'debug' : 'info';
        if (!log.isLevelEnabled(level)) return done();
        log[level](
          {
            requestId: request.id,
            code: codeInLogs(request, secrets),
            method: request.method,
            route: request.routeOptions.url,
            status: reply.statusCode,
            ms: Math.round(reply.elapsedTime * 10) / 10,
            ip: request.ip,
          },
          'request',
        );
        done();
      },
    ];
  });
}
