import type { App } from './app.ts';

export interface RequestDurations {
  /** Called once per route; the function it returns is called once per reply. */
  requestsOf(method: string, route: string): (statusCode: number, seconds: number) => void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** True for a stream or a long poll, whose duration tells nothing about the server's speed. */
    isHeldOpen: boolean;
  }
}

/** The label of requests that no route answers: a path that a caller made up must not become a label. */
const noRoute = 'none';

/** Times replies, except those held open, under their route's template. Without metrics there is no hook. */
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
