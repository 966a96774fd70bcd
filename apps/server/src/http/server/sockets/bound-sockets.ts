import type { RequestListener, Server } from 'node:http';
import { inTurn } from './pipelining.ts';
import { closeUnread } from './unread-replies.ts';

/** Bounds what peers can make a server do without reading the answers (threats T31). Call it before the server listens. */
export function boundSockets(server: Server): void {
  const [listener] = server.listeners('request') as RequestListener[];
  if (listener === undefined) throw new TypeError('the server answers nothing yet');
  server.removeListener('request', listener);
  const bounded = inTurn(listener);
  server.on('request', bounded);
  // node:http would refuse an unknown expectation out of turn. Answering is allowed, too (RFC 9110, 10.1.1).
  server.on('checkExpectation', bounded);
  closeUnread(server);
}
