import type { App } from './app.ts';

export interface RequestDurations {
  /** Once per route; what it returns, once per reply. */
  requestsOf(method: string, route: string): (statusCode: number, seconds: number) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** A stream or a long poll: how long it lasts says nothing of how fast we are. */
    isHeldOpen: boolean;
  }
}

/** What no route answers; a path that a caller made up must not become a label. */
const noRoute = 'none';

/** Times every reply but those held open by its route's template. Called only when somebody counts, so without metrics no hook is there. */
export function measureRequests(app: App, durations: RequestDurations): void {
  const unrouted = durations.requestsOf('any', noRoute);
  app.addHook('onRoute', (route) => {
    const byMethod = new Map([route.method].flat().map((method) => [method, durations.requestsOf(method, route.url)]));
    const onResponse = route.onResponse === undefined ? [] : [route.onResponse].flat();
    route.onResponse = [
      ...onResponse,
      (request, reply, done) => {
        if (!request.isHeldOpen) byMethod.get(request.method)?.(reply.statusCode, reply.elapsedTime / 1000);
        done();
      },
    ];
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.is404) unrouted(reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
