import type { CheckQrCodeStatusDataDto, QrCodeStatus } from '@passbeam/protocol';
import { ApiError, NetworkError, PassbeamError, TimeoutError } from './errors.ts';
import type { PollOptions } from './qr.ts';
import { begin, type Call, type CallOptions, type Connection, callV3 } from './request.ts';

export interface WatchOptions extends CallOptions {
  /** The secret whose challenge the QR code was created with. It travels in a header, never in the URL. */
  pollSecret?: string;
}

/** How long to wait for a stream's first event: a proxy that collects replies may hold it back for ever. */
const firstEventMs = 4_000;
/** A stream that is silent for so long is dead: the server sends something every 15 seconds. */
const silenceMs = 40_000;
/** A stream that lasted less counts as broken early; after two in a row no third is opened. */
const sturdyMs = 10_000;
const pauseMs = 1_000;
/** How long the server may hold a poll; proxies let a connection be silent for longer. */
const waitSeconds = 25;
/** How many polls in a row may fail; the pauses after them are 1, 2, 4, 8 and 16 seconds. */
const patience = 5;

type View = CheckQrCodeStatusDataDto;
type Views = AsyncGenerator<View, void, undefined>;

/** One QR code that is being followed. */
interface Followed {
  connection: Connection;
  call(endpoint: 'get-qrcode-status' | 'watch-qrcode-status', waiting?: PollOptions): Call;
  signal: AbortSignal | undefined;
  /** The status yielded last. */
  since: QrCodeStatus | undefined;
}

/** Tries streams, then polls that wait, then plain polls, and yields each status once: see `watchQrCodeStatus`. */
export async function* watchCode(
  connection: Connection,
  callOf: (endpoint: 'get-qrcode-status' | 'watch-qrcode-status', how: PollOptions) => Call,
  { pollSecret, signal }: WatchOptions,
): Views {
  const code: Followed = {
    connection,
    call: (endpoint, waiting) => callOf(endpoint, { pollSecret, signal, ...waiting }),
    signal,
    since: undefined,
  };
  for (const way of [byStreams, byWaits, byPolls]) {
    for await (const view of way(code)) {
      if (view.status === code.since) continue;
      code.since = view.status;
      yield view;
      if (view.status !== 'PENDING' && view.status !== 'SCANNED') return;
    }
  }
}

/** Yields what streams say; ends when they do not work here. It throws no error of theirs: the polls that follow meet it, too. */
async function* byStreams(code: Followed): Views {
  for (let breaks = 0; breaks < 2; ) {
    const openedAt = performance.now();
    let isOpen = false;
    try {
      for await (const view of streamOf(code.connection, code.call('watch-qrcode-status'))) {
        isOpen = true;
        yield view;
      }
    } catch {
      code.signal?.throwIfAborted();
    }
    if (!isOpen) return;
    breaks = performance.now() - openedAt < sturdyMs ? breaks + 1 : 0;
    await pause(pauseMs, code.signal);
  }
}

/** Yields the replies of polls that wait for a change; ends when waiting does not work here. */
async function* byWaits(code: Followed): Views {
  for (;;) {
    const askedAt = performance.now();
    const { since } = code;
    let view: View;
    try {
      view = await callV3<View>(code.connection, code.call('get-qrcode-status', { since, waitSeconds }));
    } catch (error) {
      if (error instanceof PassbeamError && error.isTransient) return;
      throw error;
    }
    yield view;
    // An immediate answer without a change comes from a server that cannot wait.
    if (view.status === since && performance.now() - askedAt < pauseMs) return;
  }
}

async function* byPolls(code: Followed): Views {
  for (let failures = 0; ; ) {
    let view: View;
    try {
      view = await callV3<View>(code.connection, code.call('get-qrcode-status'));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!(error instanceof PassbeamError && error.isTransient) || failures > patience) throw error;
      const asked = (error instanceof ApiError && error.retryAfterSeconds) || 0;
      await pause(Math.max(pauseMs * 2 ** (failures - 1), asked * 1000), code.signal);
      continue;
    }
    yield view;
    await pause(pauseMs, code.signal);
  }
}

/** Yields the events of one connection until it ends. */
export async function* streamOf(connection: Connection, call: Call): Views {
  const { signal } = call;
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const deadlineIn = (ms: number) => setTimeout(() => controller.abort(new TimeoutError(ms)), ms);
  signal?.addEventListener('abort', abort);
  let timer = deadlineIn(firstEventMs);
  try {
    if (signal?.aborted) throw signal.reason;
    const headers = { ...call.headers, accept: 'text/event-stream' };
    const response = await begin(connection, { ...call, headers }, controller.signal);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) {
      throw new NetworkError('no stream');
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = deadlineIn(silenceMs);
      const events = (text + decoder.decode(value, { stream: true })).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data) as View;
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    controller.abort();
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      settle();
    };
    const stop = end(() => reject(signal?.reason));
    const timer = setTimeout(end(resolve), ms);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
  });
}
