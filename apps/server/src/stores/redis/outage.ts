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

/** What Redis answers when it cannot serve for now. Other answers mean a mistake of ours. */
const refusals =
  /^(LOADING|BUSY|MASTERDOWN|MISCONF|READONLY|NOREPLICAS|OOM|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOAUTH|WRONGPASS|NOPERM|UNKILLABLE|EXECABORT)\b/;

/** What the client says of a command that it did not send. */
const unsent = /^(Stream isn't writeable|Cluster isn't ready)/;

/** A failure of the client as one of ours. What is no answer of Redis is a lost connection, whatever the client calls it. */
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

/** The client hangs the command on its errors, arguments, and so passwords, included: nothing for a log. */
export function withoutArguments<T>(error: T): T {
  if (error instanceof Error) {
    Reflect.deleteProperty(error, 'command');
    Reflect.deleteProperty(error, 'previousErrors');
  }
  return error;
}
