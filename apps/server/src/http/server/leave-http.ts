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
 * Takes a connection from node:http once the head of its last reply was sent, as Node.js itself does at an upgrade; there is no public
 * call for it. Parser, request and reply are given back, so that a waiting page costs a third of the memory. All of it happens in one
 * turn, or a request read in between would be answered into the stream. If a later Node.js names its parts otherwise, everything stays
 * until the connection ends, and further requests wait that long.
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
