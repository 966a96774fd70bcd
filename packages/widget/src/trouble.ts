/** Why the widget cannot go on. */
export interface Trouble {
  /**
   * Which words the person reads. `network`: there is no answer · `busy`: the server refuses for now · `origin`: the server does
   * not know the page's origin · `image`: the image of the QR code did not load · `rejected`: anything else, which waiting does
   * not cure.
   */
  kind: 'network' | 'busy' | 'origin' | 'image' | 'rejected';
  /** The SDK's error code, or `image_failed`, `configuration`, `code_fault`, `origin_not_allowed` from the widget itself. */
  code: string;
  /** A message for developers; the person reads the widget's own words. */
  message: string;
  /** `Retry-After` of the server's reply. */
  retryAfterSeconds?: number;
  /** The page's origin, when the server does not know it. */
  origin?: string;
}

/** Carries trouble that the widget itself notices; `troubleOf` translates all other errors. */
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
  // 501 means "never"; all other server faults mean "not now", even when a proxy in front of the server sends them.
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
