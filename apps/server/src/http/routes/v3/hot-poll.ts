import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { requestIdHeader } from '@passbeam/protocol';
import { qrcodeIdLength } from '../../../core/qr/id.ts';
import type { QrView } from '../../../core/qr/poll.ts';
import type { Asking } from '../../callers/caller.ts';
import { crossOriginHeaders, type OriginRule } from '../../callers/cors.ts';
import { type createQrCalls, failedReads } from '../../requests/qr-calls.ts';
import { ok } from '../../requests/reply.ts';
import type { RequestDurations } from '../../server/request-durations.ts';
import { serializerOf } from '../../server/schema-compilers.ts';
import { countHeader } from '../../server/sockets/malformed-requests.ts';
import { pollPaths, statusDto, statusReply } from './qr-codes.ts';

const starts = pollPaths.map((path) => `${path}?qrcodeId=`);

/**
 * Answers plain status polls without the framework, which costs more than the rest of a poll (decision 10): same use case, same bytes.
 * The route takes over when a request is not plain, or there is more to say than the state of a known code.
 */
export function createHotPoll(
  parts: {
    view: ReturnType<typeof createQrCalls>['view'];
    origins: OriginRule;
    nextRequestId(): string;
    addressOf(request: IncomingMessage): string;
    isStopping(): boolean;
    commonHeaders: Readonly<Record<string, string>>;
    durations?: RequestDurations;
  },
  route: RequestListener,
): RequestListener {
  const { view, origins, nextRequestId, addressOf, isStopping, durations } = parts;
  const replyHeaders = [
    ...Object.entries(parts.commonHeaders).flat(),
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
  ];
  const timers = durations && new Map(pollPaths.map((path) => [path as string, durations.requestsOf('GET', path)]));

  return function listener(request, response) {
    const qrcodeId = plainPoll(request);
    if (qrcodeId === null || isStopping()) return route(request, response);
    const startedAt = timers === undefined ? 0 : performance.now();
    const asking = new PollRequest(request, nextRequestId(), addressOf);
    const headers: string[] = [];
    const sink = { header: (name: string, value: string) => headers.push(name, value) };
    view(asking, sink, qrcodeId)
      .then((seen) => {
        reply(request, response, headers, asking, seen);
        if (timers) time(request, startedAt);
      })
      .catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        failedReads.set(request, error);
        route(request, response);
      });
  };

  function time({ url = '' }: IncomingMessage, startedAt: number): void {
    timers?.get(url.slice(0, url.indexOf('?')))?.(200, (performance.now() - startedAt) / 1000);
  }

  function reply(
    { headers: { origin } }: IncomingMessage,
    response: ServerResponse,
    headers: string[],
    asking: PollRequest,
    seen: QrView,
  ): void {
    if (origin !== undefined) {
      headers.push('vary', 'Origin');
      if (origins.allows(asking, origin)) headers.push(...Object.entries(crossOriginHeaders(origin)).flat());
    }
    const text = serialize(ok(asking, statusDto(seen)));
    const length = Buffer.byteLength(text);
    headers.push(requestIdHeader, asking.id, ...replyHeaders, String(length));
    response.writeHead(200, headers);
    // Where each character is one byte, latin1 is the cheaper encoding.
    response.end(text, length === text.length ? 'latin1' : 'utf8');
  }
}

const serialize = serializerOf(statusReply);

/** A poll's request. The address is worked out only for the few polls that change who owns a QR session. */
class PollRequest implements Asking {
  readonly id: string;
  aboutApplication: string | null = null;
  readonly #raw: IncomingMessage;
  readonly #addressOf: (request: IncomingMessage) => string;

  constructor(raw: IncomingMessage, id: string, addressOf: (request: IncomingMessage) => string) {
    this.id = id;
    this.#raw = raw;
    this.#addressOf = addressOf;
  }

  get headers() {
    return this.#raw.headers;
  }

  get ip() {
    return this.#addressOf(this.#raw);
  }
}

/** The qrcodeId of a request that is a plain poll: no other parameters, no credentials, no body; null for any other. */
function plainPoll({ method, url = '', headers, rawHeaders }: IncomingMessage): string | null {
  if (method !== 'GET') return null;
  const start = starts.find((text) => url.startsWith(text));
  if (start === undefined || url.length !== start.length + qrcodeIdLength) return null;
  if (headers.authorization !== undefined) return null;
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return null;
  if (countHeader(rawHeaders, 'host') > 1) return null;
  return url.slice(start.length);
}
