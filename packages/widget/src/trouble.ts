/** Why the widget cannot go on. */
export interface Trouble {
  /**
   * How it is worded for the person. `network`: no answer · `busy`: the server refuses for now · `origin`: the server does
   * not know this page · `image`: the picture of the code did not load · `rejected`: anything else, which waiting does not
   * cure.
   */
  kind: 'network' | 'busy' | 'origin' | 'image' | 'rejected';
  /** The SDK's error code, or `image_failed`, `configuration`, `code_fault`, `origin_not_allowed` from the widget itself. */
  code: string;
  /** For the developer; the person reads the widget's own wording. */
  message: string;
  /** The server's Retry-After. */
  retryAfterSeconds?: number;
  /** Of the page, where the server does not know it. */
  origin?: string;
}

/** Raised inside the widget; whatever else is thrown is translated by `troubleOf`. */
export class TroubleError extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** Trouble that may pass by itself, so that the same request is worth repeating. */
export function mayPass({ kind }: Trouble): boolean {
  return kind === 'network' || kind === 'busy' || kind === 'origin';
}

/** Reads the SDK's errors by their fields, not their classes: two copies of the SDK on one page must not matter. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  const { code = 'unexpected', statusCode = 0, isTransient, retryAfterSeconds, message } = error as SdkFailure;
  // 501 says "never", the other server faults say "not now", whoever in front of the server says it.
  const isBusy = statusCode === 429 || (statusCode >= 500 && statusCode !== 501);
  const kind = isBusy || (isTransient && statusCode > 0) ? 'busy' : isTransient ? 'network' : 'rejected';
  return { kind, code, message: message ?? String(error), retryAfterSeconds: retryAfterSeconds ?? undefined };
}

interface SdkFailure {
  code?: string;
  statusCode?: number;
  isTransient?: boolean;
  retryAfterSeconds?: number | null;
  message?: string;
}
