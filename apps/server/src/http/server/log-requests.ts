import type { Logger } from 'pino';
import type { Secrets } from '../../core/ground/ports.ts';
import type { App } from './app.ts';
import { codeInLogs } from './code-in-logs.ts';

/** One line a request, but none for polls and probes at the default level: at thousands a second they would drown the rest. */
export function logRequests(app: App, { log, secrets }: { log: Logger; secrets: Pick<Secrets, 'hash'> }): void {
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
