import type { IncomingMessage } from 'node:http';
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
 * Gives a connection's HTTP parser back to Node after the last request on it, as Node does at an upgrade, for which it has
 * no public call. A waiting page then costs a third of the memory. Where a later Node names its parts otherwise, the
 * parser stays until the connection ends, and nothing else changes.
 */
export function releaseParser(socket: Socket, request: IncomingMessage): void {
  const { parser } = socket as ParsedSocket;
  if (typeof common?.freeParser !== 'function' || typeof parser?.unconsume !== 'function') return;
  for (const event of ['data', 'end', 'close', 'drain', 'error', 'timeout']) {
    for (const listener of socket.listeners(event)) {
      if (ofHttp.test(listener.name)) socket.off(event, listener as () => void);
    }
  }
  parser.unconsume();
  common.freeParser(parser, request, socket);
}
