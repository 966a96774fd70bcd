/** Redis could not do its work, or nobody knows whether it did: the caller should come back later. */
export class RedisOutage extends Error {
  /** Redis may have done what it was asked. */
  readonly mayBeDone: boolean;

  constructor(message: string, { mayBeDone, cause }: { mayBeDone: boolean; cause?: unknown }) {
    super(message, { cause });
    this.name = 'RedisOutage';
    this.mayBeDone = mayBeDone;
  }
}

export function isRedisOutage(error: unknown): boolean {
  return error instanceof RedisOutage;
}

/** Error answers of a Redis that cannot serve for now. Any other error means a mistake of ours. */
const refusals =
  /^(LOADING|BUSY|MASTERDOWN|MISCONF|READONLY|NOREPLICAS|OOM|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE|EXECABORT)\b/;

/** What the Redis client says of a command that it did not send. */
const unsent = /^(Stream isn't writeable|Cluster isn't ready)/;

/** The Redis client's failure as a `RedisOutage`. What is no answer of Redis counts as a lost connection, whatever the client calls it. */
export function explainFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof RedisOutage) return error;
  withoutArguments(error);
  if (error.name !== 'ReplyError') {
    return new RedisOutage('Redis does not answer', { mayBeDone: !unsent.test(error.message), cause: error });
  }
  return refusals.test(error.message)
    ? new RedisOutage('Redis cannot serve for now', { mayBeDone: false, cause: error })
    : error;
}

/** Removes the command that the Redis client attaches to its errors: its arguments, passwords among them, must reach no log. */
export function withoutArguments<T>(error: T): T {
  if (error instanceof Error) {
    Reflect.deleteProperty(error, 'command');
    Reflect.deleteProperty(error, 'previousErrors');
  }
  return error;
}
