import type { Secrets } from '../../core/ground/ports.ts';
import type { App } from './app.ts';
import { codeInLogs } from './code-in-logs.ts';

export interface RequestSpan {
  refused(code: string): void;
  failed(error: unknown): void;
  end(reply: { statusCode: number; requestId: string; code: string | undefined }): void;
}

export interface RequestTracing {
  begin(
    request: {
      method: string;
      route: string | undefined;
      scheme: string;
      headers: Readonly<Record<string, string | string[] | undefined>>;
    },
    proceed: (span: RequestSpan) => void,
  ): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    span: RequestSpan | null;
  }
}

/** Opens a span for every request, within which its work happens. The span ends with the reply, or with the connection. */
export function traceRequests(
  app: App,
  { tracing, secrets, publicUrl }: { tracing: RequestTracing; secrets: Secrets; publicUrl: string },
): void {
  // Behind a proxy, the server's own connection does not show whether the visitor came by https.
  const scheme = new URL(publicUrl).protocol.slice(0, -1);
  app.addHook('onRequest', (request, reply, done) => {
    const facts = {
      method: request.method,
      route: request.routeOptions.url,
      scheme,
      headers: request.headers,
    };
    tracing.begin(facts, (span) => {
      request.span = span;
      reply.raw.once('close', () => {
        const code = codeInLogs(request, secrets);
        span.end({ statusCode: reply.raw.statusCode, requestId: request.id, code });
      });
      done();
    });
  });
}
