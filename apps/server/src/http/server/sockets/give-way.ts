import type { onRequestHookHandler } from 'fastify';

/**
 * A hook for routes that anybody may request without end, as fast as they are answered. One such request begins in each turn of the
 * event loop, and polls that arrived meanwhile are answered before the next: a flood of pictures slows pictures, not polls. Without a
 * flood nothing waits. A request waits on its own socket, so the bound on sockets bounds the queue too.
 */
export function giveWay(): onRequestHookHandler {
  const waiting: { isGone(): boolean; begin(): void }[] = [];
  let isTurnTaken = false;

  function takeTurn(): void {
    isTurnTaken = true;
    setImmediate(nextTurn);
  }

  function nextTurn(): void {
    let next = waiting.shift();
    while (next?.isGone()) next = waiting.shift();
    if (next === undefined) {
      isTurnTaken = false;
      return;
    }
    takeTurn();
    next.begin();
  }

  return ({ raw }, _reply, done) => {
    if (isTurnTaken) {
      waiting.push({ isGone: () => raw.socket.destroyed, begin: done });
      return;
    }
    takeTurn();
    done();
  };
}
