/** Traces as the server knows them; the SDK is loaded only when the environment asks for traces (`asksForTraces`). */
export interface Tracing {
  /** Opens the span of a request, a child of the caller's, and goes on within it. */
  begin(request: RequestFacts, proceed: (span: RequestSpan) => void): void;
  /** Runs the call as a child of the request under way; outside of requests simply runs it. */
  within<Result>(name: string, call: () => Promise<Result>): Promise<Result>;
  /** Sends the spans that wait to be sent, within a moment. */
  stop(): Promise<void>;
}

export interface RequestFacts {
  method: string;
  /** The route's template; undefined when no route answers. Never the path: that may hold ids and tokens. */
  route: string | undefined;
  scheme: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RequestSpan {
  /** A refusal from the closed list: an answer, not a failure. */
  refused(code: string): void;
  failed(error: unknown): void;
  end(reply: { statusCode: number; requestId: string; code: string | undefined }): void;
}

type Calls = Record<string, unknown>;

/** Returns the same stores, whose calls become spans of the request they serve. */
export function traceStores<Stores extends object>(tracing: Tracing | null, stores: Stores): Stores {
  if (tracing === null) return stores;
  const traced = Object.entries(stores).map(([name, store]) =>
    typeof store === 'object' && store !== null ? [name, traceCalls(tracing, name, store as Calls)] : [name, store],
  );
  return Object.fromEntries(traced) as Stores;
}

/** Returns the use cases about QR sessions, each call of which becomes a span. */
export function traceParts<Parts extends object>(tracing: Tracing | null, parts: Parts): Parts {
  if (tracing === null) return parts;
  const { createQr, pollQr, actOnQr, exchangeTicket } = parts as Calls;
  return { ...parts, ...traceCalls(tracing, 'qr', { createQr, pollQr, actOnQr, exchangeTicket }), tracing };
}

function traceCalls(tracing: Tracing, owner: string, calls: Calls): Calls {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      typeof call === 'function'
        ? (...args: unknown[]) => tracing.within(`${owner}.${name}`, () => call(...args) as Promise<unknown>)
        : call,
    ]),
  );
}
