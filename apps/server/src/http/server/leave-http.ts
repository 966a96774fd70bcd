import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface HttpCommon {
  freeParser(parser: unknown, request: IncomingMessage, socket: Socket): void;
}
interface ParsedSocket extends Socket {
  parser?: { unconsume?(): void } | null;
}

const common = process.getBuiltinModule('_http_common') as Partial<HttpCommon> | undefined;

/** What node:http listens to on behalf of its parser; everybody else's listeners stay. */
const ofHttp = /^(bound )?socketOn(Data|End|Close|Drain|Error|Timeout)$/;

/**
 * Takes a connection from node:http after its last reply's head was sent, as Node does at an upgrade, for which it has no
 * public call: parser, request and reply are given back, and a waiting page costs a third of the memory. All in one turn,
 * for a request that was read in between would answer into the stream. Where a later Node names its parts otherwise, all of
 * it stays until the connection ends, and further requests wait as long.
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
