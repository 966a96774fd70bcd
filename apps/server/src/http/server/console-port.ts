import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { App } from './app.ts';
import { boundSockets } from './sockets/bound-sockets.ts';

const viaConsolePort = new WeakSet<IncomingMessage>();

/** Whether a request came in by the console's own port. */
export const isViaConsolePort = (request: IncomingMessage): boolean => viaConsolePort.has(request);

/** A server beside the public one, with the same routes: operators may be let in where the public is not. */
export function createConsoleServer(app: App): Server {
  const server = createServer({
    requestTimeout: 15_000,
    headersTimeout: 10_000,
    maxHeaderSize: 16 * 1024,
    connectionsCheckingInterval: 1000,
  });
  server.on('request', (request, response) => {
    viaConsolePort.add(request);
    app.routing(request, response);
  });
  boundSockets(server);
  return server;
}
