import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many requests may wait behind an unanswered one. Browsers send none; programs that do so send a handful. */
const defaultRoom = { perSocket: 100, total: 2_000 };

interface ParsedSocket extends Socket {
  parser?: { onIncoming?: unknown } | null;
}

/**
 * Answers the requests of one socket in turn. node:http hands over all in 64 KiB at once, more than a thousand, whether or not anybody
 * reads. Here each waits until the reply before it has left, the socket is not read meanwhile, and one that sent too many is closed
 * (threats T31).
 */
export function inTurn(listener: RequestListener, room = defaultRoom): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  let total = 0;

  function listen(request: IncomingMessage, response: ServerResponse): void {
    // A reply has no socket until those before it are done.
    if (response.socket === null) wait(request, response);
    else listener(request, response);
  }

  function wait(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) return;
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > room.perSocket || total >= room.total) {
      cutOff(socket);
      return;
    }
    if (count === 1) {
      socket.once('close', forget);
      // node:http goes on reading by itself when a reply has left.
      socket.on('resume', holdBack);
      socket.pause();
    }
    waiting.set(socket, count);
    total += 1;
    // The next request waits for a turn of the event loop: a hundred replies in a row would keep every other socket waiting.
    response.once('socket', () => setImmediate(serve, request, response));
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (socket.destroyed) return;
    const left = (waiting.get(socket) ?? 1) - 1;
    total -= 1;
    waiting.set(socket, left);
    if (left === 0) {
      socket.off('close', forget);
      socket.off('resume', holdBack);
      socket.resume();
    }
    listener(request, response);
  }

  function forget(this: Socket): void {
    total -= waiting.get(this) ?? 0;
  }

  return listen;
}

/**
 * Closes a socket with its input unread, or node:http would make a thousand requests of it; there is no public call. 2 means "no request
 * follows", as after an upgrade.
 */
function cutOff(socket: ParsedSocket): void {
  socket.destroy();
  if (socket.parser) socket.parser.onIncoming = () => 2;
}

/** A listener that keeps a socket from being read while requests wait. Code that takes the socket over must remove it. */
export function holdBack(this: Socket): void {
  this.pause();
}
