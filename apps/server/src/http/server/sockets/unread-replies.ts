import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The deadline is long enough for our largest page on a slow mobile connection. */
const defaultPatience = { deadlineMs: 60_000, everyMs: 5_000 };

/** Closes sockets whose peer does not read: written bytes must leave within a deadline (threats T31). One timer looks at all sockets. */
export function closeUnread(server: Server, { deadlineMs, everyMs } = defaultPatience): void {
  const open = new Set<Socket>();
  /** For each socket with waiting bytes: how much had been written when they were first seen to wait, and when that was. */
  const owed = new WeakMap<Socket, { bytes: number; since: number }>();
  let timer: NodeJS.Timeout | undefined;

  function forget(this: Socket): void {
    open.delete(this);
  }

  function look(): void {
    const now = performance.now();
    for (const socket of open) {
      const left = socket.writableLength;
      if (left === 0) continue;
      const written = socket.bytesWritten;
      const known = owed.get(socket);
      if (known === undefined || written - left >= known.bytes) owed.set(socket, { bytes: written, since: now });
      else if (now - known.since > deadlineMs) socket.destroy();
    }
  }

  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', forget);
  });
  server.on('listening', () => {
    timer = setInterval(look, everyMs).unref();
  });
  server.on('close', () => clearInterval(timer));
}
