import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface HttpCommon {
  freeParser(parser: unknown, request: IncomingMessage, socket: Socket): void;
}
interface ParsedSocket extends Socket {
  parser?: { unconsume?(): void } | null;
}

const common = process.getBuiltinModule('_http_common') as Partial<HttpCommon> | undefined;

/** The names of the listeners that node:http sets for its parser; all other listeners stay. */
const ofHttp = /^(bound )?socketOn(Data|End|Close|Drain|Error|Timeout)$/;

/**
 * Takes a connection from node:http after the head of its last reply, as Node.js does at an upgrade; there is no public call. A waiting
 * page then costs a third of the memory. All in one turn, or a request in between would be answered into the stream. Should a later
 * Node.js rename its parts, everything stays until the connection ends.
 */
export function leaveHttp(socket: Socket, response: ServerResponse): void {
  const { parser } = socket as ParsedSocket;
  if (typeof common?.freeParser !== 'function' || typeof parser?.unconsume !== 'function') return;
  response.detachSocket(socket);
  for (const event of ['data', 'end', 'close', 'drain', 'error', 'timeout']) {
    for (const listener of socket.listeners(event)) {
      if (ofHttp.test(listener.name)) socket.off(event, listener as () => void);
    }
  }
  parser.unconsume();
  common.freeParser(parser, response.req, socket);
}
