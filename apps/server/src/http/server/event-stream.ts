import type { OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { leaveHttp } from './sockets/leave-http.ts';
import { holdBack } from './sockets/pipelining.ts';

/** A reader this many bytes behind has stopped reading: events are few and small, and each tells the whole state. */
const maxPendingBytes = 16 * 1024;
const beat = Buffer.from(':\n\n');

export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Without this header nginx, and proxies like it, would hold small events back.
  'x-accel-buffering': 'no',
} as const;

/** One server-sent event; `data` goes as one line of JSON. */
export function eventText(name: string, data: unknown, id: string): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The rest of a reply, which ends with its connection. Tens of thousands wait at once, so only the socket is left of HTTP. */
export class EventStream {
  readonly #socket: Socket;

  /** Sends the head, with the headers `reply` has so far, and `text`. Calls `closed` once, whoever ends it. */
  constructor(reply: FastifyReply, socket: Socket, text: string, closed: () => void) {
    this.#socket = socket;
    reply.hijack();
    const response = reply.raw;
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, { ...reply.getHeaders(), ...eventStreamHeaders } as OutgoingHttpHeaders);
    response.write(text);
    // Listeners that wait for the end of the reply, as traces do, are told that it is over.
    response.emit('close');
    socket.on('error', ignore).on('end', hangUp).once('close', closed).resume();
    // HTTP is left one turn later, not within the parser's own call. A further request on this connection waits until then.
    setImmediate(() => {
      leaveHttp(socket, response);
      socket.off('resume', holdBack).resume();
    });
  }

  write(text: string): void {
    this.#send(text);
  }

  /** Keeps proxies from taking the connection for a dead one. */
  beat(): void {
    this.#send(beat);
  }

  end(text: string): void {
    this.#socket.write(text);
    // Bytes that the reader does not take now may never be taken.
    if (this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
    if (this.#socket.writableLength > maxPendingBytes) this.#socket.destroy();
  }
}

function hangUp(this: Socket): void {
  this.destroy();
}

function ignore(): void {}
