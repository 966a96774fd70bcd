import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { DomainError } from '../../core/ground/errors.ts';
import type { Poller, QrView } from '../../core/qr/poll.ts';
import { isFinal, type QrWatches, type Watch, type Watcher } from '../../core/qr/watch.ts';
import { allowReader, type OriginRule } from '../callers/cors.ts';
import { networkOf } from '../limits/address.ts';
import type { WaitingRoom } from '../limits/waiting-room.ts';
import { EventStream, eventStreamHeaders, eventText } from '../server/event-stream.ts';
import type { createQrCalls, QrCallParts } from './qr-calls.ts';

export type QrWaitingParts = QrCallParts & {
  watches: QrWatches;
  waitingRoom: WaitingRoom;
  log: Logger;
  origins: OriginRule;
};

/** How long a page that lost its stream waits before it opens another, in milliseconds. */
const returnMs = 1_000;
/** The pages of a node that stops come back spread over this many more milliseconds. */
const returnSpreadMs = 2_000;
/** How long a page waits, in milliseconds, after a store was silent for a minute. */
const troubledReturnMs = 10_000;
const logEveryMs = 10_000;

const retryText = (ms: number) => `retry: ${ms}\n\n`;

/** Holds requests until the code that they ask about changes. Whoever finds no room may still ask without waiting. */
export function createHold({ watches, waitingRoom }: Pick<QrWaitingParts, 'watches' | 'waitingRoom'>) {
  /** Answers what `read` gives as soon as its status is not `since`, at the latest after `seconds`. @throws DomainError too_many_requests */
  return function hold(
    request: FastifyRequest,
    idHash: string,
    read: () => Promise<QrView>,
    { since, seconds }: { since: string; seconds: number },
  ): Promise<QrView> {
    const network = networkOf(request.ip);
    waitingRoom.enter(network);
    request.isHeldOpen = true;
    const { view, leave } = watches.wait(idHash, read, { since, ms: seconds * 1000 });
    // The connection's end counts: a reply that waits behind another one is not told of its own.
    const { socket } = request.raw;
    socket.once('close', leave);
    return view.finally(() => {
      socket.off('close', leave);
      waitingRoom.leave(network);
    });
  };
}

/** Long polls and streams. Both read by the status poll alone, which is still open to pages that find no room here. */
export function createQrWaiting(
  parts: QrWaitingParts,
  calls: ReturnType<typeof createQrCalls>,
  /** The JSON that a page is told. */
  dto: (view: QrView) => unknown,
) {
  const { watches, waitingRoom, secrets, log, origins } = parts;
  const hold = createHold(parts);
  let ended = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  const textOf = (view: QrView) => retryText(returnMs) + eventText('status', dto(view), view.status);

  /** Answers as soon as the status is not `since`, at the latest after `seconds`. @throws DomainError too_many_requests */
  function wait(
    request: FastifyRequest,
    reply: FastifyReply,
    { qrcodeId, since, seconds }: { qrcodeId: string; since: string; seconds: number },
  ): Promise<QrView> {
    return hold(request, secrets.hash(qrcodeId), () => readFor(request, reply, qrcodeId), { since, seconds });
  }

  /** Sends the view and its changes as server-sent events. @throws DomainError as a poll, too_many_requests, invalid_argument (accept) */
  async function stream(request: FastifyRequest, reply: FastifyReply, qrcodeId: string): Promise<string | undefined> {
    requireEventReader(request.headers.accept);
    const read = () => readFor(request, reply, qrcodeId);
    if (request.method === 'HEAD' || watches.isStopped()) return whole(reply, await read());
    const page = new StreamingPage(qrcodeId, calls.pollerOf(request), networkOf(request.ip));
    try {
      const view = await read();
      const { socket } = reply.raw;
      if (!isFinal(view) && !watches.isStopped() && socket?.writable) {
        request.isHeldOpen = true;
        page.open(new EventStream(reply, socket, textOf(view), page.leave), view);
        return undefined;
      }
      page.leave();
      // To the browser's EventSource 204 means "do not come back" (HTML, server-sent events, section 9.2).
      if (isFinal(view) && request.headers['last-event-id'] === view.status) return void reply.code(204).send();
      return whole(reply, view);
    } catch (error) {
      page.leave();
      throw error;
    }
  }

  /** Polls once for a page, and refuses one that may not read the reply: nothing is held open for it. */
  async function readFor(request: FastifyRequest, reply: FastifyReply, qrcodeId: string): Promise<QrView> {
    const view = await calls.poll(request, reply, qrcodeId);
    allowReader(origins, request, reply);
    return view;
  }

  function whole(reply: FastifyReply, view: QrView): string {
    reply.headers(eventStreamHeaders);
    return textOf(view);
  }

  class StreamingPage implements Watcher {
    readonly patience = 7;
    readonly #qrcodeId: string;
    #poller: Poller;
    readonly #network: string;
    readonly #watch: Watch;
    #stream: EventStream | null = null;

    constructor(qrcodeId: string, poller: Poller, network: string) {
      waitingRoom.enter(network);
      this.#qrcodeId = qrcodeId;
      this.#poller = poller;
      this.#network = network;
      this.#watch = watches.watch(secrets.hash(qrcodeId), this);
    }

    readonly leave = () => {
      this.#watch.close();
      waitingRoom.leave(this.#network);
    };

    open(stream: EventStream, known: QrView): void {
      this.#stream = stream;
      // The browser now has the offered cookie, and may become the owner by a poll.
      if (known.cookieToSet !== undefined) this.#poller = { ...this.#poller, offeredCookie: known.cookieToSet };
      this.#watch.begin(known);
    }

    read(): Promise<QrView> {
      return parts.pollQr(this.#qrcodeId, this.#poller);
    }

    show(view: QrView): void {
      if (isFinal(view)) this.#stream?.end(textOf(view));
      else this.#stream?.write(textOf(view));
    }

    beat(): void {
      this.#stream?.beat();
    }

    /** Ends the stream without a reason: the page opens another one, and its envelope says what is wrong. */
    end(error: unknown): void {
      if (error === null) this.#stream?.end(retryText(returnMs + ((ended++ * 97) % returnSpreadMs)));
      else if (error instanceof DomainError) this.#stream?.end(retryText(returnMs));
      else {
        this.#stream?.end(retryText(troubledReturnMs));
        logTrouble(error);
      }
    }
  }

  /** One line for all the streams that a store outage ends. */
  function logTrouble(error: unknown): void {
    if (performance.now() - loggedAt < logEveryMs) return;
    loggedAt = performance.now();
    log.error({ err: error }, 'streams end: their codes could not be read for a minute');
  }

  return { wait, stream };
}

/** @throws DomainError invalid_argument when the caller takes nothing but other types */
function requireEventReader(accept = '*/*'): void {
  if (/text\/(event-stream|\*)|\*\/\*/i.test(accept)) return;
  throw new DomainError('invalid_argument', { field: 'accept', reason: 'eventStreamNotAccepted' });
}
